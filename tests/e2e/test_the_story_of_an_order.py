"""The life of one order through the gateway: what may be invoiced of each line is looked at after every step."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actors.days import Days, moved
from actors.documents import fresh, order_json, whole_receipt
from actors.rulebooks import into_force, out_of_force
from actors.session import Machine, Person
from actors.trade import TO_UNIT, Supplier
from actors.waiting import eventually

pytestmark = pytest.mark.e2e
PARIS = ZoneInfo("Europe/Paris")
Lines = dict[str, dict[str, Any]]


def _account(lines: Lines, *names: str) -> dict[str, tuple[str, ...]]:
    return {identifier: tuple(line[name] for name in names) for identifier, line in lines.items()}


def _codes(lines: Lines) -> dict[str, list[str]]:
    return {identifier: [block["code"] for block in line["blocks"]] for identifier, line in lines.items()}


class Story:
    """One order and the people around it."""

    def __init__(self, erp: Machine, buyer: Person, supplier: Supplier) -> None:
        self.erp, self.buyer, self.supplier = erp, buyer, supplier
        self.number = fresh("STORY")
        published = erp.ask("POST", "/v1/orders", 201, json=order_json(self.number), params=TO_UNIT)
        self.order_id = str(published["id"])
        supplier.order(self.number)

    def lines(self) -> Lines:
        return self.supplier.lines(self.order_id)

    def when(self, what: str, line: str, **account: str) -> Lines:
        """The accounts once that of one line is as it should be."""
        return self.supplier.lines_when(
            what, self.order_id, lambda found: all(found[line][name] == value for name, value in account.items())
        )

    def listed(self) -> bool:
        return bool(self.supplier.session.get("/v1/orders", number=self.number)["items"])

    def reported(self, invoice_id: str, **status: Any) -> dict[str, Any]:
        """The buyer says something; the answer, once the supplier sees it."""
        told: dict[str, Any] = self.erp.ask("POST", f"/v1/invoices/{invoice_id}/statuses", 201, json=status)
        self.seen(invoice_id, status["code"])
        return told

    def seen(self, invoice_id: str, code: str) -> dict[str, Any]:
        def asked() -> dict[str, Any] | None:
            found = self.supplier.session.get(f"/v1/invoices/{invoice_id}")
            return found if found["status"] == code else None

        return eventually(f"status {code}", asked)


def test_an_order_is_received_invoiced_in_parts_mended_credited_and_paid(
    erp: Machine, buyer: Person, second: Person, supplier: Supplier, operator: Person
) -> None:
    story = Story(erp, buyer, supplier)
    assert _codes(story.lines()) == {"10": ["NO_RECEIPT"], "20": ["NO_RECEIPT"], "30": ["NO_RECEIPT"]}
    contact = story.lines()["10"]["blocks"][0]
    assert (contact["mended_by"], contact["contact"]["email"]) == ("buyer", "reception@brasseries-rhin.example")

    erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(story.number))
    lines = story.when("the receipt", "10", received="120")
    assert _account(lines, "available", "invoiced") == {"10": ("120", "0"), "20": ("400", "0"), "30": ("12.5", "0")}

    first = supplier.deliver(story.order_id, fresh("F"), line_10="70")
    lines = story.lines()
    assert _account(lines, "available", "invoiced") == {"10": ("50", "70"), "20": ("400", "0"), "30": ("12.5", "0")}

    with moved(operator, "invoicing") as days:
        rest = _the_rest_fails_on_day_one_and_is_sent_on_day_three(story, second, days, first)
        assert (story.lines()["10"]["available"], _codes(story.lines())["10"]) == ("0", ["FULLY_INVOICED"])
        _a_silence_of_a_day_is_one_alert(story, operator, first["id"])
    _part_of_it_is_credited_and_the_order_is_back(story, first)
    _the_buyer_pays(story, rest)
    accounts = _account(story.lines(), "available", "invoiced", "credited")
    assert accounts == {"10": ("20", "120", "20"), "20": ("0", "400", "0"), "30": ("0", "12.5", "0")}


def _the_rest_fails_on_day_one_and_is_sent_on_day_three(
    story: Story, second: Person, days: Days, first: dict[str, Any]
) -> dict[str, Any]:
    supplier, number = story.supplier, fresh("F")
    day_one = days.now().astimezone(PARIS).date()
    draft = supplier.draft(story.order_id, number)
    assert [line["quantity"] for line in draft["document"]["lines"]] == ["50", "400", "12.5"], "all that is left"
    draft = supplier.edit(draft, buyer_reference=None)
    into_force(story.buyer, second, {"id": "service", "kind": "buyer-reference-required", "parameters": {}})
    try:
        supplier.submit(draft["id"])
        failed = supplier.ended(draft["id"], "failed")
        assert failed["issue_date"] == str(day_one)
        assert [found["rule"] for found in failed["failure"]["findings"] if found["severity"] == "fatal"] == [
            "NAV-BUYER-BUYER-REFERENCE-REQUIRED"
        ]
        freed = story.when("freed lines", "10", reserved="0")
        assert _account(freed, "available") == {"10": ("50",), "20": ("400",), "30": ("12.5",)}

        days.pass_by(timedelta(days=1, minutes=1))
        days.pass_by(timedelta(hours=23, minutes=59))
        supplier.edit(failed, buyer_reference="SERVICE-ACHATS-12")
        supplier.submit(draft["id"])
        sent = supplier.ended(draft["id"])
    finally:
        out_of_force(second)
    assert (sent["number"], sent["issue_date"], sent["attempt"]) == (number, str(day_one + timedelta(days=2)), 2)
    entries = supplier.session.get(f"/v1/invoices/{draft['id']}/timeline")["entries"]
    assert [entry["attempt"] for entry in entries if entry["type"] == "invoice.submitted"] == [1, 2]
    assert "invoice.failed" in [entry["type"] for entry in entries], "it keeps its history"
    accounts = _account(story.lines(), "available", "invoiced")
    assert accounts == {"10": ("0", "120"), "20": ("0", "400"), "30": ("0", "12.5")}
    eventually("a fully invoiced order leaves the list", lambda: not story.listed())
    why = supplier.session.get("/v1/orders/why", number=story.number)["reasons"]
    assert [reason["code"] for reason in why] == ["FULLY_INVOICED"]
    assert first["id"] != sent["id"]
    return sent


def _a_silence_of_a_day_is_one_alert(story: Story, operator: Person, invoice_id: str) -> None:
    """The first invoice was delivered two days ago by now, and nobody said a word."""

    def noticed() -> list[dict[str, Any]]:
        steps = operator.get(f"/v1/ops/invoicing/trace/{invoice_id}")
        return [step for step in steps if step["type"] == "invoice.overdue"]

    eventually("the alert", lambda: noticed() or None, 75)
    shown = story.supplier.session.get(f"/v1/invoices/{invoice_id}")
    assert "205" in shown["overdue"]["expected"]
    wanted = {"mode": "fill", "keys": [invoice_id], "reason": "prove that it raises no second alert"}
    plan = operator.ask("POST", "/v1/ops/invoicing/replays", 201, json=wanted)
    job = f"/v1/ops/invoicing/replays/{plan['job_id']}"
    operator.ask("POST", f"{job}/start", json={"plan_hash": plan["plan_hash"]})
    eventually("the replay's end", lambda: operator.get(job)["state"] == "done")
    assert len(noticed()) == 1


def _part_of_it_is_credited_and_the_order_is_back(story: Story, first: dict[str, Any]) -> None:
    supplier = story.supplier
    wanted = {"lines": [{"line": "1", "quantity": "20"}]}
    credit = supplier.session.ask("POST", f"/v1/invoices/{first['id']}/credit-notes", 201, json=wanted)
    credit = supplier.edit(credit, number=fresh("A"))
    supplier.submit(credit["id"])
    delivered = supplier.ended(credit["id"])
    assert (delivered["kind"], delivered["net"]) == ("credit_note", "169.00")
    lines = story.when("the credit", "10", credited="20")
    assert (lines["10"]["available"], lines["10"]["billable"]) == ("20", True)
    eventually("the order is back in the list", story.listed)


def _the_buyer_pays(story: Story, invoice: dict[str, Any]) -> None:
    supplier, path = story.supplier, f"/v1/invoices/{invoice['id']}"
    story.reported(invoice["id"], code="204", due_date="2027-01-31")
    assert supplier.session.get(path)["due_date"] is None, "it shows from the approval on"
    story.reported(invoice["id"], code="205")
    assert supplier.session.get(path)["due_date"] == "2027-01-31"
    story.reported(invoice["id"], code="211", amount=invoice["due"])
    more = supplier.session.send("POST", f"{path}/statuses", json={"code": "212", "amount": "999999.00"})
    assert (more.status_code, more.json()["violations"][0]["rule"]) == (422, "AMOUNT_TOO_LARGE")
    cashed = {"code": "212", "amount": invoice["due"]}
    paid = supplier.session.ask("POST", f"{path}/statuses", 201, json=cashed)
    assert [(part["gross"], part["vat"]) for part in paid["vat"]] == [(invoice["due"], invoice["vat"])]
    story.seen(invoice["id"], "212")
