"""Trash and unread of one's own view, lists by what people look for, payments, and the alert of a silent day."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import new_id
from contracts.invoices import (
    Channel,
    InvoiceArchived,
    InvoiceDelivered,
    InvoiceOverdue,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceSubmitted,
)
from contracts.refs import DocumentRef
from invoicing import jobs, lifecycle
from invoicing.store import facts

pytestmark = pytest.mark.connected
T111 = """<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>m-1</cbc:ID>
<cac:DocumentResponse><cac:Response><cbc:ResponseCode>AP</cbc:ResponseCode></cac:Response>
<cac:DocumentReference><cbc:ID>F-1</cbc:ID></cac:DocumentReference></cac:DocumentResponse></ApplicationResponse>"""


async def delivered(desk: Any, number: str = "F-1", order: str = "PO-1") -> str:
    """An invoice of 10 x 12.50 that its buyer has."""
    wanted = {"order_id": str(await desk.order(order, 10)), "document": {"number": number}}
    answer = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert answer.status_code == 201, answer.text
    made = answer.json()
    sent = await desk.client.post(f"/v1/invoices/{made['id']}/submit", headers=desk.seller())
    assert sent.status_code == 202, sent.text
    fact = InvoiceSubmitted.model_validate((await desk.facts_sent("invoice.submitted"))[-1])
    common = {name: getattr(fact, name) for name in ("invoice_id", "supplier_id", "buyer_id", "unit_id")}
    archived = InvoiceArchived(
        **common,
        submission_id=fact.submission_id,
        document=fact.document,
        order_lines=fact.order_lines,
        archive_id=new_id(),
        delivery_id=new_id(),
        sequence=1,
        leaf_index=0,
        original=DocumentRef.model_validate(fact.document.model_dump()),
        archived_document=fact.document,
        retain_until=desk.clock.now(),
        archived_at=desk.clock.now(),
    )
    arrived = InvoiceDelivered(
        **common,
        submission_id=fact.submission_id,
        delivery_id=archived.delivery_id,
        channel=Channel.FEED,
        delivered_at=desk.clock.now(),
    )
    await desk.learn(archived, arrived)
    return str(fact.invoice_id)


async def listed(desk: Any, headers: dict[str, str], path: str = "/v1/invoices", **params: Any) -> list[dict[str, Any]]:
    answer = await desk.client.get(path, params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_what_one_side_throws_away_stays_with_the_other_and_comes_back(desk: Any) -> None:
    await desk.settle_in()
    invoice_id = await delivered(desk)
    gone = await desk.client.delete(f"/v1/invoices/{invoice_id}", headers=desk.seller())
    assert (gone.status_code, gone.json()["kept_by_others"], gone.json()["note"]) == (200, True, "ONLY_YOUR_VIEW")
    assert await listed(desk, desk.seller()) == []
    assert [item["id"] for item in await listed(desk, desk.seller(), "/v1/trash")] == [invoice_id]
    assert [item["unread"] for item in await listed(desk, desk.purchaser(), box="received")] == [True]
    assert (await desk.client.delete(f"/v1/invoices/{invoice_id}", headers=desk.stranger())).status_code == 404
    assert (await desk.client.post(f"/v1/trash/{invoice_id}/restore", headers=desk.seller())).status_code == 204
    assert [item["id"] for item in await listed(desk, desk.seller())] == [invoice_id]
    assert (await desk.client.post(f"/v1/invoices/{invoice_id}/read", headers=desk.purchaser())).status_code == 204
    assert await listed(desk, desk.purchaser(), unread=True) == []
    counts = (await desk.client.get("/v1/invoices/counts", headers=desk.purchaser())).json()
    moved = {"count": 1, "unread": 0, "overdue": 0, "your_move": 1}
    assert counts == [{"box": "received", "state": "delivered", "status": None} | moved]
    balance = (await desk.client.get("/v1/invoices/balance", headers=desk.seller())).json()
    assert (balance["taken"], balance["left"]) == (1, balance["granted"] and balance["granted"] - 1)


async def test_every_number_finds_the_invoice_and_no_wildcard_finds_more(desk: Any) -> None:
    await desk.settle_in()
    first, second = await delivered(desk, "F_1", "PO-1"), await delivered(desk, "F-2", "PO%2")
    shown = (await desk.client.get(f"/v1/invoices/{first}", headers=desk.seller())).json()
    transaction = shown["transaction_number"]
    for params in (
        {"q": "f_1"},
        {"q": "po-1"},
        {"q": transaction},
        {"number": " f_1 "},
        {"order_number": "PO-1"},
        {"transaction_number": transaction},
    ):
        assert [item["id"] for item in await listed(desk, desk.seller(), **params)] == [first], params
    assert [item["id"] for item in await listed(desk, desk.purchaser(), q="%")] == [second]
    assert len(await listed(desk, desk.purchaser(), q="dupont", least="150", most="150", currency="EUR")) == 2
    assert await listed(desk, desk.seller(), issued_from="2026-11-23") == []
    assert len(await listed(desk, desk.seller(), partner_id=str(desk.buyer), state="delivered")) == 2
    assert await listed(desk, desk.stranger(), q="dupont") == []
    page = await desk.client.get("/v1/invoices", params={"limit": 1, "q": "dupont"}, headers=desk.seller())
    rest = await listed(desk, desk.seller(), limit=1, q="dupont", cursor=page.json()["next"])
    assert [page.json()["items"][0]["id"], rest[0]["id"]] == [second, first]


async def test_words_and_another_condition_find_what_lies_behind_many_that_only_hold_the_words(desk: Any) -> None:
    await desk.settle_in()
    order_id = str(await desk.order("PO-1", 10))
    for number in range(24):
        wanted = {"order_id": order_id, "document": {"number": f"F-{number}"}}
        made = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
        assert made.status_code == 201, made.text
        desk.clock.advance(timedelta(seconds=1))
    found = await listed(desk, desk.seller(), limit=1, q="dupont", number="F-0")
    assert [item["number"] for item in found] == ["F-0"]


async def test_payments_are_split_by_rate_and_never_exceed_the_invoice(desk: Any) -> None:
    await desk.settle_in()
    invoice = f"/v1/invoices/{await delivered(desk)}"
    path = f"{invoice}/statuses"

    async def cashed(amount: str) -> Any:
        return await desk.client.post(path, json={"code": "212", "amount": amount}, headers=desk.seller())

    async def outstanding() -> list[str]:
        """To both sides."""
        sides = (desk.seller(), desk.purchaser())
        return [(await desk.client.get(invoice, headers=headers)).json()["outstanding"] for headers in sides]

    assert await outstanding() == ["150.00", "150.00"]
    part = await cashed("100")
    assert await outstanding() == ["50.00", "50.00"]
    assert part.status_code == 201, part.text
    assert part.json()["vat"] == [{"category": "S", "rate": "20", "gross": "100.00", "vat": "16.67"}]
    over = await cashed("50.01")
    assert [item["rule"] for item in over.json()["violations"]] == ["AMOUNT_TOO_LARGE"]
    assert (await cashed("50")).json()["vat"][0]["vat"] == "8.33"
    assert await outstanding() == ["0.00", "0.00"]
    assert (await cashed("-150")).json()["vat"][0]["vat"] == "-25.00"
    assert [item["rule"] for item in (await cashed("-0.01")).json()["violations"]] == ["AMOUNT_TOO_LARGE"]
    assert await outstanding() == ["150.00", "150.00"]


async def test_a_message_counts_once_and_an_echo_adds_nothing(desk: Any) -> None:
    await desk.settle_in()
    path = f"/v1/invoices/{await delivered(desk)}/statuses"
    xml = {"content-type": "application/xml"}
    first = await desk.client.post(path, content=T111, headers=desk.purchaser() | xml)
    assert (first.status_code, first.json()["code"]) == (201, "205"), first.text
    again = await desk.client.post(path, content=T111, headers=desk.purchaser() | xml)
    echo = await desk.client.post(path, json={"code": "205"}, headers=desk.purchaser())
    assert (again.status_code, echo.status_code) == (200, 200)
    assert first.json()["id"] == again.json()["id"] == echo.json()["id"]
    assert len(await desk.facts_sent("invoice.status_reported")) == 1
    theirs = await desk.client.post(path, content=T111, headers=desk.seller() | xml)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "NOT_YOUR_STATUS")
    other = T111.replace("F-1", "F-9").replace("m-1", "m-2")
    refused = await desk.client.post(path, content=other, headers=desk.purchaser() | xml)
    assert (refused.status_code, refused.json()["code"]) == (409, "OTHER_INVOICE")
    nonsense = await desk.client.post(path, content="<a/>", headers=desk.purchaser() | xml)
    assert (nonsense.status_code, nonsense.json()["code"]) == (422, "MESSAGE_UNREADABLE")
    unknown = await desk.client.post(path, json={"kode": "205"}, headers=desk.purchaser())
    assert unknown.status_code == 422


async def test_a_due_date_that_came_before_the_approval_shows_with_it(desk: Any) -> None:
    await desk.settle_in()
    invoice_id = await delivered(desk)
    path = f"/v1/invoices/{invoice_id}"

    async def shown(**status: Any) -> Any:
        await desk.client.post(f"{path}/statuses", json=status, headers=desk.purchaser())
        latest = (await desk.facts_sent("invoice.status_reported"))[-1]
        await desk.learn(InvoiceStatusReported.model_validate(latest))
        return (await desk.client.get(path, headers=desk.seller())).json()["due_date"]

    assert await shown(code="204", due_date="2026-12-31") is None
    assert await shown(code="205") == "2026-12-31"


async def test_a_day_of_silence_raises_one_alert_whatever_is_repeated(desk: Any) -> None:
    await desk.settle_in()
    invoice_id = await delivered(desk)
    watchdog = jobs.watchdog(desk.env)
    desk.clock.advance(timedelta(hours=23, minutes=59))
    assert await watchdog.once() == 0
    desk.clock.advance(timedelta(minutes=2))
    assert (await watchdog.once(), await watchdog.once()) == (1, 0)
    (fact,) = await desk.facts_sent("invoice.overdue")
    await desk.learn(InvoiceOverdue.model_validate(fact), InvoiceOverdue.model_validate(fact))
    (item,) = await listed(desk, desk.seller(), overdue=True)
    assert (item["id"], "205" in item["overdue"]["expected"]) == (invoice_id, True)
    assert await watchdog.once() == 0
    timeline = (await desk.client.get(f"/v1/invoices/{invoice_id}/timeline", headers=desk.purchaser())).json()
    assert "invoice.overdue" not in [entry["type"] for entry in timeline["entries"]]


async def test_what_waits_for_each_side_is_counted_and_summed_as_its_list(desk: Any) -> None:
    await desk.settle_in()
    first, second = await delivered(desk, "F-1", "PO-1"), await delivered(desk, "F-2", "PO-2")
    refused = {"code": "210", "reasons": ["DOUBLON"]}
    said = await desk.client.post(f"/v1/invoices/{second}/statuses", json=refused, headers=desk.purchaser())
    assert said.is_success, said.text
    await desk.learn(InvoiceStatusReported.model_validate((await desk.facts_sent("invoice.status_reported"))[-1]))
    await desk.client.delete(f"/v1/invoices/{first}", headers=desk.seller())

    async def told(headers: dict[str, str], **terms: Any) -> tuple[list[str], int, list[dict[str, Any]]]:
        ids = [item["id"] for item in await listed(desk, headers, **terms)]
        counts = (await desk.client.get("/v1/invoices/counts", params=terms, headers=headers)).json()
        totals = (await desk.client.get("/v1/invoices/totals", params=terms, headers=headers)).json()
        assert sum(each["count"] for each in counts) == len(ids) == sum(each["count"] for each in totals)
        return ids, sum(each["your_move"] for each in counts), totals

    assert await told(desk.seller()) == ([second], 1, [{"currency": "EUR", "count": 1, "due": "150.00"}])
    assert (await told(desk.seller(), your_move=True))[0] == [second]
    assert (await told(desk.seller(), your_move=False))[0] == []
    assert (await told(desk.purchaser(), your_move=True, q="f-1"))[0] == [first]
    assert (await told(desk.purchaser(), q="F-2"))[:2] == ([second], 0)
    assert [each["id"] for each in await listed(desk, desk.seller(), "/v1/trash", q="F-1", sort="number")] == [first]
    assert await listed(desk, desk.seller(), "/v1/trash", q="F-2") == []
    thrown = await desk.client.get("/v1/invoices/totals", params={"trashed": True}, headers=desk.seller())
    assert [each["count"] for each in thrown.json()] == [1]


async def test_a_step_of_an_invoice_leaves_the_indexes_of_its_lists_as_they_are(desk: Any) -> None:
    """There are a dozen, with that of every word in it: they cost more than all else that a step writes."""
    await desk.settle_in()
    wanted = {"order_id": str(await desk.order()), "document": {"number": "F-1"}}
    await desk.client.post("/v1/invoices/submit", json=wanted, headers=desk.seller())
    sent = InvoiceSubmitted.model_validate((await desk.facts_sent("invoice.submitted"))[-1])
    sealed = InvoiceSealed(
        **{name: getattr(sent, name) for name in ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id")},
        document=sent.document,
        original=sent.document,
        level="B-LTA",
        certificate_sha256="0" * 64,
        legal=True,
        sealed_at=desk.clock.now(),
    )
    async with desk.env.pipeline.transaction() as tx:
        await lifecycle.apply(tx, [(sealed, facts.entry(new_id(), sealed, "/svc/signing"))], desk.clock.now())
        assert await tx.value("select state from invoice") == "sealed"
        for count in ("updated", "hot_updated"):
            assert await tx.value(f"select pg_stat_get_xact_tuples_{count}(cast('invoice' as regclass))") == 1
