"""A check of Schemathesis: the sandbox refuses a valid request only because of a record that does not exist."""

import schemathesis
from schemathesis import GenerationMode

# A document can be cancelled only once.
ACCEPTED = ("does not exist", "is already cancelled")


@schemathesis.check
def only_unknown_records_are_refused(ctx, response, case):
    is_valid = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if not is_valid or response.status_code < 400:
        return
    status = response.json()["status"]
    assert response.status_code == 400 and status["description"].endswith(ACCEPTED), response.text
