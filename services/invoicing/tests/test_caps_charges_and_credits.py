"""Charges beside the lines: against an order's cap where freight counts, and back with the last of a credit."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from contracts.invoices import InvoiceArchived, InvoiceFailed, OrderLineUse, Stage
from contracts.refs import DocumentRef
from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice import InvoiceDraft
from documents.party import Party
from documents.vat import VatCategory
from invoicing.domain import credit, takings

STANDARD = VatCategory(code="S", rate=Decimal(20))
CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
FREIGHT = {"amount": "10.00", "reason": "Port", "reason_code": "FC", "vat": {"code": "S", "rate": "20"}}
DISCOUNT = {"amount": "5.00", "reason": "Remise", "vat": {"code": "S", "rate": "20"}}


def adjustment(amount: Decimal, reason: str) -> DocumentAllowanceCharge:
    return DocumentAllowanceCharge(amount=amount, reason=reason, vat=STANDARD)


def draft(*charges: DocumentAllowanceCharge) -> InvoiceDraft:
    party = Party(name="Somebody")
    return InvoiceDraft.model_validate(
        {
            "number": "F-1", "issue_date": "2026-11-22", "type_code": "380", "currency": "EUR",
            "seller": party, "buyer": party, "lines": (), "charges": charges,
        }
    )  # fmt: skip


@given(charges=st.lists(CENTS, min_size=1, max_size=4), amounts=st.lists(CENTS, min_size=1, max_size=6))
def test_charges_are_shared_by_the_orders_of_a_document_without_a_rest(
    charges: list[Decimal], amounts: list[Decimal]
) -> None:
    made = draft(*(adjustment(amount, "Port") for amount in charges), adjustment(Decimal(7), "Sales tax"))
    uses = [
        OrderLineUse(order_id=new_id(), order_line_id=new_id(), quantity=Decimal(1), amount=each) for each in amounts
    ]
    shares = takings.charges(made, uses)
    assert sum(shares.values(), Decimal(0)) == sum(charges, Decimal(0))
    assert set(shares) == {use.order_id for use in uses}
    assert takings.charges(made, []) == {}


@given(charges=st.lists(st.tuples(CENTS, st.sampled_from(["Port", "Emballage"])), max_size=4), taken=CENTS)
def test_what_one_credit_note_gave_back_the_next_does_not(charges: list[tuple[Decimal, str]], taken: Decimal) -> None:
    whole = draft(*(adjustment(*each) for each in charges))
    partly = draft(*(adjustment(min(taken, amount), reason) for amount, reason in charges[:1]))
    left = credit.adjustments_left(whole, [partly]).charges
    given_back = sum((each.amount for each in partly.charges), Decimal(0))
    assert sum((each.amount for each in left), Decimal(0)) + given_back == sum((a for a, _ in charges), Decimal(0))
    assert credit.adjustments_left(whole, [whole]).charges == ()


@pytest.mark.parametrize(
    ("gross", "invoiced", "credited", "fits"),
    [
        ("60", "100", ["40"], True),
        ("60.01", "100", ["40"], False),
        ("-1", "100", [], False),
        ("-60", "-100", ["-40"], True),
    ],
)
def test_credit_notes_together_never_exceed_their_invoice(
    gross: str, invoiced: str, credited: list[str], *, fits: bool
) -> None:
    found = credit.too_much(Decimal(gross), Decimal(invoiced), [Decimal(each) for each in credited])
    assert (found == ()) is fits


async def made(desk: Any, order_id: UUID, number: str, quantity: str, **terms: Any) -> str:
    line = {"identifier": "1", "quantity": quantity, "unit": "C62", "order_line": {"line": "10", "order": "PO-1"}}
    content = {"price": {"net": "12.50"}, "vat": {"code": "S", "rate": "20"}, "item": {"name": "Item 1"}}
    wanted = {"order_id": str(order_id), "document": {"number": number, "lines": [line | content]} | terms}
    answer = await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def submit(desk: Any, invoice_id: str) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/submit", headers=desk.seller())


async def last(desk: Any) -> dict[str, Any]:
    return (await desk.facts_sent("invoice.submitted"))[-1]


def step(fact: dict[str, Any]) -> dict[str, Any]:
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    return {name: fact[name] for name in names}


async def archived(desk: Any) -> None:
    fact = await last(desk)
    document, now = DocumentRef.model_validate(fact["document"]), desk.clock.now()
    learnt = InvoiceArchived(
        **step(fact), archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0, original=document,
        archived_document=document, retain_until=now, archived_at=now,
    )  # fmt: skip
    await desk.learn(learnt)


async def cap_left(desk: Any, order_id: UUID) -> Decimal:
    lines = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.seller())
    return Decimal(lines.json()["amount_available"])


@pytest.mark.connected
@pytest.mark.parametrize(("counts", "left"), [(None, "15.00"), (True, "15.00"), (False, "25.00")])
async def test_freight_counts_against_the_cap_where_the_order_says_so(
    desk: Any, *, counts: bool | None, left: str
) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, amount_cap=Decimal("50.00"), freight_in_cap=counts)
    first = await made(desk, order_id, "F-1", "2", charges=[FREIGHT])
    assert (await submit(desk, first)).status_code == 202
    assert await cap_left(desk, order_id) == Decimal(left)
    second = await made(desk, order_id, "F-2", "2")
    answer = await submit(desk, second)
    assert answer.status_code == (202 if counts is False else 409), answer.text
    if counts is False:
        return
    assert answer.json()["code"] == "AMOUNT_CAP_REACHED"
    failed = InvoiceFailed(**step(await last(desk)), stage=Stage.VALIDATION, reason="RULES", failed_at=desk.clock.now())
    await desk.learn(failed, source="validation")
    assert await cap_left(desk, order_id) == Decimal("50.00"), "what failed gives its freight back too"
    assert (await submit(desk, second)).status_code == 202


@pytest.mark.connected
async def test_the_last_of_a_credit_takes_charges_and_allowances_along_and_frees_the_cap(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 10, amount_cap=Decimal("100.00"))
    invoice = await made(desk, order_id, "F-1", "4", charges=[FREIGHT], allowances=[DISCOUNT])
    assert (await submit(desk, invoice)).status_code == 202
    await archived(desk)
    assert await cap_left(desk, order_id) == Decimal("40.00")
    path = f"/v1/invoices/{invoice}/credit-notes"

    async def credited(number: str, wanted: dict[str, Any] | None = None, **terms: Any) -> tuple[Any, Any]:
        note = (await desk.client.post(path, json=wanted, headers=desk.seller())).json()
        headers = desk.seller() | {"if-match": '"v1"'}
        await desk.client.patch(f"/v1/invoices/{note['id']}", json={"number": number} | terms, headers=headers)
        return note["document"], await submit(desk, note["id"])

    part = {"lines": [{"line": "1", "quantity": "1"}]}
    document, answer = await credited("A-0", part, charges=[FREIGHT | {"amount": "60.00"}])
    assert document["charges"] == []
    assert (answer.status_code, answer.json()["violations"][0]["rule"]) == (422, "CREDIT_TOO_LARGE")
    _, answer = await credited("A-1", part, charges=[FREIGHT | {"amount": "4.00"}])
    assert answer.status_code == 202, answer.text
    await archived(desk)
    assert await cap_left(desk, order_id) == Decimal("56.50")
    rest, answer = await credited("A-2")
    assert answer.status_code == 202, answer.text
    assert [charge["amount"] for charge in rest["charges"]] == ["6.00"]
    assert [allowance["amount"] for allowance in rest["allowances"]] == ["5.00"]
    await archived(desk)
    assert await cap_left(desk, order_id) == Decimal("100.00")
    shown = {
        found["number"]: found
        for found in (await desk.client.get("/v1/invoices", headers=desk.seller())).json()["items"]
    }
    assert Decimal(shown["A-1"]["gross"]) + Decimal(shown["A-2"]["gross"]) == Decimal(shown["F-1"]["gross"])
