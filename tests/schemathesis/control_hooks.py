"""A check of Schemathesis: the control API refuses a valid request only for a reason that no schema can express."""

import re

import schemathesis
from schemathesis import GenerationMode

REASONS = re.compile(
    "|".join(
        [
            # Which properties a fault has depends on its kind.
            r"(unknown|missing) field `\w+`",
            r"`(reason|stub)`",
            # A record is checked against the spec, a stub against its operation.
            r"record \d+ of [a-z-]+ is refused: ",
            r"the stub of `\w+` cannot be mounted: ",
            r"it is not a snapshot that this sandbox can restore: ",
            # The targets of webhooks, and what is sent to them.
            r"the URL of the target is not valid: ",
            r"the target \S* is not this machine; ",
            r"the header `.*` of the target is not valid: ",
            r"the body is not an event of the kind ",
            r"the event has neither a kind nor a body",
            r"there is no target \d+; ",
        ]
    ),
    re.DOTALL,
)


@schemathesis.check
def only_what_no_schema_expresses_is_refused(ctx, response, case):
    is_valid = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    # What does not exist, and an event that no target takes.
    if not is_valid or response.status_code < 400 or response.status_code in (404, 409):
        return
    assert response.status_code == 400 and REASONS.search(response.json()["detail"]), response.text
