"""Controls the sandbox by a generated client: every operation of the control API, as a test in Python uses it."""

import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
from gofive_control import Client
from gofive_control.api.clock import advance_clock, get_clock, reset_clock, set_clock
from gofive_control.api.faults import (
    clear_faults, clear_queued_faults, get_faults, list_fault_presets, list_queued_faults, queue_faults, set_faults,
)
from gofive_control.api.records import (
    delete_record, get_record, get_snapshot, list_record_kinds, list_records, put_record, put_records, replace_records,
    restore_snapshot,
)
from gofive_control.api.requests import clear_requests, list_requests
from gofive_control.api.sandbox import get_health, get_openapi, list_operations, reset
from gofive_control.api.stubs import clear_stubs, get_stub, list_stubs, list_unused_stubs, mount_stub, remove_stub
from gofive_control.api.tokens import expire_tokens, get_tokens, revoke_tokens, set_token_lifetime
from gofive_control.api.webhooks import (
    add_target, get_delivery, list_deliveries, list_delivery_faults, list_targets, queue_delivery_faults, remove_target,
    repeat_delivery, reset_webhooks, trigger_event,
)
from gofive_control.models import (
    BusinessError, ClockAdvance, ClockSetting, DeliveryFault, DeliveryFaultKind, DeliveryFaultList, DeliveryOutcomeKind, Event,
    EventKind, Fault, FaultKind, Faults, Operation, OutcomeKind, QueuedFaults, RandomFault, Record, RecordKind, RecordList,
    RecordsByKind,
    SecretHeader, Stub, StubResponse, Target, TokenLifetime,
)

BASE = os.environ["GOFIVE_BASE_URL"]
KEY = {"Ocp-Apim-Subscription-Key": os.environ["GOFIVE_SUBSCRIPTION_KEY"]}
called = set()
control = Client(BASE, httpx_args={"event_hooks": {"request": [lambda sent: called.add((sent.method, sent.url.raw_path))]}})


def token() -> str:
    """A token, as a program under test gets it."""
    form = {"grant_type": "client_credentials"}
    form |= {name: os.environ[f"GOFIVE_{name.upper()}"] for name in ("client_id", "client_secret")}
    return httpx.post(f"{BASE}/authorization/connect/token", data=form, headers=KEY).json()["access_token"]


def product(code: str, bearer: str) -> httpx.Response:
    return httpx.get(f"{BASE}/v2/products/{code}", headers=KEY | {"Authorization": f"Bearer {bearer}"})


def done(response) -> None:
    """Checks a response without a body."""
    assert response.status_code == 204, response


def overview() -> None:
    assert get_health.sync(client=control).status == "running"
    assert "/__sandbox/stubs" in get_openapi.sync(client=control).to_dict()["paths"]
    product("A001", token())
    calls = {state.operation: state.calls for state in list_operations.sync(client=control).operations}
    assert calls[Operation.GET_PRODUCT] == 1 and len(calls) == len(Operation)
    done(reset.sync_detailed(client=control))
    assert not any(state.calls for state in list_operations.sync(client=control).operations)


def stubs() -> None:
    error = BusinessError(code="4001", description="the product is locked")
    stub = Stub(Operation.GET_PRODUCT, StubResponse(business_error=error), when={"productCode": "A001"}, times=1)
    mounted = mount_stub.sync(client=control, body=stub)
    assert get_stub.sync(mounted.id, client=control).to_dict() == mounted.to_dict()
    assert [unused.id for unused in list_unused_stubs.sync(client=control).stubs] == [mounted.id]
    bearer = token()
    assert product("A002", bearer).json()["status"]["code"] == "1000"
    assert product("A001", bearer).json()["status"] == {"code": "4001", "description": "the product is locked"}
    assert list_unused_stubs.sync(client=control).stubs == []
    forbidden = mount_stub.sync(client=control, body=Stub(Operation.GET_PRODUCT, StubResponse(status=403)))
    assert product("A001", bearer).status_code == 403
    done(remove_stub.sync_detailed(forbidden.id, client=control))
    mount_stub.sync(client=control, body=Stub(Operation.GET_PRODUCT, StubResponse(json=[None])))
    assert product("A001", bearer).json() == [None]
    done(clear_stubs.sync_detailed(client=control))
    assert list_stubs.sync(client=control).stubs == []
    problem = mount_stub.sync(client=control, body=Stub(Operation.GET_PRODUCT, StubResponse(status=200, example="docs")))
    assert problem.status == 400 and "it has no example `docs`" in problem.detail, problem


def requests() -> None:
    done(clear_requests.sync_detailed(client=control))
    bearer = token()
    product("A001", bearer), product("none", bearer)
    *_, refused = list_requests.sync(client=control).requests
    (last,) = list_requests.sync(client=control, operation=Operation.GET_PRODUCT, limit=1).requests
    assert last.to_dict() == refused.to_dict() and last.outcome.kind == OutcomeKind.REFUSED and last.status == 400
    assert last.outcome.reason == "productCode none does not exist", last.outcome
    assert last.headers["authorization"] == "Bearer ***"


def faults() -> None:
    bearer = token()
    once = QueuedFaults(Operation.GET_PRODUCT, [Fault(FaultKind.TOO_MANY_REQUESTS, retry_after_ms=2000)])
    assert queue_faults.sync(client=control, body=once).queue == [once] == list_queued_faults.sync(client=control).queue
    limited = product("A001", bearer)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "2")
    always = Faults(seed=7, faults=[RandomFault(Fault(FaultKind.BAD_GATEWAY), 1.0)])
    set_faults.sync(client=control, body=always)
    assert product("A001", bearer).status_code == 502
    assert get_faults.sync(client=control).faults == always.faults
    queue_faults.sync(client=control, body=once)
    done(clear_queued_faults.sync_detailed(client=control))
    assert product("A001", bearer).status_code == 502 and list_queued_faults.sync(client=control).injected == 3
    done(clear_faults.sync_detailed(client=control))
    assert product("A001", bearer).status_code == 200
    presets = list_fault_presets.sync(client=control).presets
    assert {preset.fault.kind for preset in presets} == set(FaultKind)


def records() -> None:
    bolt = Record.from_dict({"productCode": "P/1", "productName": "Bolt"})
    assert put_record.sync(RecordKind.PRODUCTS, client=control, body=bolt).key == "P/1"
    assert get_record.sync(RecordKind.PRODUCTS, "P/1", client=control).to_dict() == bolt.to_dict()
    assert product("P%2F1", token()).json()["data"]["productName"] == "Bolt"
    snapshot = get_snapshot.sync(client=control)
    done(delete_record.sync_detailed(RecordKind.PRODUCTS, "P/1", client=control))
    assert get_record.sync(RecordKind.PRODUCTS, "P/1", client=control).status == 404
    done(restore_snapshot.sync_detailed(client=control, body=snapshot))
    assert bolt.to_dict() in [record.to_dict() for record in list_records.sync(RecordKind.PRODUCTS, client=control).records]
    seeds = RecordsByKind(customers=[Record.from_dict({"customerCode": "C1"})], products=[bolt])
    done(put_records.sync_detailed(client=control, body=seeds))
    counts = {kind.kind: kind.count for kind in list_record_kinds.sync(client=control).kinds}
    assert counts.keys() == set(RecordKind) and counts[RecordKind.PRODUCTS] > 1
    done(replace_records.sync_detailed(RecordKind.PRODUCTS, client=control, body=RecordList([bolt])))
    assert len(list_records.sync(RecordKind.PRODUCTS, client=control).records) == 1
    wrong = RecordsByKind(products=[bolt, Record.from_dict({"productCode": 1})])
    (part,) = put_records.sync(client=control, body=wrong).errors
    assert part.pointer.startswith("/products/1"), part


def time_and_tokens() -> None:
    bearer = token()
    before = get_clock.sync(client=control)
    assert before.is_real and get_tokens.sync(client=control).lifetime_ms == 3_600_000
    later = advance_clock.sync(client=control, body=ClockAdvance(by_ms=3_600_000))
    assert later.time_ms >= before.time_ms + 3_600_000 and not later.is_real
    assert product("A001", bearer).status_code == 401, "the token has expired"
    set_clock.sync(client=control, body=ClockSetting(time_ms=before.time_ms))
    assert product("A001", bearer).status_code == 200
    done(reset_clock.sync_detailed(client=control))
    for end in (expire_tokens, revoke_tokens):
        bearer = token()
        done(end.sync_detailed(client=control))
        assert product("A001", bearer).status_code == 401
    assert set_token_lifetime.sync(client=control, body=TokenLifetime(lifetime_ms=90_000)).lifetime_ms == 90_000


def webhooks() -> None:
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.headers["x-secret"], json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url, secret = f"http://127.0.0.1:{receiver.server_port}/hook", SecretHeader(name="x-secret", value="s3cret")
    target = add_target.sync(client=control, body=Target(url, kinds=[EventKind.NEW_SALES_ORDER], secret_header=secret))
    assert [known.id for known in list_targets.sync(client=control).targets] == [target.id]
    faults = DeliveryFaultList([DeliveryFault(DeliveryFaultKind.DOUBLE)])
    assert queue_delivery_faults.sync(client=control, body=faults) == faults == list_delivery_faults.sync(client=control)
    event = Event(kind=EventKind.NEW_SALES_ORDER, patch={"Data": {"SaleOrderNo": "SO1"}})
    first, _ = trigger_event.sync(client=control, body=event).deliveries
    repeated = repeat_delivery.sync(first.id, client=control)
    log = list_deliveries.sync(client=control, wait_ms=10_000).deliveries
    assert [delivery.outcome.kind for delivery in log] == [DeliveryOutcomeKind.RESPONDED] * 3, log
    assert received == [("s3cret", {"Data": {"SaleOrderNo": "SO1"}})] * 3
    assert get_delivery.sync(repeated.id, client=control).repeats == first.id
    done(remove_target.sync_detailed(target.id, client=control))
    assert trigger_event.sync(client=control, body=event).status == 409, "no target is left"
    done(reset_webhooks.sync_detailed(client=control))
    assert list_deliveries.sync(client=control).deliveries == []
    receiver.shutdown()


for group in (overview, stubs, requests, faults, records, time_and_tokens, webhooks):
    group()
    reset.sync_detailed(client=control)
    print(f"{group.__name__}: done")

paths = json.loads(Path(sys.argv[1]).read_text())["paths"]
for path, methods in paths.items():
    pattern = re.compile(re.sub(r"\{\w+\}", "[^/?]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")) + r"(\?.*)?")
    for method in methods:
        sent = any(verb == method.upper() and pattern.fullmatch(url.decode()) for verb, url in called)
        assert sent, f"call {method} {path}, too"
print(f"all {sum(map(len, paths.values()))} operations were called")
