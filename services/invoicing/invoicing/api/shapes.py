"""How invoices look over HTTP."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.faults import Violation
from contracts.invoices import Kind
from contracts.rulebooks import EnrichmentSource
from documents.invoice import Invoice, InvoiceDraft
from documents.party import PostalAddress
from documents.values import Amount
from invoicing.domain.enrichment import Filled
from invoicing.domain.life import State
from invoicing.trade import Relation
from mesh.bodies import Output


class BuyerTerms(Output):
    """What the buyer's unit takes, to be told before anybody types."""

    buyer_id: UUID
    buyer_name: str
    unit_id: UUID
    unit_name: str
    charges_allowed: bool
    non_order_invoices: bool
    receipt_required: bool
    support_contact: str
    billing_addresses: list[PostalAddress] = Field(
        description="the registered one first, then those that orders of the unit name; write `buyer_address`"
    )


def buyer_terms(relation: Relation, addresses: Sequence[PostalAddress]) -> BuyerTerms:
    """What a unit takes, as its settings say; `addresses` are those of its orders."""
    registered = relation.buyer_party.address
    known = [*([registered] if registered else []), *addresses]
    return BuyerTerms(
        buyer_id=relation.buyer.company_id,
        buyer_name=relation.buyer.legal_name,
        unit_id=relation.unit.unit_id,
        unit_name=relation.unit.name,
        charges_allowed=relation.unit.charges_allowed,
        non_order_invoices=relation.unit.non_order_invoices,
        receipt_required=relation.unit.receipt_required,
        support_contact=relation.unit.support_contact,
        billing_addresses=[address for index, address in enumerate(known) if address not in known[:index]],
    )


class Overdue(Output):
    """What was awaited of the buyer until when, in vain."""

    expected: list[str]
    deadline: datetime


class InvoiceSummary(Output):
    """One invoice in a list."""

    id: UUID
    kind: Kind
    state: State
    status: str | None = Field(description="business status of the live delivery (MDT-105), for example 205")
    number: str
    issue_date: date | None
    due_date: date | None = Field(description="set by the buyer")
    supplier_id: UUID
    supplier_name: str
    buyer_id: UUID
    buyer_name: str
    unit_id: UUID
    order_numbers: list[str]
    currency: str
    net: Amount
    vat: Amount
    gross: Amount
    due: Amount
    created_at: datetime
    submitted_at: datetime | None
    archived_at: datetime | None
    delivered_at: datetime | None
    transaction_number: str | None = Field(description="given at the first submit, kept by every later one")
    unread: bool = Field(default=False, description="received, and nobody of your company has read it")
    overdue: Overdue | None = Field(default=None, description="nobody said a word in time: open a ticket")


class Failure(Output):
    """Why the latest submission ended: codes; texts are rendered for the reader."""

    stage: str | None
    reason: str | None
    findings: list[dict[str, Any]]


class InvoiceDetail(InvoiceSummary):
    """One invoice. `draft` is there for its seller only."""

    version: int
    attempt: int
    submission_id: UUID | None
    delivery_id: UUID | None
    credits_invoice_id: UUID | None
    author_id: UUID = Field(description="who wrote it: the supplier, or the buyer that bills itself")
    as_is: bool = Field(description="the document as it was uploaded is the invoice; it is not edited")
    closed: bool = Field(description="refused (210) or rejected (213): the outcome stands")
    failure: Failure | None
    delivery_failures: list[str]
    outstanding: Amount | None = Field(
        default=None,
        description="still to come, after the cash-ins (212) of the live delivery; null before one",
    )
    draft: InvoiceDraft | None


class FilledTerm(Output):
    """A term that the invoice lacked, filled from an order, receipt or despatch (its number), or from what the network
    knows of its companies (the buyer's name).
    """

    pointer: str
    source: EnrichmentSource
    number: str


def filled_terms(marks: Iterable[Filled]) -> list[FilledTerm]:
    """Marks as they are shown."""
    return [FilledTerm(pointer=mark.pointer, source=mark.source, number=mark.number) for mark in marks]


class DraftKept(Output):
    """A draft with its amounts, and everything that would keep it from being sent now."""

    id: UUID
    version: int
    document: Invoice
    missing: list[Violation] = Field(default=[])
    filled: list[FilledTerm] = Field(default=[], description="what nobody wrote, and where it is from")
    archive_option: bool = Field(description="sent now, it would be kept ten years, with its container")


class Submitted(Output):
    """An invoice on its way."""

    id: UUID
    submission_id: UUID
    state: Literal["submitted"] = "submitted"


class Document(Output):
    """What was sent, or would be sent now, with its totals."""

    id: UUID
    version: int
    sent: bool
    document: Invoice
    missing: list[Violation] = Field(default=[], description="of a draft: what would keep it from being sent now")
    filled: list[FilledTerm] = Field(default=[], description="what nobody wrote, and where it is from")
    buyer: BuyerTerms | None = Field(default=None, description="of a draft: what the buyer's unit takes")
    archive_option: bool | None = Field(
        default=None, description="of a draft: sent now, it would be kept ten years, with its container"
    )


def _terms(row: Mapping[str, Any]) -> dict[str, Any]:
    names: Mapping[str, Any] = row["draft"]
    hidden = {"draft", "document", "as_is"}
    return {name: value for name, value in row.items() if name not in hidden} | {
        "supplier_name": names["seller"]["name"],
        "buyer_name": names["buyer"]["name"],
    }


def summary(row: Mapping[str, Any]) -> InvoiceSummary:
    """A row of the list."""
    return InvoiceSummary(**_terms(row))


def detail(row: Mapping[str, Any], draft: InvoiceDraft | None, outstanding: Decimal | None) -> InvoiceDetail:
    """One invoice; a buyer sees neither its draft nor what earlier attempts ran into."""
    terms: dict[str, Any] = _terms(row) | {"draft": draft, "as_is": row["as_is"] is not None}
    terms |= {"outstanding": outstanding}
    if draft is None:
        terms |= {"failure": None, "attempt": 1}
    return InvoiceDetail(**terms)
