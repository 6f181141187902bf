"""What goes wrong between supplier and buyer, and how each is mended."""

from decimal import Decimal

import pytest

from actors.documents import fresh, order_json, order_to, receipt
from actors.live import LiveEvents
from actors.newcomers import entity, new_email
from actors.rulebooks import into_force, out_of_force
from actors.session import Machine, Person, shown
from actors.trade import TO_UNIT, Supplier, ended, new_order
from actors.waiting import eventually

pytestmark = pytest.mark.e2e


def test_an_invoice_against_the_buyers_rule_fails_with_findings_and_is_mended(
    erp: Machine, buyer: Person, second: Person, supplier: Supplier
) -> None:
    order = new_order(erp, supplier)
    rule = {"id": "phone-first", "kind": "maximum-amount", "parameters": {"amount": "1000.00"}}
    into_force(buyer, second, rule)
    try:
        draft = supplier.draft(order["id"], fresh("F"))
        with LiveEvents(supplier.session) as live:
            supplier.submit(draft["id"])
            event = live.wait_type("invoice.failed", draft["id"])
        assert event.data["data"]["stage"] == "validation"

        failed = supplier.ended(draft["id"], "failed")
        findings = failed["failure"]["findings"]
        assert [(found["rule"], found["pointer"]) for found in findings if found["severity"] == "fatal"] == [
            ("NAV-BUYER-MAXIMUM-AMOUNT", "/totals/gross_amount")
        ]
        freed = supplier.lines_when("freed lines", order["id"], lambda found: found["10"]["reserved"] == "0")
        assert all(line["available"] == line["ordered"] for line in freed.values())
        assert buyer.send("GET", f"/v1/invoices/{draft['id']}").status_code == 404, "a buyer never sees a failure"

        few = [line | {"quantity": "10"} for line in failed["draft"]["lines"] if line["order_line"]["line"] == "10"]
        supplier.edit(failed, lines=few)
        supplier.submit(draft["id"])
        mended = supplier.ended(draft["id"])
    finally:
        out_of_force(second)
    assert (mended["attempt"], mended["gross"]) == (2, "101.40")
    seen = buyer.get(f"/v1/invoices/{draft['id']}")
    assert (seen["failure"], seen["draft"], seen["attempt"]) == (None, None, 1)
    entries = buyer.get(f"/v1/invoices/{draft['id']}/timeline")["entries"]
    assert "invoice.archived" in {entry["type"] for entry in entries}
    earlier = [entry["type"] for entry in entries if entry["submission_id"] not in (None, seen["submission_id"])]
    assert earlier == [], "a buyer learns nothing of attempts before the one that came"


def test_a_refused_invoice_frees_its_order_lines_and_closes(erp: Machine, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    invoice = supplier.deliver(order["id"], fresh("F"))
    statuses = f"/v1/invoices/{invoice['id']}/statuses"
    unfounded = erp.send("POST", statuses, json={"code": "210"})
    assert unfounded.status_code == 422, shown(unfounded)
    assert unfounded.json()["violations"][0]["rule"] == "REASON_REQUIRED"

    erp.ask("POST", statuses, 201, json={"code": "210", "reasons": ["DOUBLON"]})
    freed = supplier.lines_when("freed lines", order["id"], lambda found: found["10"]["available"] == "120")
    assert all(line["billable"] for line in freed.values())
    closed = supplier.session.get(f"/v1/invoices/{invoice['id']}")
    assert (closed["status"], closed["closed"]) == ("210", True)
    foreign = supplier.session.send("POST", statuses, json={"code": "205"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "NOT_YOUR_STATUS")


def test_a_credit_note_gives_the_quantities_back(erp: Machine, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    invoice = supplier.deliver(order["id"], fresh("F"))
    credit = supplier.session.ask("POST", f"/v1/invoices/{invoice['id']}/credit-notes", 201)
    numbered = supplier.edit(credit, number=fresh("A"))
    assert numbered["document"]["type_code"] == "381"
    assert [found["number"] for found in numbered["document"]["preceding_invoices"]] == [invoice["number"]]
    supplier.submit(credit["id"])
    delivered = supplier.ended(credit["id"])
    assert (delivered["kind"], delivered["gross"]) == ("credit_note", invoice["gross"])
    lines = supplier.lines_when("credited lines", order["id"], lambda found: found["10"]["credited"] == "120")
    assert all(line["billable"] for line in lines.values())
    twice = supplier.session.send("POST", f"/v1/invoices/{invoice['id']}/credit-notes")
    assert (twice.status_code, twice.json()["code"]) == (409, "NOT_CREDITABLE")


def test_more_than_ordered_is_refused_with_the_line_and_what_is_left(erp: Machine, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    supplier.deliver(order["id"], fresh("F"), line_10="100")
    draft = supplier.draft_of(order["id"], fresh("F"), line_10="21")
    answer = supplier.try_to_submit(draft["id"])
    assert answer.status_code == 409, shown(answer)
    problem = answer.json()
    assert problem["code"] == "QUANTITY_NOT_AVAILABLE"
    assert problem["violations"][0]["pointer"].startswith("/lines/0")
    assert "20" in problem["violations"][0]["detail"]
    left = supplier.lines(order["id"])["10"]
    assert (left["available"], left["reserved"]) == ("20", "0")
    supplier.edit(supplier.session.get(f"/v1/invoices/{draft['id']}"), lines=draft_lines(supplier, draft["id"], "20"))
    supplier.submit(draft["id"])
    supplier.ended(draft["id"])
    assert supplier.lines(order["id"])["10"]["available"] == "0"


def draft_lines(supplier: Supplier, invoice_id: str, quantity: str) -> list[dict[str, object]]:
    """The draft's lines, each with this quantity."""
    return [
        line | {"quantity": quantity} for line in supplier.session.get(f"/v1/invoices/{invoice_id}")["draft"]["lines"]
    ]


def test_one_number_is_one_document(erp: Machine, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    first = supplier.deliver(order["id"], fresh("F"), line_10="1")
    again = supplier.draft_of(order["id"], f" {first['number'].lower()} ", line_10="1")
    answer = supplier.try_to_submit(again["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "NUMBER_TAKEN"), shown(answer)
    assert answer.json()["violations"][0]["pointer"] == "/number"


def test_a_receipt_before_its_order_waits_and_then_counts(erp: Machine, supplier: Supplier) -> None:
    number = fresh("CMD")
    early = erp.ask("POST", "/v1/receipts", 202, json=receipt(number, line_10="60"))
    assert [line["waiting_for"] for line in early["lines"]] == ["ORDER_UNKNOWN"]
    erp.ask("POST", "/v1/orders", 201, json=order_json(number, receipt_required=True), params=TO_UNIT)
    order = supplier.order(number)
    assert erp.get(f"/v1/receipts/{early['id']}")["waiting"] == 0
    lines = supplier.lines_when("the receipt", order["id"], lambda found: found["10"]["received"] == "60")
    assert (lines["10"]["available"], lines["10"]["billable"]) == ("60", True)
    assert not lines["20"]["billable"]
    blocks = lines["20"]["blocks"]
    assert [(block["code"], block["mended_by"]) for block in blocks] == [("NO_RECEIPT", "buyer")]
    draft = supplier.draft(order["id"], fresh("F"))
    assert [Decimal(line["quantity"]) for line in draft["document"]["lines"]] == [Decimal(60)]


def test_an_order_for_an_unknown_supplier_waits_where_the_buyer_sees_it(erp: Machine, supplier: Supplier) -> None:
    number, nobody = fresh("CMD"), entity("Nobody Yet SARL", new_email())
    content = order_to(number, nobody["siret"][:9], nobody["siret"], nobody["vat"])
    taken = erp.ask("POST", "/v1/orders", 202, content=content, headers={"content-type": "application/xml"})
    assert (taken["state"], taken["waiting_for"]) == ("waiting", "SUPPLIER_UNKNOWN")
    found = erp.get("/v1/orders", number=number, status="waiting")["items"]
    assert [(order["id"], order["waiting_for"]) for order in found] == [(taken["id"], "SUPPLIER_UNKNOWN")]
    why = erp.get("/v1/orders/why", number=number)
    assert [reason["code"] for reason in why["reasons"]] == ["SUPPLIER_UNKNOWN"]
    assert supplier.session.get("/v1/orders", number=number)["items"] == []


def test_the_same_order_twice_changes_nothing_and_a_later_revision_does(erp: Machine, supplier: Supplier) -> None:
    number = fresh("CMD")
    first = erp.ask("POST", "/v1/orders", 201, json=order_json(number), params=TO_UNIT)
    again = erp.ask("POST", "/v1/orders", 200, json=order_json(number), params=TO_UNIT)
    assert (again["id"], again["outcome"]) == (first["id"], "unchanged")
    order = supplier.order(number)
    conflicting = erp.send("POST", "/v1/orders", json=order_json(number, buyer_reference="OTHER"), params=TO_UNIT)
    assert (conflicting.status_code, conflicting.json()["code"]) == (409, "REVISION_CONFLICT"), shown(conflicting)
    less = order_json(number, revision=2)
    less["lines"] = [line | {"quantity": "50"} if line["identifier"] == "10" else line for line in less["lines"]]
    assert erp.ask("POST", "/v1/orders", 200, json=less, params=TO_UNIT)["outcome"] == "changed"
    supplier.lines_when("the change", order["id"], lambda found: found["10"]["ordered"] == "50")


def test_a_command_sent_twice_takes_effect_once(erp: Machine, supplier: Supplier) -> None:
    order = new_order(erp, supplier)
    headers = {"idempotency-key": fresh("KEY")}
    body = {"order_id": order["id"], "document": {"number": fresh("F")}}
    first, second = (supplier.session.send("POST", "/v1/invoices", json=body, headers=headers) for _ in range(2))
    assert first.status_code == 201, shown(first)
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    other = supplier.session.send("POST", "/v1/invoices", json=body | {"document": {}}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_an_invoice_taken_back_before_delivery_never_reaches_the_buyer(
    erp: Machine, buyer: Person, supplier: Supplier
) -> None:
    order = new_order(erp, supplier)
    draft = supplier.draft(order["id"], fresh("F"))
    supplier.submit(draft["id"])
    answer = supplier.session.send("POST", f"/v1/invoices/{draft['id']}/cancel", json={"reason": "WITHDRAWN"})
    if answer.status_code == 204:
        eventually(
            "freed lines",
            lambda: all(Decimal(line["reserved"]) == 0 for line in supplier.lines(order["id"]).values()) or None,
        )
        assert ended(supplier.session, draft["id"], "cancelled")["state"] == "cancelled"
        assert buyer.send("GET", f"/v1/archive/{draft['id']}/original.pdf").status_code == 404
    else:
        assert answer.json()["code"] in ("NOT_CANCELLABLE", "BUSY"), shown(answer)
        supplier.ended(draft["id"])
