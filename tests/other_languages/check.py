"""Runs the code that page.py has written, against the sandbox of the environment."""

import html
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = Path(sys.argv[1])
# What the sandbox responds to the three calls of the page: the customer, the employee, the first new case.
CUSTOMER, EMPLOYEE = "C000154", "UAT007"
CASE = re.compile(r"\b679\d\d\b")
# Words of C# and Go, and of their standard libraries.
OF_LANGUAGE = {
    "csharp": "using System Net Http var HttpClient HttpClientHandler string Variable name Environment "
    "GetEnvironmentVariable new Console WriteLine http handler settings token customer",
    "go": "settings os Getenv login context Background token err if nil log Fatal fmt Println customer gofive",
}


def run(command, folder, **more):
    done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        sys.exit(f"{folder.name}: {command} failed\n{done.stdout}")
    return done.stdout


def generate(language):
    """Runs the commands of the page in a folder that has the bundles where the page expects them."""
    folder = WORK / language
    (folder / "gofive-spec").mkdir()
    (folder / "gofive-spec/bundled").symlink_to(ROOT / "gofive-spec/bundled")
    run(["bash", "-euo", "pipefail", "generate"], folder)
    return folder


def check_output(language, output):
    values = output.split()
    if values[:2] != [CUSTOMER, EMPLOYEE] or not CASE.search(output):
        sys.exit(f"{language}: the responses are not decoded, but printed as:\n{output}")
    print(f"{language}: {output.strip()}")


def python():
    folder = generate("python")
    check_output("python", run([str(WORK / "venv/bin/python"), "call.py"], folder))


def typescript():
    folder = WORK / "typescript"
    (folder / "package.json").write_text('{"type": "module", "private": true}')
    settings = {"module": "nodenext", "target": "es2022", "strict": True, "skipLibCheck": True, "types": ["node"]}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": settings, "files": ["call.ts"]}))
    generate("typescript")
    run(["npx", "tsc"], folder)
    check_output("typescript", run(["node", "call.js"], folder))


def generated(language, suffix):
    """Checks that the generated sources have every name of the page's code that is not one of the language."""
    folder = generate(language)
    sources = "\n".join(path.read_text() for path in folder.glob(f"gofive-{language}/**/*{suffix}"))
    code = re.sub(r'"[^"]*"', "", (folder / f"call{suffix}").read_text())
    names = set(re.findall(r"[A-Za-z_]\w+", code)) - set(OF_LANGUAGE[language].split())
    missing = [name for name in sorted(names) if not re.search(rf"\b{name}\b", sources)]
    if missing or not sources:
        sys.exit(f"{language}: the generated client has no {', '.join(missing)}")
    print(f"{language}: generated, with the {len(names)} names of the page")


def curl():
    """Sends each curl sample of the website."""
    website = WORK / "website"
    run(["cargo", "xtask", "docs", "--out", str(website)], ROOT)
    variables, sent, unknown = dict(os.environ), 0, 0
    pages = sorted(website.glob("reference/*/*/*.html"), key=lambda path: path.stem != "authorize")
    for path in pages:
        sample = re.search(r'<code class="language-bash[^"]*">(curl .*?)</code>', path.read_text(), re.DOTALL)
        if not sample:
            continue
        source = html.unescape(sample[1]).strip()
        command = f'set -euo pipefail\n{source} --silent --show-error --write-out "\\n%{{http_code}}"'
        output = run(["bash", "-c", command], WORK, env=variables)
        body, status = output.rsplit("\n", 1)
        # A parameter without a documented example has its own name as its value.
        is_unknown = status == "400" and re.search(r"(does not exist|is not of type)", body)
        if not status.startswith("2") and not is_unknown:
            sys.exit(f"curl: {path.stem} gets {status}: {body}\n{source}")
        sent, unknown = sent + 1, unknown + bool(is_unknown)
        if path.stem == "authorize":
            variables["GOFIVE_TOKEN"] = json.loads(body)["access_token"]
    if sent < 50:
        sys.exit(f"curl: only {sent} samples were found")
    print(f"curl: {sent} samples sent, {unknown} of them with a placeholder that the sandbox does not know")


def http():
    """Sends each request of the `.http` files."""
    environment = {"host": "BASE_URL", "clientId": "CLIENT_ID", "clientSecret": "CLIENT_SECRET"}
    environment |= {"subscriptionKey": "SUBSCRIPTION_KEY"}
    variables = {name: os.environ[f"GOFIVE_{variable}"] for name, variable in environment.items()}
    sent = unknown = 0
    for path in sorted((ROOT / "gofive-spec/bundled").glob("*.http"), key=lambda path: path.name != "venio.http"):
        start, *requests = re.split(r"^###.*$", path.read_text(), flags=re.MULTILINE)
        declared = re.findall(r"^@(\w+) = ", start, re.MULTILINE)
        for request in requests:
            text = re.sub(r"\{\{(\w+)\}\}", lambda found: variables[found[1]], request)
            text = "\n".join(line for line in text.strip().split("\n") if not line.startswith("# "))
            head, _, body = text.partition("\n\n")
            line, *headers = head.split("\n")
            method, url = line.split(" ")
            names = set(re.findall(r"\{\{(\w+)\}\}", request))
            if not names <= set(declared):
                sys.exit(f"{path.name}: {names - set(declared)} is not declared")
            call = urllib.request.Request(url, body.encode() or None, dict(header.split(": ") for header in headers), method=method)
            try:
                with urllib.request.urlopen(call) as response:
                    payload = json.load(response)
            except urllib.error.HTTPError as error:
                payload = error.read().decode()
                if error.code != 400 or "does not exist" not in payload and "is not of type" not in payload:
                    sys.exit(f"{path.name}: {error.code} {payload}\n{text}")
                unknown += 1
            sent += 1
            if "access_token" in payload:
                variables["token"] = payload["access_token"]
    print(f"http: {sent} requests sent, {unknown} of them with a placeholder that the sandbox does not know")


RUN = {
    "python": python,
    "typescript": typescript,
    "csharp": lambda: generated("csharp", ".cs"),
    "go": lambda: generated("go", ".go"),
    "curl": curl,
    "http": http,
}
for chosen in sys.argv[2:]:
    if chosen not in RUN:
        sys.exit(f"{chosen} is not one of {', '.join(RUN)}")
    RUN[chosen]()
