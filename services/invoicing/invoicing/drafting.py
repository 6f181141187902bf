"""Drafts: made from an order, from nothing or from an invoice to credit; edited; looked at as they would be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import Kind
from documents.errors import AmountOutOfRange
from documents.invoice import Invoice, InvoiceDraft
from documents.invoice.codes import INVOICE
from documents.totals import calculate
from invoicing import errors, trade
from invoicing.checking import Subject
from invoicing.domain import conversion, credit, drafts, enrichment
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.enrichment import Filled
from invoicing.domain.incoming import AsItCame
from invoicing.domain.life import EDITABLE, State
from invoicing.domain.takings import KnownLine, LineName, line_name
from invoicing.env import Env
from invoicing.store import credit_lines, invoices, orders
from invoicing.store.invoices import NewInvoice
from invoicing.trade import Relation
from mesh.transaction import Transaction


def computed(draft: InvoiceDraft) -> Invoice:
    """The draft with its amounts. Raises Invalid (`AMOUNT_OUT_OF_RANGE`)."""
    try:
        return calculate(draft)
    except AmountOutOfRange as error:
        raise errors.amount_out_of_range(str(error)) from None


def order_numbers(draft: InvoiceDraft) -> tuple[str, ...]:
    """The orders that a draft bills."""
    named = [name[0] for line in draft.lines if (name := line_name(draft, line))]
    return tuple(dict.fromkeys([*([draft.order_reference] if draft.order_reference else []), *named]))


@dataclass(frozen=True)
class Made:
    """A new draft that nothing keeps yet."""

    new: NewInvoice
    relation: Relation
    known: Mapping[LineName, KnownLine] = field(default_factory=dict[LineName, KnownLine])
    """Order lines that were read when it was made."""

    @property
    def subject(self) -> Subject:
        """What is looked at; nothing travels beside it yet."""
        new = self.new
        as_is = new.as_is is not None
        return Subject(new.id, new.supplier_id, new.buyer_id, new.unit_id, as_is, with_files=False, filled=new.filled)


@dataclass(frozen=True)
class Kept:
    """A draft as it was written into its row."""

    subject: Subject
    version: int
    draft: InvoiceDraft
    invoice: Invoice
    relation: Relation
    known: Mapping[LineName, KnownLine] = field(default_factory=dict[LineName, KnownLine])
    """Order lines that were read when it was made."""

    @property
    def id(self) -> UUID:
        """The invoice's."""
        return self.subject.id


async def keep(tx: Transaction, made: Made, now: datetime) -> Kept:
    """Write a new draft into a row of its own."""
    new = made.new
    invoice = computed(new.draft)
    await invoices.add(tx, new, invoice.totals, order_numbers(new.draft), now)
    return Kept(made.subject, 1, new.draft, invoice, made.relation, made.known)


@dataclass(frozen=True)
class Blank:
    """What an invoice from nothing starts with. `type_code` is 380 or 386 (prepayment)."""

    unit_id: UUID
    currency: str
    type_code: str = INVOICE


async def _unit(tx: Transaction, company_id: UUID, unit_id: UUID) -> Relation:
    relation = await trade.relation(tx, company_id, unit_id)
    if not relation.trade.connected:
        raise errors.unit_unknown()
    return relation


def _without_order(relation: Relation, draft: InvoiceDraft) -> None:
    """Told before anybody types: the unit takes no invoice that bills no order."""
    billing = any(line_name(draft, line) for line in draft.lines)
    if not relation.permissions.without_order and not billing:
        buyer = f"{relation.buyer.legal_name} ({relation.unit.name})"
        raise errors.non_order_forbidden(buyer, relation.unit.support_contact)


async def start(tx: Transaction, env: Env, company_id: UUID, blank: Blank, edit: DraftEdit) -> Made:
    """A draft from what the supplier wrote. Raises Refusal (`NON_ORDER_FORBIDDEN`, `UNIT_UNKNOWN`)."""
    unit_id, currency = blank.unit_id, blank.currency
    relation = await _unit(tx, company_id, unit_id)
    seller, buyer = relation.seller_party, relation.buyer_party
    empty = InvoiceDraft(
        number="",
        issue_date=env.clock.today(relation.supplier.time_zone),
        type_code=blank.type_code,
        currency=currency,
        notes=conversion.notes(seller),
        process=conversion.process(seller, []),
        seller=seller,
        buyer=buyer,
        lines=(),
    )
    draft = await with_terms(tx, relation, empty, edit)
    _without_order(relation, draft)
    return _by_seller(relation, draft)


async def copy(
    tx: Transaction, env: Env, company_id: UUID, unit_id: UUID, content: InvoiceDraft, edit: DraftEdit
) -> Made:
    """A draft with the content of a template or of another invoice, and the edit's terms."""
    relation = await _unit(tx, company_id, unit_id)
    _without_order(relation, content)
    parties = {"seller": relation.seller_party, "buyer": relation.buyer_party}
    draft = drafts.copied(content, today=env.clock.today(relation.supplier.time_zone), **parties)
    return _by_seller(relation, await with_terms(tx, relation, draft, edit))


def take_in(relation: Relation, draft: InvoiceDraft, filled: tuple[Filled, ...]) -> Made:
    """A draft of what other software wrote: its content, in the terms of French law where it says nothing itself.
    `filled`: what of it was filled from its orders.

    Raises Refusal (`NON_ORDER_FORBIDDEN`, `UNIT_UNKNOWN`).
    """
    if not relation.trade.connected:
        raise errors.unit_unknown()
    _without_order(relation, draft)
    lawful = {
        "notes": draft.notes or conversion.notes(draft.seller),
        "process": conversion.process(draft.seller, [line.unit for line in draft.lines]),
    }
    return _by_seller(relation, draft.model_copy(update=lawful), filled=filled)


def take_as_is(relation: Relation, draft: InvoiceDraft, document: AsItCame) -> Made:
    """An invoice whose bytes, number and date stay as they came: it is sent or cancelled, never edited.

    Raises Refusal (`NON_ORDER_FORBIDDEN`, `UNIT_UNKNOWN`).
    """
    if not relation.trade.connected:
        raise errors.unit_unknown()
    _without_order(relation, draft)
    return _by_seller(relation, draft, as_is=document)


async def correction(tx: Transaction, env: Env, companies: Sequence[UUID], invoice_id: UUID) -> Made:
    """The draft of a corrected invoice (384) for one that was refused or rejected, whose quantities are free again."""
    row = await own(tx, invoice_id, companies)
    if row["kind"] != Kind.INVOICE.value or row["author_id"] != row["supplier_id"]:
        raise errors.not_correctable(for_good=True)
    if not row["closed"]:
        raise errors.not_correctable()
    relation = await _unit(tx, row["author_id"], row["unit_id"])
    parties = {"seller": relation.seller_party, "buyer": relation.buyer_party}
    today = env.clock.today(relation.supplier.time_zone)
    return _by_seller(relation, drafts.corrected(invoices.draft_of(row), today=today, **parties))


def _by_seller(
    relation: Relation, draft: InvoiceDraft, as_is: AsItCame | None = None, filled: tuple[Filled, ...] = ()
) -> Made:
    new = NewInvoice(
        id=new_id(),
        supplier_id=relation.supplier.company_id,
        buyer_id=relation.buyer.company_id,
        unit_id=relation.unit.unit_id,
        kind=Kind.INVOICE,
        draft=draft,
        author_id=relation.supplier.company_id,
        as_is=as_is,
        channel=relation.channel,
        filled=filled,
    )
    return Made(new, relation)


async def own(tx: Transaction, invoice_id: UUID, companies: Sequence[UUID], *, lock: bool = False) -> RowMapping:
    """An invoice of its author: its seller, or the buyer that bills itself.

    Raises NotFound, Forbidden (`NOT_THE_SUPPLIER`) for the other side.
    """
    return owned(await (invoices.locked if lock else invoices.one)(tx, invoice_id), companies)


def owned(row: RowMapping | None, companies: Sequence[UUID]) -> RowMapping:
    """The same of a row that was read already."""
    if row is None:
        raise errors.invoice_unknown()
    if row["author_id"] not in companies:
        raise errors.not_the_supplier()
    return row


def editable(row: RowMapping) -> None:
    """Raises Conflict (`NOT_EDITABLE`, `SENT_AS_IS`) for an invoice that nobody writes in any more."""
    if State(row["state"]) not in EDITABLE:
        raise errors.not_editable(row["state"])
    if row["as_is"] is not None:
        raise errors.sent_as_is()


async def write(tx: Transaction, row: RowMapping, edit: DraftEdit) -> Kept:
    """Write terms of a locked draft, or of an invoice that failed."""
    editable(row)
    relation = await trade.relation(tx, row["supplier_id"], row["unit_id"], channel=row["channel"])
    draft = await with_terms(tx, relation, invoices.draft_of(row), edit)
    invoice = computed(draft)
    filled = tuple(mark for mark in invoices.filled_in(row) if enrichment.term_of(mark) not in edit.model_fields_set)
    edited = invoices.Edited(draft, invoice.totals, order_numbers(draft), filled)
    version = await invoices.save(tx, row["id"], edited)
    return Kept(replace(Subject.of(row), filled=filled), version, draft, invoice, relation)


async def with_terms(tx: Transaction, relation: Relation, draft: InvoiceDraft, edit: DraftEdit) -> InvoiceDraft:
    """The draft with the edit's terms written. Raises Refusal (`BILLING_ADDRESS_UNKNOWN`)."""
    if edit.buyer_address is not None and edit.buyer_address != relation.buyer_party.address:
        known = await orders.billing_addresses(tx, relation.sellers, relation.unit.unit_id)
        if edit.buyer_address not in known:
            raise errors.billing_address_unknown()
    return drafts.edited(draft, edit) if edit.model_fields_set else draft


async def credit_note(
    tx: Transaction, env: Env, companies: Sequence[UUID], invoice_id: UUID, wanted: Mapping[str, Decimal] | None
) -> Made:
    """The draft of a credit note for lines of an archived invoice; None: for all that is left of it."""
    row = await own(tx, invoice_id, companies, lock=True)
    if row["kind"] != Kind.INVOICE.value or State(row["state"]) not in (State.ARCHIVED, State.DELIVERED):
        raise errors.not_creditable("Only an invoice that is archived is credited.")
    if row["closed"]:
        raise errors.not_creditable("The invoice was refused; no credit note is expected.")
    original = invoices.draft_of(row)
    left = credit.left(original, await credit_lines.credited(tx, invoice_id))
    quantities = {line: quantity for line, quantity in left.items() if quantity} if wanted is None else dict(wanted)
    found = credit.findings(list(quantities.items()), left, "lines")
    if found:
        raise errors.incomplete(found)
    if not quantities:
        raise errors.not_creditable("All of this invoice is credited already.")
    relation = await trade.relation(tx, row["supplier_id"], row["unit_id"])
    adjustments = credit.Adjustments()
    if quantities == {line: quantity for line, quantity in left.items() if quantity}:
        # With the last of the lines goes the last of what stands beside them.
        notes = [invoices.draft_of(note) for note in await credit_lines.notes(tx, invoice_id)]
        adjustments = credit.adjustments_left(original, notes)
    today = env.clock.today(relation.supplier.time_zone)
    draft = credit.credit_note(original, quantities, adjustments, today=today)
    new = NewInvoice(
        id=new_id(),
        supplier_id=row["supplier_id"],
        buyer_id=row["buyer_id"],
        unit_id=row["unit_id"],
        kind=Kind.CREDIT_NOTE,
        draft=draft,
        author_id=row["author_id"],
        credits_invoice_id=invoice_id,
    )
    return Made(new, relation)
