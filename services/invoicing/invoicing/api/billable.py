"""`GET /v1/billable-lines`: what can be invoiced of an order, and why not."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import RowMapping

from contracts.money import Quantity, shortest
from documents.item import Price
from documents.order import BilledBy
from documents.party import Contact
from documents.values import Amount
from documents.vat import VatCategory
from invoicing import errors, trade
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import BuyerTerms, buyer_terms
from invoicing.domain import billable, proposals
from invoicing.domain.billable import Block, Code, LineFacts, OrderFacts
from invoicing.domain.ledger import Balance
from invoicing.domain.proposals import Step
from invoicing.store import orders
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.freshness import FreshRoute

router = APIRouter(prefix="/v1/billable-lines", tags=["invoices"], route_class=FreshRoute)


class BlockingReason(Output):
    """One reason, and who can change it."""

    code: Code
    mended_by: Literal["supplier", "buyer", "platform"]
    role: str | None = Field(description="purchasing, receiving, accounts_payable or requester at the buyer's")
    contact: Contact | None


class Source(Output):
    """A document that came after the order."""

    id: UUID
    kind: Literal["response", "despatch", "receipt"]
    number: str
    dated: date
    quantity: Quantity


class Proposed(Output):
    """What to invoice by the newest documents; `sources` is empty when the order alone says it."""

    quantity: Quantity
    sources: list[Source]


class BillableLine(Output):
    """An order line's account."""

    order_line_id: UUID
    identifier: str
    item_name: str
    unit: str
    ordered: Quantity
    received: Quantity
    receipt_required: bool
    reserved: Quantity
    invoiced: Quantity
    credited: Quantity
    available: Quantity = Field(description="negative: the buyer took something back after it was invoiced")
    billed_by: BilledBy
    amount_cap: Amount | None
    amount_available: Annotated[Amount | None, Field(description="without VAT; null: no cap")]
    price: Price | None = Field(description="read-only in a conversion")
    vat: VatCategory | None = Field(description="what the buyer expects")
    proposed: Proposed
    billable: bool
    blocks: list[BlockingReason]


class BillableLines(Output):
    """What can be invoiced of an order now."""

    order_id: UUID
    order_number: str
    revision: int
    currency: str
    amount_available: Annotated[Amount | None, Field(description="of the order's cap, without VAT; null: no cap")]
    buyer: BuyerTerms
    contacts: Annotated[dict[str, Contact], Field(description="by role: purchasing, receiving, requester …")]
    lines: list[BillableLine]


def _reason(block: Block, order: RowMapping, support: str) -> BlockingReason:
    role = block.role.value if block.role else None
    found = order["contacts"].get(role) if role else None
    contact = Contact.model_validate(found, extra="ignore") if found else None
    if contact is None and role and support:
        contact = Contact(email=support)
    return BlockingReason(code=block.code, mended_by=block.mended_by.value, role=role, contact=contact)


_SHOWN = ("identifier", "item_name", "unit", "receipt_required", "amount_cap", "amount_available")
_QUANTITIES = ("ordered", "received", "reserved", "invoiced", "credited", "available")


def balance(row: RowMapping) -> Balance:
    """A line's account from its row."""
    names = ("ordered", "received", "extra", "receipt_required", "reserved", "invoiced", "credited")
    return Balance(**{name: row[name] for name in names})


def _proposed(account: Balance, documents: list[RowMapping]) -> Proposed:
    names = ("id", "kind", "number", "dated", "quantity")
    found = proposals.proposal(account, [Step(**{name: row[name] for name in names}) for row in documents])
    sources = [Source(**vars(step)) for step in found.steps]
    return Proposed(quantity=shortest(found.quantity), sources=sources)


def _contacts(order: RowMapping) -> dict[str, Contact]:
    found: dict[str, Any] = order["contacts"]
    return {role: Contact.model_validate(contact, extra="ignore") for role, contact in found.items()}


def _cap_left(order: RowMapping) -> Decimal | None:
    if order["amount_cap"] is None:
        return None
    return order["amount_cap"] - order["invoiced_amount"] - order["reserved_amount"] + order["credited_amount"]


@router.get("")
async def list_billable_lines(
    principal: CurrentPrincipal, env: CurrentEnv, order_id: Annotated[UUID, Query(description="an order sent to you")]
) -> BillableLines:
    """What can be invoiced of each line of an order, or every reason why it cannot, with who can change that."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        order = await orders.one(tx, order_id, principal.tenants)
        if order is None:
            raise errors.order_unknown()
        relation = await trade.relation(tx, order["supplier_id"], order["unit_id"])
        rows = await orders.lines(tx, order_id)
        documents = await orders.documents(tx, order_id)
        addresses = await orders.billing_addresses(tx, relation.sellers, order["unit_id"])
    facts = OrderFacts(order["response"], order["closed"], order["changed_on"], order["archived"])
    of_order = billable.order_blocks(facts, relation.trade, env.clock.today(relation.supplier.time_zone))
    lines: list[BillableLine] = []
    for row in rows:
        account = balance(row)
        left = LineFacts(account, row["withdrawn"], row["amount_available"], row["by_amount"])
        blocks = (*of_order, *billable.line_blocks(left))
        shown: dict[str, Any] = {name: row[name] for name in _SHOWN}
        for name in _QUANTITIES:
            shown[name] = shortest(row[name])
        lines.append(
            BillableLine(
                **shown,
                order_line_id=row["id"],
                billable=not blocks,
                billed_by=BilledBy.AMOUNT if row["by_amount"] else BilledBy.QUANTITY,
                price=row["content"].get("price"),
                vat=row["content"].get("vat"),
                proposed=_proposed(account, [step for step in documents if step["order_line_id"] == row["id"]]),
                blocks=[_reason(block, order, relation.unit.support_contact) for block in blocks],
            )
        )
    return BillableLines(
        order_id=order_id,
        order_number=order["number"],
        revision=order["revision"],
        currency=order["currency"],
        amount_available=_cap_left(order),
        buyer=buyer_terms(relation, addresses),
        contacts=_contacts(order),
        lines=lines,
    )
