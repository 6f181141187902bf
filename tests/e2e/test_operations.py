"""What operators do: decide a dead letter, replay without effect, rebuild, and prove that nothing was changed."""

import json
import subprocess
import sys
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import Mesh
from actors.newcomers import new_email
from actors.session import Machine, Person
from actors.trade import Supplier, new_order
from actors.waiting import eventually
from contracts.ids import new_id
from contracts.topics import INVOICES_EVENTS, SERVICES
from local_stack import kafka
from local_stack.credentials import password

pytestmark = pytest.mark.e2e
READERS = ("validation", "signing", "archive")


def _navette(mesh: Mesh, *arguments: str) -> Any:
    """The command line's own answer in JSON."""
    command = (sys.executable, "-m", "navette", "--json", "--run", str(mesh.layout.run), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


async def _poison(mesh: Mesh, key: str) -> None:
    """A record that says it is a fact and cannot be read, with the rights of a service that may write there."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap(mesh.ports),
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=kafka.MECHANISM,
        sasl_plain_username="validation",
        sasl_plain_password=password(mesh.layout, "kafka", "validation"),
    )
    headers = [("ce_type", b"navette.invoice.validated.v1"), ("ce_id", str(new_id()).encode())]
    async with producer:
        await producer.send_and_wait(INVOICES_EVENTS, b"\xffno fact", key=key.encode(), headers=headers)


async def test_a_record_that_nobody_can_read_is_a_dead_letter_that_operators_decide(
    mesh: Mesh, operator: Person
) -> None:
    key = str(new_id())
    await _poison(mesh, key)

    def letter(state: str = "open") -> dict[str, Any] | None:
        found = operator.get("/v1/ops/signing/dead-letters", state=state)
        return next((each for each in found if each["msg_key"] == key), None)

    first = eventually("the dead letter", letter)
    groups = _navette(mesh, "dlq", "groups")
    assert first["fingerprint"] in {group["fingerprint"] for group in groups if group["service"] == "signing"}
    whole = _navette(mesh, "dlq", "show", "signing", first["id"])
    assert whole["headers"]["ce_type"] == "navette.invoice.validated.v1"

    body = {"ids": [first["id"]], "reason": "try again"}
    refused = operator.send("POST", "/v1/ops/signing/dead-letters/redrive", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "DEAD_LETTER_UNREADABLE")
    _navette(mesh, "dlq", "discard", "signing", first["id"], "--reason", "it was a test")
    ended = eventually("the decision", lambda: letter("discarded"))
    assert ended["reason"] == "it was a test"
    assert letter() is None
    for service in SERVICES:
        mine = [each["id"] for each in operator.get(f"/v1/ops/{service}/dead-letters") if each["msg_key"] == key]
        if mine:
            _navette(mesh, "dlq", "discard", service, *mine, "--reason", "it was a test")


def _ended(operator: Person, service: str, job: str) -> dict[str, Any]:
    """What the replay's own stream said last; it ends with the replay."""
    said: dict[str, Any] = {}
    with operator.stream(f"/v1/ops/{service}/replays/{job}/events") as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            said = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else said
    return said


def test_replaying_what_was_done_has_no_effect(erp: Machine, operator: Person, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    invoice = supplier.deliver(order["id"], fresh("F"), line_10="3")
    before = supplier.session.get(f"/v1/invoices/{invoice['id']}/timeline")
    proof = supplier.session.get(f"/v1/archive/{invoice['id']}/proof")
    for service in READERS:
        body = {"mode": "fill", "keys": [invoice["id"]], "reason": "prove that it changes nothing"}
        plan = operator.ask("POST", f"/v1/ops/{service}/replays", 201, json=body)
        assert plan["matched"] > 0
        assert plan["outcomes"].get("missing", 0) == 0
        job = f"/v1/ops/{service}/replays/{plan['job_id']}"
        refused = operator.send("POST", f"{job}/start", json={"plan_hash": "of another plan"})
        assert refused.status_code == 409, refused.text
        operator.ask("POST", f"{job}/start", json={"plan_hash": plan["plan_hash"]})
    for service in READERS:
        jobs = operator.get(f"/v1/ops/{service}/replays")
        latest = max(jobs, key=lambda each: each["created_at"])
        ended = _ended(operator, service, latest["job_id"])
        assert ended["state"] == "done", ended
        assert ended["counts"]["fed"] > 0
    eventually("an empty queue", lambda: all(operator.get(f"/v1/ops/{s}/status")["lag"] == 0 for s in READERS) or None)
    assert supplier.session.get(f"/v1/invoices/{invoice['id']}/timeline") == before
    after = supplier.session.get(f"/v1/archive/{invoice['id']}/proof")
    assert (after["leaf"], after["leaf_index"]) == (proof["leaf"], proof["leaf_index"])


def _rebuilt(operator: Person) -> int:
    """Rebuild everything beside the live rows; returns how many tables were compared and are the same."""
    differing: dict[str, Any] = {}
    rebuilt = 0
    for service in SERVICES:
        body = {"mode": "rebuild", "reason": "prove that nothing was lost"}
        plan = operator.ask("POST", f"/v1/ops/{service}/replays", 201, json=body)
        start = {"plan_hash": plan["plan_hash"]}
        operator.ask("POST", f"/v1/ops/{service}/replays/{plan['job_id']}/start", json=start)
        ended = _ended(operator, service, plan["job_id"])
        tables = ended["counts"].get("tables", {})
        rebuilt += len(tables)
        if ended["state"] != "done" or any(pair["live"] != pair["rebuilt"] for pair in tables.values()):
            differing[service] = ended
    assert differing == {}
    return rebuilt


def test_every_projection_is_rebuilt_to_the_same_rows_and_again_after_more_came(
    operator: Person, erp: Machine, supplier: Supplier
) -> None:
    assert _rebuilt(operator) > 0
    # What comes after a rebuild must reach the live tables: a rebuild's own tables have the same names.
    supplier.deliver(new_order(erp, supplier)["id"], fresh("F"), line_10="4")
    eventually("an empty queue", lambda: all(operator.get(f"/v1/ops/{s}/status")["lag"] == 0 for s in SERVICES) or None)
    assert _rebuilt(operator) > 0


def test_chains_heads_and_growth_of_the_log_verify_twice(mesh: Mesh) -> None:
    for _ in range(2):
        rows = _navette(mesh, "verify")
        assert {row["what"]: row["holds"] for row in rows if row["holds"] != "yes"} == {}
        assert {f"audit chain of {service}" for service in SERVICES} <= {row["what"] for row in rows}


def test_status_and_trace_tell_operators_and_nobody_else(mesh: Mesh, supplier: Supplier, erp: Machine) -> None:
    standing = _navette(mesh, "status")
    assert {row["service"]: row["ready"] for row in standing} == dict.fromkeys(SERVICES, "yes")
    draft = supplier.draft(new_order(erp, supplier)["id"], fresh("F"))
    supplier.submit(draft["id"])
    supplier.ended(draft["id"])
    steps = [step["type"] for step in _navette(mesh, "trace", draft["id"])]
    assert {"invoice.submitted", "invoice.validated", "invoice.sealed", "invoice.archived"} <= set(steps)
    with mesh.sign_in("operator") as session:
        newest = session.call("GET", "/v1/ops/invoicing/paths?limit=3")
        page = session.response("GET", "/status")
    assert newest[0]["invoice_id"] == draft["id"]
    assert newest[0]["ordered_at"] < newest[0]["steps"][0]["time"]
    assert [step["type"] for step in newest[0]["steps"]] == [step for step in steps if step.startswith("invoice.")]
    assert "/status/status.js" in page.text
    refused = supplier.session.send("GET", f"/v1/ops/invoicing/trace/{draft['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "OPERATOR_REQUIRED")


def test_who_is_not_answered_by_an_administrator_is_let_in_by_two_operators(mesh: Mesh, supplier: Supplier) -> None:
    email, siren = new_email(), "908172638"
    wanted = {"company": {"scheme": "0002", "value": siren}, "email": email, "name": "Léa Roux", "language": "en"}
    supplier.session.ask("POST", "/v1/registrations/access-requests", 202, json=wanted)
    request = next(each for each in _navette(mesh, "access", "ls") if each["email"] == email)
    asked = _navette(mesh, "access", "grant", request["id"], "--reason", "signed form and register extract")
    assert (asked["kind"], asked["state"], asked["params"]["language"]) == ("access_grant", "asked", "en")
    with mesh.person("operator-second") as second:
        second.ask("POST", f"/v1/ops/registration/acts/{asked['id']}/approve", 200, json={})
    assert email not in {each["email"] for each in _navette(mesh, "access", "ls")}
    Mailbox(mesh, email).link("/activation")
