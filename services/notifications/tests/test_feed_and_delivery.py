"""Facts become numbered items for whom they concern, and each delivery is said once. Against the real database."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.ids import new_id
from contracts.invoices import Channel
from contracts.orders import OrderArchived, OrderPublished, ReceiptRecorded
from contracts.registration import ConnectionAccepted, Role
from mesh.errors import CauseUnknown
from mesh.testing import received
from notifications.handlers import handlers
from notifications.store import preferences
from notifications.testing.running import Running
from notifications.testing.trade import NOW, Trade, reference

pytestmark = pytest.mark.connected


async def _types(running: Running, company_id: UUID) -> list[str]:
    async with running.person(company_id, Role.VIEWER) as http:
        answer = await http.get("/v1/feed")
        assert answer.status_code == 200, answer.text
        return [item["type"] for item in answer.json()["items"]]


async def _choose(running: Running, company_id: UUID, channel: Channel) -> None:
    async with running.env.api.transaction([company_id]) as tx:
        await preferences.choose(tx, company_id, channel, NOW)


async def test_the_buyer_sees_nothing_before_the_invoice_is_archived(running: Running) -> None:
    trade = Trade()
    submitted, validated, sealed, archived = trade.up_to_archived()
    await running.handle(submitted, validated, sealed)
    await running.number()
    assert await _types(running, trade.supplier) == ["invoice.validated", "invoice.sealed"]
    assert await _types(running, trade.buyer) == []
    await running.handle(archived)
    await running.number()
    assert await _types(running, trade.supplier) == ["invoice.validated", "invoice.sealed", "invoice.archived"]
    assert await _types(running, trade.buyer) == ["invoice.archived"]


async def test_positions_are_one_gapless_series_and_each_company_reads_only_its_own(running: Running) -> None:
    trades = [Trade() for _ in range(4)]
    await asyncio.gather(*(running.handle(*trade.up_to_archived()) for trade in trades))
    await running.number()
    async with running.env.pipeline.transaction() as tx:
        rows = await tx.rows("select position from feed_item order by position")
    assert [row["position"] for row in rows] == list(range(1, 17))
    for trade in trades:
        async with running.person(trade.supplier, Role.VIEWER) as http:
            first = (await http.get("/v1/feed?limit=2")).json()
            second = (await http.get(f"/v1/feed?limit=2&after={first['next']}")).json()
        items = first["items"] + second["items"]
        assert [item["type"] for item in items] == ["invoice.validated", "invoice.sealed", "invoice.archived"]
        assert {item["data"]["invoice_id"] for item in items} == {str(trade.invoice)}
        assert (first["more"], second["more"]) == (True, False)
        assert [item["position"] for item in items] == sorted(item["position"] for item in items)


async def test_two_sequencers_at_once_number_nothing_twice(running: Running) -> None:
    for _ in range(5):
        await running.handle(*Trade().up_to_archived())
    await asyncio.gather(*(running.sequencer.once() for _ in range(4)))
    await running.number()
    async with running.env.pipeline.transaction() as tx:
        rows = await tx.rows("select position from feed_item order by position")
    assert [row["position"] for row in rows] == list(range(1, 21))


async def test_handling_a_fact_again_adds_no_second_item(running: Running) -> None:
    trade = Trade()
    facts = trade.up_to_archived()
    await running.handle(*facts)
    await running.handle(*facts[1:])
    assert await running.number() == 4


async def test_by_default_an_invoice_is_delivered_by_the_portal_once_it_is_numbered(running: Running) -> None:
    trade = Trade()
    await running.handle(*trade.up_to_archived())
    assert await running.emitted("invoice.delivered") == []
    await running.number()
    await running.number()
    (fact,) = await running.emitted("invoice.delivered")
    assert (fact["delivery_id"], fact["channel"]) == (str(trade.delivery), "portal")
    assert (fact["invoice_id"], fact["submission_id"]) == (str(trade.invoice), str(trade.submission))


async def test_on_the_feed_the_buyers_program_acknowledges_by_reading_on_and_nobody_else(running: Running) -> None:
    trade = Trade()
    await _choose(running, trade.buyer, Channel.FEED)
    await running.handle(*trade.up_to_archived())
    await running.number()
    async with running.machine(trade.buyer, "feed:read") as erp, running.person(trade.buyer, Role.VIEWER) as person:
        upto = (await erp.get("/v1/feed")).json()["next"]
        assert await running.emitted("invoice.delivered") == []
        assert (await person.get(f"/v1/feed?after={upto}")).status_code == 200
        assert await running.emitted("invoice.delivered") == []
        await asyncio.gather(*(erp.get(f"/v1/feed?after={upto}") for _ in range(5)))
    (fact,) = await running.emitted("invoice.delivered")
    assert fact["channel"] == "feed"


async def test_the_suppliers_program_acknowledges_nothing_for_the_buyer(running: Running) -> None:
    trade = Trade()
    await _choose(running, trade.buyer, Channel.FEED)
    await running.handle(*trade.up_to_archived())
    await running.number()
    async with running.machine(trade.supplier, "feed:read") as http:
        upto = (await http.get("/v1/feed")).json()["next"]
        assert (await http.get(f"/v1/feed?after={upto}")).status_code == 200
    assert await running.emitted("invoice.delivered") == []


async def test_reading_ahead_of_the_feed_is_refused_and_acknowledges_nothing(running: Running) -> None:
    trade = Trade()
    await _choose(running, trade.buyer, Channel.FEED)
    await running.handle(*trade.up_to_archived())
    await running.number()
    async with running.machine(trade.buyer, "feed:read") as erp:
        answer = await erp.get("/v1/feed?after=999999")
    assert (answer.status_code, answer.json()["code"]) == (422, "AHEAD_OF_FEED")
    assert await running.emitted("invoice.delivered") == []


async def test_a_failure_is_told_to_the_supplier_only_and_nothing_follows_it(running: Running) -> None:
    trade = Trade()
    submitted, validated, sealed, archived = trade.up_to_archived()
    await running.handle(submitted, trade.failed(), validated, sealed, archived)
    await running.number()
    assert await _types(running, trade.supplier) == ["invoice.failed"]
    assert await _types(running, trade.buyer) == []
    assert await running.emitted("invoice.delivered") == []


async def test_facts_of_an_older_submission_do_not_act(running: Running) -> None:
    trade = Trade()
    older = trade.submitted(), trade.failed()
    trade.submission = new_id()
    await running.handle(older[0], trade.submitted(attempt=2), older[1])
    assert await running.number() == 0


async def test_a_cancellation_stops_what_is_pending_and_reaches_a_buyer_who_had_been_told(running: Running) -> None:
    told, untold = Trade(), Trade()
    for trade in (told, untold):
        await _choose(running, trade.buyer, Channel.FEED)
    await running.handle(*told.up_to_archived(), told.cancelled())
    await running.handle(untold.submitted(), untold.cancelled(), untold.archived())
    await running.number()
    assert await _types(running, told.buyer) == ["invoice.archived", "invoice.cancelled"]
    assert await _types(running, untold.buyer) == []
    assert await _types(running, untold.supplier) == ["invoice.cancelled"]
    async with running.machine(told.buyer, "feed:read") as erp:
        upto = (await erp.get("/v1/feed")).json()["next"]
        await erp.get(f"/v1/feed?after={upto}")
        tracked = (await erp.get(f"/v1/tracking?invoice_id={told.invoice}")).json()
    assert [delivery["state"] for delivery in tracked["deliveries"]] == ["cancelled"]
    assert await running.emitted("invoice.delivered") == []


async def test_a_status_reaches_both_sides_with_the_invoices_number(running: Running) -> None:
    trade = Trade()
    await running.handle(*trade.up_to_archived(), trade.reported("207", "QTE_ERR"))
    await running.number()
    for side in (trade.supplier, trade.buyer):
        async with running.person(side, Role.VIEWER) as http:
            item = (await http.get("/v1/feed")).json()["items"][-1]
        assert item["type"] == "invoice.status_reported"
        assert (item["data"]["code"], item["data"]["reasons"]) == ("207", ["QTE_ERR"])
        assert item["data"]["number"] == trade.number


async def test_a_fact_whose_cause_is_not_known_yet_waits(running: Running) -> None:
    trade = Trade()
    for early in (trade.validated(), trade.failed(), trade.archived(), trade.reported("205")):
        with pytest.raises(CauseUnknown):
            await running.handle(early)


async def test_orders_receipts_and_connections_are_told(running: Running) -> None:
    trade, order_id = Trade(), new_id()
    sides: dict[str, Any] = {"buyer_id": trade.buyer, "supplier_id": trade.supplier, "unit_id": trade.unit}
    published = OrderPublished(
        **sides,
        order_id=order_id,
        number="PO-7",
        revision=1,
        currency="EUR",
        issue_date=NOW.date(),
        document=reference(),
    )
    receipt = ReceiptRecorded(
        **sides, order_id=order_id, receipt_id=new_id(), number="R-1", received_on=NOW.date(), lines=()
    )
    accepted = ConnectionAccepted(**sides, connection_id=new_id(), at=NOW)
    put_away = OrderArchived(**sides, order_id=order_id, archived=True, at=NOW)
    with pytest.raises(CauseUnknown):
        await running.handle(received(receipt, subject=order_id))
    await running.handle(
        received(published, subject=order_id),
        received(receipt, subject=order_id),
        received(accepted, subject=accepted.connection_id),
        received(put_away, subject=order_id),
    )
    await running.number()
    async with running.person(trade.supplier, Role.VIEWER) as http:
        items = (await http.get("/v1/feed")).json()["items"]
    assert [item["type"] for item in items] == ["order.published", "receipt.recorded", "connection.accepted"]
    assert items[0]["data"]["number"] == "PO-7"
    assert (items[1]["data"]["number"], items[1]["data"]["document_number"]) == ("PO-7", "R-1")
    assert "document" not in items[0]["data"]
    async with running.person(trade.buyer, Role.VIEWER) as http:
        told = (await http.get("/v1/feed")).json()["items"]
    assert [item["type"] for item in told] == ["connection.accepted", "order.archived"]
    assert (told[1]["data"]["archived"], told[1]["data"]["number"]) == (True, "PO-7")


async def test_discarding_the_archived_fact_gives_the_delivery_up_once(running: Running) -> None:
    trade = Trade()
    archived = trade.archived()
    discard = handlers.on_discard(archived.envelope.type)
    assert discard is not None
    for _ in range(2):
        async with running.env.pipeline.transaction() as tx:
            await discard(tx, archived, running.env)
    (fact,) = await running.emitted("invoice.delivery_failed")
    assert fact["reason"] == "OPERATOR_DISCARDED"


async def test_a_client_without_the_scope_and_a_stranger_see_nothing(running: Running) -> None:
    trade = Trade()
    await running.handle(*trade.up_to_archived())
    await running.number()
    async with running.machine(trade.buyer, "orders:write") as http:
        assert (await http.get("/v1/feed")).status_code == 403
    async with running.person(uuid4(), Role.ADMINISTRATOR) as http:
        assert (await http.get("/v1/feed")).json()["items"] == []
        assert (await http.get(f"/v1/tracking?invoice_id={trade.invoice}")).status_code == 404
