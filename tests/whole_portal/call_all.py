"""Calls every operation of the bundles at the sandbox, with the documented example: call_all.py URL OUTPUT BUNDLE…

OUTPUT is what the sandbox has printed: the credentials.
"""

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

base, output, *bundles = sys.argv[1:]
printed = dict(re.findall(r"(GOFIVE_\w+)=[\"']?([^\"'\s]+)", open(output, encoding="utf-8").read()))
key = {"Ocp-Apim-Subscription-Key": printed["GOFIVE_SUBSCRIPTION_KEY"]}


def send(method, path, body, headers):
    request = urllib.request.Request(base + path, body, {**key, **headers}, method=method.upper())
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def example(holder):
    examples = holder.get("examples") or {}
    return next((one["value"] for one in examples.values()), holder.get("example"))


credentials = {"grant_type": "client_credentials", "client_id": printed["GOFIVE_CLIENT_ID"], "client_secret": printed["GOFIVE_CLIENT_SECRET"]}
form = urllib.parse.urlencode(credentials).encode()
form_type = {"Content-Type": "application/x-www-form-urlencoded"}
status, body = send("post", "/authorization/connect/token", form, form_type)
token = {"Authorization": "Bearer " + json.loads(body)["access_token"]}

called, failed = 0, []
for bundle in bundles:
    with open(bundle, encoding="utf-8") as file:
        paths = json.load(file)["paths"]
    for path, item in paths.items():
        for method, operation in item.items():
            if "x-gofive-product" in operation or operation["operationId"] == "authorize":
                continue
            query = {}
            for parameter in operation.get("parameters", []):
                value = example(parameter)
                value = 1 if value is None and parameter["schema"].get("type") == "integer" else "string" if value is None else value
                if parameter["in"] == "path":
                    path = path.replace("{%s}" % parameter["name"], urllib.parse.quote(str(value), safe=""))
                elif parameter.get("required"):
                    query[parameter["name"]] = str(value).lower() if isinstance(value, bool) else value
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = {} if content and example(content) is None else content and example(content)
            sent = None if body is None else json.dumps(body).encode()
            headers = {**token, **({"Content-Type": "application/json"} if sent else {})}
            target = path + ("?" + urllib.parse.urlencode(query) if query else "")
            status, body = send(method, target, sent, headers)
            called += 1
            if not 200 <= status < 300:
                failed.append(f"{operation['operationId']}: {method.upper()} {target}: {status} {body[:200]!r}")

print(f"{called - len(failed)} of {called} operations are served, and the token")
if failed or not called:
    sys.exit("\n".join(failed) or "the bundles have no operations")
