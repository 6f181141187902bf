"""Several orders on one invoice, by quantity or by amount, at the order's price, with the newest values proposed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id, order_line_id
from contracts.orders import DespatchSent, OrderChanged, ReceivedLine
from contracts.refs import DocumentRef
from documents.item import Price
from documents.order import BilledBy, Order
from documents.reading import read_invoice
from invoicing.domain import proposals
from invoicing.domain.conversion import Converted, Convertible, draft
from invoicing.domain.ledger import Balance
from invoicing.domain.proposals import Step

connected = pytest.mark.connected
WHOLE = st.decimals(0, 1_000, places=2)


async def converted(desk: Any, **wanted: Any) -> dict[str, Any]:
    answer = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sent(desk: Any, made: dict[str, Any], number: str, lines: list[dict[str, Any]] | None = None) -> Any:
    edit: dict[str, Any] = {"number": number}
    if lines is not None:
        edit["lines"] = [{name: value for name, value in line.items() if name != "net_amount"} for line in lines]
    path = f"/v1/invoices/{made['id']}"
    written = await desk.client.patch(path, json=edit, headers=desk.seller() | {"if-match": f'"v{made["version"]}"'})
    assert written.status_code == 200, written.text
    return await desk.client.post(f"{path}/submit", headers=desk.seller())


async def billable(desk: Any, order_id: UUID) -> dict[str, Any]:
    answer = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.seller())
    assert answer.status_code == 200, answer.text
    return answer.json()


@connected
async def test_one_invoice_bills_several_orders_and_its_xml_names_each(desk: Any) -> None:
    await desk.settle_in()
    first, second = await desk.order("PO-1", 10), await desk.order("PO-2", 4, 6)
    made = await converted(desk, order_ids=[str(first), str(second)])
    lines = made["document"]["lines"]
    assert [(line["order_line"]["order"], line["order_line"]["line"]) for line in lines] == [
        ("PO-1", "10"),
        ("PO-2", "10"),
        ("PO-2", "20"),
    ]
    assert (made["document"]["order_reference"], made["document"]["payment_terms"]) == (None, "30 jours")
    assert (await sent(desk, made, "F-1")).status_code == 202
    fact = (await desk.facts_sent("invoice.submitted"))[-1]
    assert {use["order_id"] for use in fact["order_lines"]} == {str(first), str(second)}
    assert [(await desk.line(order))["reserved"] for order in (first, second)] == [10, 4]
    xml = read_invoice(await desk.env.objects.read(DocumentRef.model_validate(fact["document"])))
    assert [line.order_line.order for line in xml.lines if line.order_line] == ["PO-1", "PO-2", "PO-2"]


@connected
async def test_only_the_ticked_lines_are_taken_and_no_others_exist(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, 5)
    ticked = {"order_line_id": str(order_line_id(order_id, "20")), "quantity": "2"}
    made = await converted(desk, order_id=str(order_id), lines=[ticked])
    assert [(line["order_line"]["line"], line["quantity"]) for line in made["document"]["lines"]] == [("20", "2")]
    strange = {"order_ids": [str(order_id)], "lines": [{"order_line_id": str(new_id())}]}
    answer = await desk.client.post("/v1/invoices", json=strange, headers=desk.seller())
    assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_LINE_UNKNOWN")


@connected
async def test_a_line_billed_by_amount_ends_at_its_amount_whatever_the_quantities(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 8, billed_by=BilledBy.AMOUNT)  # 8 x 12.50
    line = {"order_line_id": str(order_line_id(order_id, "10")), "amount": "33.33"}
    made = await converted(desk, order_id=str(order_id), lines=[line])
    assert made["document"]["totals"]["net_amount"] == "33.33"
    assert (await sent(desk, made, "F-1")).status_code == 202
    (shown,) = (await billable(desk, order_id))["lines"]
    assert (shown["billed_by"], shown["amount_available"], shown["billable"]) == ("amount", "66.67", True)
    rest = await converted(desk, order_id=str(order_id))
    assert rest["document"]["totals"]["net_amount"] == "66.67"
    twenty = rest["document"]["lines"][0] | {"quantity": "20", "price": {"net": "3.34"}}
    refused = await sent(desk, rest, "F-2", [twenty])
    assert (refused.status_code, refused.json()["code"]) == (409, "QUANTITY_NOT_AVAILABLE")
    rest["version"] += 1
    many = twenty | {"quantity": "66.67", "price": {"net": "1"}}
    assert (await sent(desk, rest, "F-2", [many])).status_code == 202
    (shown,) = (await billable(desk, order_id))["lines"]
    assert [block["code"] for block in shown["blocks"]] == ["FULLY_INVOICED"]


@connected
async def test_the_price_of_the_order_is_not_the_sellers_to_change_and_who_can_is_named(desk: Any) -> None:
    await desk.settle_in()
    contacts = [{"role": "requester", "name": "Mme Roy", "email": "roy@acme.example"}]
    order_id = await desk.order("PO-1", 10, contacts=contacts)
    made = await converted(desk, order_id=str(order_id))
    dearer = made["document"]["lines"][0] | {"price": {"net": "13"}}
    answer = await sent(desk, made, "F-1", [dearer])
    assert answer.status_code == 422
    (found,) = answer.json()["violations"]
    assert (found["rule"], found["pointer"]) == ("PRICE_DIFFERS", "/lines/0/price")
    assert "12.5" in found["detail"] and "roy@acme.example" in found["detail"]
    made["version"] += 1
    allowances = [{"amount": "200", "reason": "rebate"}]
    negative = await sent(desk, made, "F-1", [made["document"]["lines"][0] | {"allowances": allowances}])
    assert [item["rule"] for item in negative.json()["violations"]] == ["AMOUNT_NEGATIVE"]


@connected
async def test_the_newest_values_are_proposed_with_their_documents(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    common = {"order_id": order_id, "buyer_id": desk.buyer, "supplier_id": desk.supplier, "unit_id": desk.unit}
    announced = DespatchSent(
        **common,
        despatch_id=new_id(),
        number="BL-7",
        despatched_on=date(2026, 11, 10),
        lines=(ReceivedLine(order_line_id=order_line_id(order_id, "10"), quantity=Decimal(6)),),
    )
    await desk.learn(announced)
    await desk.learn(announced)
    (line,) = (await billable(desk, order_id))["lines"]
    assert line["proposed"]["quantity"] == "6"
    assert [(s["kind"], s["number"]) for s in line["proposed"]["sources"]] == [("despatch", "BL-7")]
    made = await converted(desk, order_id=str(order_id), despatch_id=str(announced.despatch_id))
    assert made["document"]["despatch_advice_reference"] == "BL-7"
    assert made["document"]["lines"][0]["quantity"] == "6"
    await desk.receipt(order_id, "10", 5)
    (line,) = (await billable(desk, order_id))["lines"]
    assert (line["proposed"]["quantity"], line["available"], line["price"]["net"]) == ("5", "10", "12.50")


@connected
async def test_an_old_order_that_was_changed_is_young_again(desk: Any) -> None:
    await desk.settle_in(order_window_years=1)
    order_id = await desk.order("PO-1", 10)
    desk.clock.advance(datetime(2028, 1, 10, tzinfo=UTC) - desk.clock.now())
    assert [b["code"] for b in (await billable(desk, order_id))["lines"][0]["blocks"]] == ["TOO_OLD"]
    async with desk.env.pipeline.transaction() as tx:
        reference = await tx.value("select document from sales_order where id = :id", id=order_id)
    changed = OrderChanged(
        order_id=order_id,
        buyer_id=desk.buyer,
        supplier_id=desk.supplier,
        unit_id=desk.unit,
        number="PO-1",
        revision=2,
        currency="EUR",
        issue_date=date(2025, 1, 1),
        active_on=date(2027, 5, 31),
        document=DocumentRef.model_validate(reference),
    )
    desk.clock.advance(datetime(2027, 6, 1, tzinfo=UTC) - desk.clock.now())
    await desk.learn(changed)
    shown = await billable(desk, order_id)
    assert (shown["revision"], shown["lines"][0]["blocks"]) == (2, [])
    assert [address["city"] for address in shown["buyer"].pop("billing_addresses")] == ["Paris"]
    assert shown["buyer"] | {"buyer_id": "", "unit_id": ""} == {
        "buyer_id": "",
        "buyer_name": "Acme France",
        "unit_id": "",
        "unit_name": "Siège",
        "charges_allowed": True,
        "non_order_invoices": False,
        "receipt_required": False,
        "support_contact": "",
    }


@given(
    WHOLE, WHOLE, WHOLE, st.lists(st.tuples(st.sampled_from(["receipt", "despatch", "response"]), WHOLE), max_size=4)
)
def test_a_proposal_is_never_more_than_is_available(
    ordered: Decimal, received: Decimal, invoiced: Decimal, said: list[tuple[Any, Decimal]]
) -> None:
    account = Balance(ordered, received, Decimal(0), receipt_required=False, invoiced=invoiced)
    steps = [Step(new_id(), kind, "X", date(2026, 11, 1), quantity) for kind, quantity in said]
    found = proposals.proposal(account, steps)
    assert 0 <= found.quantity <= max(account.available, Decimal(0))
    assert not any(step.kind == "despatch" for step in found.steps) or not any(s.kind == "receipt" for s in steps)


@given(st.decimals("0.01", 100_000, places=2), st.decimals("0.01", 1_000, places=2))
def test_an_amount_becomes_a_line_that_makes_it_to_the_cent(amount: Decimal, price: Decimal) -> None:
    order = Order.model_validate(
        {
            "number": "PO-1",
            "issue_date": "2026-11-01",
            "currency": "EUR",
            "buyer": {"name": "Acme"},
            "seller": {"name": "Dupont"},
            "lines": [{"identifier": "1", "quantity": "1", "unit": "HUR", "item": {"name": "Hours"}}],
        }
    )
    line = order.lines[0].model_copy(update={"price": Price(net=price)})
    parties: dict[str, Any] = {"seller": order.seller, "buyer": order.buyer, "today": order.issue_date}
    made = draft([Converted(order, (Convertible(line, Decimal(1), amount),))], **parties).lines[0]
    assert made.quantity * made.price.net == amount
