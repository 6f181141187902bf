"""What a buyer sees and says, and that the ledger's journal explains its accounts."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id, order_line_id
from contracts.invoices import Channel, InvoiceArchived, InvoiceDelivered, InvoiceFailed, InvoiceStatusReported, Stage
from contracts.refs import DocumentRef
from contracts.registration import Role
from contracts.status import Party

pytestmark = pytest.mark.connected


async def submitted(desk: Any, order_id: UUID, number: str, quantity: str = "5") -> dict[str, Any]:
    """The fact of an invoice for some of line 10."""
    headers = desk.seller()
    made = (await desk.client.post("/v1/invoices", json={"order_id": str(order_id)}, headers=headers)).json()
    line = made["document"]["lines"][0] | {"quantity": quantity}
    line.pop("net_amount")
    path = f"/v1/invoices/{made['id']}"
    edit = {"number": number, "lines": [line]}
    assert (await desk.client.patch(path, json=edit, headers=headers | {"if-match": '"v1"'})).status_code == 200
    answer = await desk.client.post(f"{path}/submit", headers=headers)
    assert answer.status_code == 202, answer.text
    return (await desk.facts_sent("invoice.submitted"))[-1]


def archived(desk: Any, fact: dict[str, Any]) -> InvoiceArchived:
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    document = DocumentRef.model_validate(fact["document"])
    return InvoiceArchived(
        **{name: fact[name] for name in names},
        archive_id=new_id(),
        delivery_id=new_id(),
        sequence=1,
        leaf_index=0,
        original=document,
        archived_document=document,
        retain_until=desk.clock.now(),
        archived_at=desk.clock.now(),
    )


def ids(fact: InvoiceArchived) -> dict[str, Any]:
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id")
    return {name: getattr(fact, name) for name in names}


async def report(desk: Any, invoice_id: UUID, headers: dict[str, str], **status: Any) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/statuses", json=status, headers=headers)


async def round_trip(desk: Any) -> None:
    """The status that was just reported comes back as a fact, as every fact does."""
    await desk.learn(InvoiceStatusReported.model_validate((await desk.facts_sent("invoice.status_reported"))[-1]))


async def test_a_buyer_sees_an_invoice_from_its_archiving_on_and_nothing_of_what_was_before(desk: Any) -> None:
    await desk.settle_in()
    fact = await submitted(desk, await desk.order("PO-1", 10), "F-1")
    path = f"/v1/invoices/{fact['invoice_id']}"
    assert (await desk.client.get(path, headers=desk.purchaser())).status_code == 404
    learnt = archived(desk, fact)
    await desk.learn(learnt)
    await desk.learn(
        InvoiceDelivered(
            **ids(learnt),
            submission_id=learnt.submission_id,
            delivery_id=learnt.delivery_id,
            channel=Channel.FEED,
            delivered_at=desk.clock.now(),
        )
    )
    shown = (await desk.client.get(path, headers=desk.purchaser())).json()
    assert (shown["state"], shown["number"], shown["draft"]) == ("delivered", "F-1", None)
    timeline = (await desk.client.get(f"{path}/timeline", headers=desk.purchaser())).json()["entries"]
    assert [entry["type"] for entry in timeline] == ["invoice.archived", "invoice.delivered"]
    document = (await desk.client.get(f"{path}/document", headers=desk.purchaser())).json()
    assert document["document"]["number"] == "F-1"
    found = await desk.client.get("/v1/invoices", params={"q": "dupont"}, headers=desk.purchaser())
    assert [item["number"] for item in found.json()["items"]] == ["F-1"]
    for verb in ("submit", "cancel", "credit-notes"):
        answer = await desk.client.post(f"{path}/{verb}", headers=desk.purchaser(Role.ACCOUNTANT))
        assert (answer.status_code, answer.json()["code"]) == (403, "NOT_THE_SUPPLIER")


async def test_each_side_sets_its_own_statuses_and_no_others(desk: Any) -> None:
    await desk.settle_in()
    learnt = archived(desk, await submitted(desk, await desk.order("PO-1", 10), "F-1"))
    early = await report(desk, learnt.invoice_id, desk.seller(), code="212")
    assert (early.status_code, early.json()["code"]) == (409, "NOT_DELIVERED")
    await desk.learn(learnt)
    for code, headers in (("212", desk.purchaser()), ("205", desk.seller()), ("203", desk.purchaser())):
        answer = await report(desk, learnt.invoice_id, headers, code=code)
        assert (answer.status_code, answer.json()["code"]) == (403, "NOT_YOUR_STATUS")
    bare = await report(desk, learnt.invoice_id, desk.purchaser(), code="207")
    assert [item["rule"] for item in bare.json()["violations"]] == ["REASON_REQUIRED"]
    odd = await report(desk, learnt.invoice_id, desk.purchaser(), code="210", reasons=["LIVR_INCOMP"])
    assert [item["pointer"] for item in odd.json()["violations"]] == ["/reasons/0"]
    other = await report(desk, learnt.invoice_id, desk.purchaser(), code="205", delivery_id=str(new_id()))
    assert (other.status_code, other.json()["code"]) == (404, "DELIVERY_UNKNOWN")
    assert (await report(desk, learnt.invoice_id, desk.stranger(), code="205")).status_code == 404
    viewer = await report(desk, learnt.invoice_id, desk.purchaser(Role.VIEWER), code="205")
    assert (viewer.status_code, viewer.json()["code"]) == (403, "RIGHT_REQUIRED")


async def test_what_waits_for_the_buyer_is_asked_for_by_status(desk: Any) -> None:
    await desk.settle_in()
    for number in ("F-1", "F-2", "F-3"):
        learnt = archived(desk, await submitted(desk, await desk.order(f"PO-{number}", 10), number))
        await desk.learn(learnt)
        if number != "F-1":
            code, reasons = ("205", []) if number == "F-2" else ("208", ["REF_ERR"])
            answer = await report(desk, learnt.invoice_id, desk.purchaser(), code=code, reasons=reasons)
            assert answer.status_code == 201, answer.text
            await round_trip(desk)
    for wanted, numbers in ((["none", "208"], {"F-1", "F-3"}), (["205"], {"F-2"}), ([], {"F-1", "F-2", "F-3"})):
        found = await desk.client.get("/v1/invoices", params={"status": wanted}, headers=desk.purchaser())
        assert {item["number"] for item in found.json()["items"]} == numbers
    wrong = await desk.client.get("/v1/invoices", params={"status": "open"}, headers=desk.purchaser())
    assert wrong.status_code == 422


async def test_an_approval_shows_with_its_due_date_and_a_refusal_ends_it(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    learnt = archived(desk, await submitted(desk, order_id, "F-1", "10"))
    await desk.learn(learnt)
    approved = await report(desk, learnt.invoice_id, desk.purchaser(), code="205", due_date="2026-12-31")
    assert approved.status_code == 201
    await round_trip(desk)
    shown = (await desk.client.get(f"/v1/invoices/{learnt.invoice_id}", headers=desk.seller())).json()
    assert (shown["status"], shown["due_date"]) == ("205", "2026-12-31")
    await report(desk, learnt.invoice_id, desk.purchaser(), code="210", reasons=["CMD_ERR"])
    await round_trip(desk)
    shown = (await desk.client.get(f"/v1/invoices/{learnt.invoice_id}", headers=desk.seller())).json()
    assert (shown["status"], shown["closed"]) == ("210", True)
    assert (await desk.line(order_id))["invoiced"] == 0
    credit = await desk.client.post(f"/v1/invoices/{learnt.invoice_id}/credit-notes", headers=desk.seller())
    assert (credit.status_code, credit.json()["code"]) == (409, "NOT_CREDITABLE")


async def test_the_journal_explains_every_account(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 100, receipt_required=True)
    await desk.receipt(order_id, "10", 90)
    await desk.receipt(order_id, "10", -10)
    facts = [await submitted(desk, order_id, f"F-{n}", str(3 + n)) for n in range(5)]
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    common = {name: facts[0][name] for name in names}
    await desk.learn(InvoiceFailed(**common, stage=Stage.SIGNING, reason="X", failed_at=desk.clock.now()))
    deliveries = [archived(desk, fact) for fact in facts[1:4]]
    for learnt in deliveries:
        await desk.learn(learnt)
    refusal = InvoiceStatusReported(
        **ids(deliveries[0]),
        delivery_id=deliveries[0].delivery_id,
        status_id=new_id(),
        code="210",
        reasons=("QTE_ERR",),
        reported_by=Party.BUYER,
        reported_at=desk.clock.now(),
    )
    await desk.learn(refusal)
    async with desk.env.pipeline.transaction() as tx:
        rows = await tx.rows(
            "select kind, sum(quantity) quantity from ledger_movement where order_line_id = :id group by kind",
            id=order_line_id(order_id, "10"),
        )
    moved = {row["kind"]: row["quantity"] for row in rows}

    def into(stage: str) -> Decimal:
        gained = sum((q for kind, q in moved.items() if kind.endswith(f">{stage}")), Decimal(0))
        return gained - sum((q for kind, q in moved.items() if kind.startswith(f"{stage}>")), Decimal(0))

    line = await desk.line(order_id)
    assert line["received"] == moved["received"] == 80
    assert line["reserved"] == into("reserved") == 7
    assert line["invoiced"] == into("invoiced") == 5 + 6
    assert into("freed") == 3 + 4


async def test_a_later_revision_changes_what_is_ordered_and_nothing_else(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, 5)
    await submitted(desk, order_id, "F-1", "8")
    await desk.order("PO-1", 6, order_id=order_id, revision=2)
    line, gone = await desk.line(order_id), await desk.line(order_id, "20")
    assert (line["ordered"], line["reserved"], gone["ordered"]) == (6, 8, 0)
    await desk.order("PO-1", 99, 99, order_id=order_id, revision=1)  # an older revision changes nothing
    assert (await desk.line(order_id))["ordered"] == 6
    answer = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.seller())
    codes = [[block["code"] for block in item["blocks"]] for item in answer.json()["lines"]]
    assert codes == [["OVER_INVOICED"], ["WITHDRAWN"]]


async def test_an_invoice_of_an_unknown_order_waits_for_it(desk: Any) -> None:
    await desk.settle_in()
    await desk.receipt(new_id(), "10", 4)
    async with desk.env.pipeline.transaction() as tx:
        parked = await tx.rows("select event_type, fingerprint, reason from parked")
    assert [row["event_type"] for row in parked] == ["navette.receipt.recorded.v1"]
