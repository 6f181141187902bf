"""A company whose two accounts became one: numbers, grants, agreements and orders of the older one count for both."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.registration import GrantState, Role
from documents.invoice import DraftLine, InvoiceDraft
from documents.item import Item, Price
from documents.party import Party
from documents.references import OrderLineReference
from documents.totals import calculate
from documents.vat import VatCategory
from documents.writing import write_invoice

pytestmark = pytest.mark.connected
Headers = dict[str, str]


async def drafted(desk: Any, order_id: Any, number: str, headers: Headers, **terms: Any) -> Any:
    wanted = {"order_id": str(order_id), "document": {"number": number}} | terms
    return await desk.client.post("/v1/invoices", json=wanted, headers=headers)


async def submit(desk: Any, invoice_id: str, headers: Headers) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=headers)


async def sent(desk: Any, order_id: Any, number: str, headers: Headers, **terms: Any) -> tuple[int, str | None]:
    """What became of one draft and its submit: a status and a code."""
    made = await drafted(desk, order_id, number, headers, **terms)
    if made.status_code != 201:
        return made.status_code, made.json()["code"]
    answer = await submit(desk, made.json()["id"], headers)
    return answer.status_code, answer.json().get("code")


async def uploaded(desk: Any, headers: Headers, order_number: str) -> dict[str, Any]:
    """What became of an invoice of other software that bills line 10 of an order."""
    line = DraftLine(
        identifier="1", quantity=Decimal(4), unit="C62", vat=VatCategory(code="S", rate=Decimal(20)),
        item=Item(name="Item 1"), price=Price(net=Decimal("12.50")),
        order_line=OrderLineReference(order=order_number, line="10"),
    )  # fmt: skip
    draft = InvoiceDraft(
        number="EXT-1", issue_date=date(2026, 11, 20), type_code="380", currency="EUR", order_reference=order_number,
        seller=Party(name="Menuiserie Dupont", vat_identifier="FR32732829320"), buyer=Party(name="Acme"),
        lines=(line,),
    )  # fmt: skip
    answer = await desk.client.post(
        "/v1/uploads", params={"name": "ext.xml"}, content=write_invoice(calculate(draft), "CII"), headers=headers
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["files"][0]
    return found


async def test_a_number_is_the_companys_whichever_account_sent_it(desk: Any) -> None:
    await desk.settle_in()
    older = [await desk.order(number, 10) for number in ("PO-1", "PO-2", "PO-3")]
    assert await sent(desk, older[0], "F-1", desk.seller()) == (202, None)
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    newer = await replace(desk, supplier=kept).order("PO-4", 10)
    assert await sent(desk, newer, "f-1", headers) == (409, "NUMBER_TAKEN"), "the older account sent it before"
    assert await sent(desk, newer, "F-2", headers) == (202, None)
    assert await sent(desk, older[1], "F-2", headers) == (409, "NUMBER_TAKEN"), "the one that stays sent it before"
    assert await sent(desk, older[1], "F-3", headers) == (202, None)
    assert await sent(desk, older[2], "F-3", headers) == (409, "NUMBER_TAKEN")


async def test_an_invoice_that_is_cancelled_gives_its_number_back_for_both(desk: Any) -> None:
    await desk.settle_in()
    orders = [await desk.order(number, 10) for number in ("PO-1", "PO-2")]
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    made = (await drafted(desk, orders[0], "F-1", headers)).json()["id"]
    assert (await submit(desk, made, headers)).status_code == 202
    cancelled = await desk.client.post(f"/v1/invoices/{made}/cancel", json={"reason": "ERROR"}, headers=headers)
    assert cancelled.status_code < 300, cancelled.text
    assert await sent(desk, orders[1], "F-1", headers) == (202, None)


async def test_what_came_on_paper_under_one_account_comes_electronically_under_none(desk: Any) -> None:
    await desk.settle_in()
    orders = [await desk.order(number, 10) for number in ("PO-1", "PO-2")]
    paper = {"supplier_id": str(desk.supplier), "number": "F-1", "issue_date": "2026-11-02"}
    assert (await desk.client.post("/v1/paper-invoices", json=paper, headers=desk.purchaser())).status_code == 201
    assert await sent(desk, orders[0], "F-2", desk.seller()) == (202, None)
    kept = await desk.merge(supplier=True)
    newer = await replace(desk, supplier=kept).order("PO-3", 10)
    assert await sent(desk, newer, "F-1", desk.of(kept, desk.supplier)) == (409, "DUPLICATE_INVOICE")
    for number in ("F-1", "F-2"):
        again = paper | {"supplier_id": str(kept), "number": number}
        answer = await desk.client.post("/v1/paper-invoices", json=again, headers=desk.purchaser())
        assert (answer.status_code, answer.json()["code"]) == (409, "DUPLICATE_INVOICE"), number


async def test_grants_of_both_accounts_are_one_purse_and_nobody_sends_more(desk: Any) -> None:
    await desk.settle_in()
    older = [await desk.order(f"PO-{n}", 10) for n in range(4)]
    await desk.grant(3)
    assert await sent(desk, older[0], "F-0", desk.seller()) == (202, None)
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    await desk.learn(GrantState(company_id=kept, revision=1, allowance=1))

    async def balance() -> dict[str, int]:
        return (await desk.client.get("/v1/invoices/balance", headers=headers)).json()

    assert await balance() == {"granted": 4, "taken": 1, "left": 3}
    newer = await replace(desk, supplier=kept).order("PO-9", 10, 10)
    assert await sent(desk, newer, "F-1", headers) == (202, None)
    assert await sent(desk, older[1], "F-2", headers) == (202, None)
    assert await sent(desk, older[2], "F-3", headers) == (202, None)
    assert await balance() == {"granted": 4, "taken": 4, "left": 0}
    assert await sent(desk, older[3], "F-4", headers) == (409, "NO_ALLOWANCE")


async def test_an_account_of_which_nothing_was_granted_takes_no_limit_away(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    kept = await desk.merge(supplier=True)
    await desk.learn(GrantState(company_id=kept, revision=1, allowance=0))
    assert await sent(desk, order_id, "F-1", desk.of(kept, desk.supplier)) == (409, "NO_ALLOWANCE")


async def test_an_uploaded_invoice_of_the_older_accounts_order_is_matched_and_takes_its_quantities(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    found = await uploaded(desk, headers, "PO-1")
    assert (found["outcome"], [match["basis"] for match in found["matches"]]) == ("accepted", ["reference"]), found
    answer = await submit(desk, found["invoice_id"], headers)
    assert answer.status_code == 202, answer.text
    assert (await desk.line(order_id))["reserved"] == 4


async def test_an_uploaded_invoice_finds_the_order_of_the_buyers_older_account(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10)
    await desk.merge(supplier=False)
    found = await uploaded(desk, desk.seller(), "PO-1")
    assert (found["outcome"], [match["basis"] for match in found["matches"]]) == ("accepted", ["reference"]), found
    assert (await submit(desk, found["invoice_id"], desk.seller())).status_code == 202
    assert (await desk.line(order_id))["reserved"] == 4


async def test_a_number_that_both_accounts_have_orders_of_means_that_of_the_invoices_own(desk: Any) -> None:
    await desk.settle_in()
    older = await desk.order("PO-1", 10)
    kept = await desk.merge(supplier=True)
    newer = await replace(desk, supplier=kept).order("PO-1", 10)
    headers = desk.of(kept, desk.supplier)
    assert await sent(desk, older, "F-1", headers) == (202, None)
    assert [(await desk.line(one))["reserved"] for one in (older, newer)] == [10, 0]
    assert await sent(desk, newer, "F-2", headers) == (202, None)
    assert [(await desk.line(one))["reserved"] for one in (older, newer)] == [10, 10]


async def test_an_agreement_to_self_billing_is_the_companys_and_ends_with_all_of_it(desk: Any) -> None:
    await desk.settle_in()
    path = f"/v1/self-billing/{desk.buyer}"
    assert (await desk.client.put(path, headers=desk.seller())).status_code == 204
    older, buyer = await desk.order("PO-1", 10, 10), desk.purchaser(Role.ACCOUNTANT)
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    newer = await replace(desk, supplier=kept).order("PO-2", 10)
    listed = (await desk.client.get("/v1/self-billing", headers=headers)).json()
    assert [(one["buyer_id"], one["partner_name"]) for one in listed] == [(str(desk.buyer), "Acme France")]
    assert await sent(desk, newer, "SB-1", buyer, self_billed=True) == (202, None)
    assert (await desk.client.delete(path, headers=headers)).status_code == 204
    assert (await desk.client.get("/v1/self-billing", headers=headers)).json() == []
    assert await sent(desk, older, "SB-2", buyer, self_billed=True) == (409, "SELF_BILLING_NOT_AGREED")


async def test_a_merged_buyer_bills_itself_by_the_agreement_with_its_older_account(desk: Any) -> None:
    await desk.settle_in()
    assert (await desk.client.put(f"/v1/self-billing/{desk.buyer}", headers=desk.seller())).status_code == 204
    kept = await desk.merge(supplier=False)
    newer = await replace(desk, buyer=kept).order("PO-2", 10)
    buyer = desk.of(kept, desk.buyer)
    assert len((await desk.client.get("/v1/self-billing", headers=buyer)).json()) == 1
    assert await sent(desk, newer, "SB-1", buyer, self_billed=True) == (202, None)
    assert (await desk.client.delete(f"/v1/self-billing/{kept}", headers=desk.seller())).status_code == 204
    assert await sent(desk, newer, "SB-2", buyer, self_billed=True) == (409, "SELF_BILLING_NOT_AGREED")


async def test_tax_codes_of_both_accounts_are_the_companys_and_one_that_is_removed_is_gone(desk: Any) -> None:
    await desk.settle_in()

    async def put(code: str, rate: str, headers: Headers) -> None:
        part = {"kind": "GST", "rate": rate, "registration": "123"}
        answer = await desk.client.put(f"/v1/tax-codes/{code}", json={"name": code, "parts": [part]}, headers=headers)
        assert answer.status_code == 200, answer.text

    await put("GST", "4", desk.seller())
    await put("OLD", "3", desk.seller())
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    await put("GST", "5", headers)

    async def codes() -> dict[str, str]:
        found = (await desk.client.get("/v1/tax-codes", headers=headers)).json()
        return {code["code"]: code["rate"] for code in found}

    assert await codes() == {"GST": "5", "OLD": "3"}, "what was set last counts"
    for code in ("GST", "OLD"):
        assert (await desk.client.delete(f"/v1/tax-codes/{code}", headers=headers)).status_code == 204
    assert await codes() == {}


async def drafts_of(desk: Any, invoice_id: UUID) -> UUID:
    """The account that an invoice belongs to."""
    async with desk.env.pipeline.transaction() as tx:
        return await tx.value("select supplier_id from invoice where id = :id", id=invoice_id)


async def test_what_begins_from_nothing_is_of_the_account_that_acts(desk: Any) -> None:
    await desk.settle_in(non_order_invoices=True)
    kept = await desk.merge(supplier=True)
    wanted = {"unit_id": str(desk.unit), "currency": "EUR"}
    made = await desk.client.post("/v1/invoices", json=wanted, headers=desk.of(kept, desk.supplier))
    assert made.status_code == 201, made.text
    assert await drafts_of(desk, UUID(made.json()["id"])) == kept
