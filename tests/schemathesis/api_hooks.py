"""Checks of Schemathesis: the sandbox refuses a valid request only because of a record or a day that does not exist, and every
HTTP 5xx is a fault that was injected."""

import re

import schemathesis
from schemathesis import GenerationMode

# A document can be cancelled only once.
UNKNOWN_RECORD = ("does not exist", "is already cancelled")
# The pattern of a date cannot know how many days a month has.
UNKNOWN_DAY = re.compile(r'[^"]*"\d{4}-(02-(29|3[01])|(04|06|09|11)-31)[^"]*" (is not a "[a-z-]+"|has none of the documented types)')


def is_injected(response):
    return any("behaviour=injected" in value for value in response.headers.get("x-gofive-evidence", []))


@schemathesis.check
def only_faults_are_server_errors(ctx, response, case):
    assert response.status_code < 500 or is_injected(response), response.text


@schemathesis.check
def only_what_does_not_exist_is_refused(ctx, response, case):
    is_valid = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if not is_valid or response.status_code < 400 or is_injected(response):
        return
    reason = response.json()["status"]["description"]
    is_accepted = reason.endswith(UNKNOWN_RECORD) or all(UNKNOWN_DAY.fullmatch(part) for part in reason.split("; "))
    assert response.status_code == 400 and is_accepted, response.text
