"""The submit: the document is made once and stored; then number, allowance, quantities and fact in one transaction."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import InvoiceSubmitted, Kind, OrderLineUse
from contracts.money import Totals, fits
from contracts.refs import AttachmentRef, DocumentRef
from contracts.status import Party
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice, InvoiceDraft
from invoicing import checking, drafting, errors, lifecycle, trade
from invoicing.checking import Checked, Subject
from invoicing.domain import billable, credit, enrichment, takings
from invoicing.domain.billable import Code
from invoicing.domain.enrichment import Filled
from invoicing.domain.incoming import AsItCame
from invoicing.domain.life import EDITABLE, State, View
from invoicing.domain.takings import KnownLine, LineName
from invoicing.drafting import Made
from invoicing.env import Env
from invoicing.store import (
    allowance,
    attachments,
    credit_lines,
    facts,
    invoices,
    ledger,
    order_context,
    orders,
    pairs,
    parts,
    self_billing,
)
from invoicing.store.invoices import Sent
from invoicing.store.ledger import Submission
from invoicing.store.parts import Part
from invoicing.trade import Relation
from mesh import crash, outbox
from mesh.errors import Refusal
from mesh.objects import content_key
from mesh.transaction import Transaction

_XML = "application/xml"
_SOURCE = "/svc/invoicing"
_FIRST_VERSIONS = (1, 0)
"""Of a draft that is kept in the transaction that sends it."""

Make = Callable[[Transaction], Awaitable[Made]]
"""Reads what a new draft is made from."""


@dataclass(frozen=True)
class Prepared:
    """A document that is stored and ready to be sent."""

    made_from: tuple[int, int]
    """Versions of the draft and of what travels beside it."""
    draft: InvoiceDraft
    kept: InvoiceDraft
    """The draft as the row keeps it: dated, without what only this sending day filled in."""
    invoice: Invoice
    document: DocumentRef
    known: dict[LineName, KnownLine]
    uses: tuple[OrderLineUse, ...]
    attachments: tuple[AttachmentRef, ...]
    filled: tuple[Filled, ...]
    """Terms of the document that were filled, and from what."""
    source: AttachmentRef | None
    """The file that the document came in, of one that is sent as it is."""


async def prepare(env: Env, companies: Sequence[UUID], invoice_id: UUID) -> "Prepared | Refusal":
    """Make and store the document. A refusal is returned: the caller's transaction may know it is done already."""
    try:
        return await _prepared(env, companies, invoice_id)
    except Refusal as refusal:
        return refusal


async def prepare_new(env: Env, companies: Sequence[UUID], make: Make) -> "tuple[Made, Prepared] | Refusal":
    """The same of a draft that nothing keeps yet."""
    try:
        async with env.api.transaction(companies) as tx:
            made = await make(tx)
            today = env.clock.today(made.relation.supplier.time_zone)
            written = made.new.draft
            checked = await checking.check(tx, made.subject, written, made.relation, today, made.known)
        return made, await _stored(env, checked, written, made.new.kind, made.new.as_is, _FIRST_VERSIONS)
    except Refusal as refusal:
        return refusal


async def _prepared(env: Env, companies: Sequence[UUID], invoice_id: UUID) -> Prepared:
    async with env.api.transaction(companies) as tx:
        row = drafting.owned(await invoices.with_pair(tx, invoice_id), companies)
        if State(row["state"]) not in EDITABLE:
            raise errors.not_submittable(row["state"])
        relation = await trade.between(tx, pairs.of(row), channel=row["channel"])
        today = env.clock.today(relation.supplier.time_zone)
        written = invoices.draft_of(row)
        checked = await checking.check(tx, Subject.of(row), written, relation, today)
    as_is = AsItCame.model_validate(row["as_is"]) if row["as_is"] is not None else None
    return await _stored(env, checked, written, Kind(row["kind"]), as_is, (row["version"], row["files_version"]))


async def _stored(
    env: Env, checked: Checked, written: InvoiceDraft, kind: Kind, as_is: AsItCame | None, made_from: tuple[int, int]
) -> Prepared:
    draft, known = checked.draft, checked.known
    if checked.missing:
        raise errors.incomplete(checked.missing)
    invoice = drafting.computed(draft)
    uses = _uses(draft, known, kind)
    _checked_amounts(invoice)
    return Prepared(
        made_from,
        draft,
        _as_written(draft, written, checked.anew) if as_is is None else draft,
        invoice,
        DocumentRef(**as_is.model_dump(exclude={"source"})) if as_is else await _written_document(env, invoice),
        known,
        uses,
        tuple(attachments.reference(file) for file in checked.files),
        checked.filled,
        as_is.source if as_is else None,
    )


async def _written_document(env: Env, invoice: Invoice) -> DocumentRef:
    xml = write_invoice(invoice)
    key = content_key("invoices", hashlib.sha256(xml).hexdigest())
    crash.site("invoicing.document.put")
    document = await env.objects.put("documents", key, xml, _XML)
    crash.site("invoicing.document.stored")
    return document


def _as_written(sent: InvoiceDraft, written: InvoiceDraft, anew: Sequence[Filled]) -> InvoiceDraft:
    """What is kept for another attempt: what a sending day or a rulebook filled in is filled in anew by the next."""
    again = {"tax_point_date", "delivery", "supporting_documents", *(enrichment.term_of(mark) for mark in anew)}
    return sent.model_copy(update={name: getattr(written, name) for name in again})


def _uses(draft: InvoiceDraft, known: dict[LineName, KnownLine], kind: Kind) -> tuple[OrderLineUse, ...]:
    try:
        return takings.uses(draft, known, kind)
    except ValueError as error:  # a sum that no fact can carry
        raise errors.amount_out_of_range(str(error).splitlines()[0]) from None


def _checked_amounts(invoice: Invoice) -> None:
    totals = invoice.totals
    if not all(fits(value) for value in (totals.net_amount, totals.vat_amount, totals.gross_amount, totals.due_amount)):
        raise errors.amount_out_of_range("The totals have more than 18 digits, or more than 6 decimals.")


@dataclass(frozen=True)
class _Subject:
    """The invoice that is sent, and how often it was before."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    author_id: UUID
    kind: Kind
    credits_invoice_id: UUID | None
    as_is: bool
    attempt: int = 0


async def submit_new(tx: Transaction, env: Env, made: Made, prepared: Prepared) -> UUID:
    """Send a new draft, which is kept as it is sent; returns the submission's id. Raises Refusal."""
    new = made.new
    known = await invoices.pair_of_new(tx, new.supplier_id, new.unit_id, prepared.draft.number)
    relation = await trade.between(tx, known, channel=new.channel)
    parties = new.supplier_id, new.buyer_id, new.unit_id, new.author_id
    subject = _Subject(new.id, *parties, new.kind, new.credits_invoice_id, new.as_is is not None)

    def shown(sent: Sent, view: View, now: datetime) -> Part:
        return invoices.sending_new(new, sent, view, now)

    return await _send(tx, env, subject, relation, prepared, shown)


async def submit(tx: Transaction, env: Env, companies: Sequence[UUID], invoice_id: UUID, prepared: Prepared) -> UUID:
    """Send what was prepared; returns the submission's id. Raises Refusal, and then nothing has happened."""
    number = prepared.draft.number
    row = drafting.owned(await invoices.locked_with_pair(tx, invoice_id, number), companies)
    if State(row["state"]) not in EDITABLE:
        raise errors.not_submittable(row["state"])
    if (row["version"], row["files_version"]) != prepared.made_from:
        raise errors.busy()
    relation = await trade.between(tx, pairs.of(row), channel=row["channel"])
    parties = row["supplier_id"], row["buyer_id"], row["unit_id"], row["author_id"]
    subject = _Subject(invoice_id, *parties, Kind(row["kind"]), row["credits_invoice_id"], row["as_is"], row["attempt"])

    def shown(sent: Sent, view: View, _: datetime) -> Part:
        return invoices.sending(invoice_id, sent, view)

    return await _send(tx, env, subject, relation, prepared, shown)


async def _send(
    tx: Transaction,
    env: Env,
    subject: _Subject,
    relation: Relation,
    prepared: Prepared,
    shown: Callable[[Sent, View, datetime], Part],
) -> UUID:
    """`shown` writes the row; the caller holds the number."""
    number, author_id = prepared.draft.number, subject.author_id
    _checked_trade(relation)
    if author_id != subject.supplier_id and not await self_billing.agreed(tx, relation.sellers, relation.buyers):
        raise errors.self_billing_not_agreed()
    if subject.attempt:
        await invoices.leave_other_numbers(tx, subject.id, number)
    parties = relation.parties(subject.supplier_id, subject.buyer_id)
    taken = await invoices.take_number(tx, subject.id, author_id, number, parties)
    if not taken.ours:
        raise errors.number_taken(number)
    if taken.on_paper:
        raise errors.duplicate_invoice(number)
    now = env.clock.now()
    submission = Submission(
        id=new_id(),
        invoice_id=subject.id,
        supplier_id=subject.supplier_id,
        buyer_id=subject.buyer_id,
        attempt=subject.attempt + 1,
        kind=subject.kind,
        credits_invoice_id=subject.credits_invoice_id,
    )
    if submission.kind is Kind.CREDIT_NOTE:
        charges, accounts = await _reserve_credit(tx, submission, prepared)
    else:
        charges, accounts = await _reserve(tx, prepared, relation, env.clock.today(relation.supplier.time_zone))
    totals = prepared.invoice.totals
    fact = InvoiceSubmitted(
        invoice_id=subject.id,
        supplier_id=subject.supplier_id,
        buyer_id=subject.buyer_id,
        unit_id=subject.unit_id,
        submission_id=submission.id,
        document=prepared.document,
        order_lines=prepared.uses,
        attempt=submission.attempt,
        number=number,
        kind=submission.kind,
        issue_date=prepared.draft.issue_date,
        totals=Totals(
            currency=prepared.draft.currency,
            net=totals.net_amount,
            vat=totals.vat_amount,
            gross=totals.gross_amount,
            due=totals.due_amount,
        ),
        original="as_is" if subject.as_is else "issue",
        author=Party.SUPPLIER if author_id == subject.supplier_id else Party.BUYER,
        language=relation.supplier.language,
        customer_language=relation.customer_language,
        attachments=prepared.attachments,
        source=prepared.source,
        supplier_country=relation.supplier.country,
        buyer_country=relation.buyer.country,
        order_context=order_context.of(prepared.draft, prepared.known, prepared.uses, accounts),
        submitted_at=now,
    )
    event_id = outbox.emit(tx, fact, subject=subject.id, tenant=subject.supplier_id)
    numbers = drafting.order_numbers(prepared.draft)
    sent = Sent(prepared.kept, totals, prepared.document, numbers, prepared.filled)
    payer = relation.payer
    if author_id != subject.supplier_id:  # a buyer that bills itself pays itself
        payer = await allowance.payer(tx, relation.buyers, relation.buyer_grant)
    # The allowance comes with the last statement, since every submit of one payer meets in its row.
    written = [
        allowance.taking(payer, subject.supplier_id, subject.id, now),
        ledger.opening(submission, prepared.uses, charges, now),
        *await lifecycle.beginning(
            tx, fact, facts.entry(event_id, fact, _SOURCE), author_id, lambda view: shown(sent, view, now)
        ),
    ]
    if not await parts.run(tx, written, allowance.TAKEN):
        raise errors.blocked(Code.NO_ALLOWANCE)
    if submission.kind is Kind.CREDIT_NOTE and submission.credits_invoice_id:
        quantities = {line.identifier: line.quantity for line in prepared.draft.lines}
        await credit_lines.add(tx, submission.id, author_id, submission.credits_invoice_id, quantities)
    return submission.id


def _checked_trade(relation: Relation) -> None:
    if not relation.trade.connected:
        raise errors.blocked(Code.NOT_CONNECTED)
    if not relation.trade.consent:
        raise errors.blocked(Code.NO_CONSENT)


_Reserved = tuple[dict[UUID, Decimal], dict[UUID, RowMapping]]
"""What of the document's charges counts against the caps of its orders, and its order lines as they stand then."""


async def _reserve(tx: Transaction, prepared: Prepared, relation: Relation, today: date) -> _Reserved:
    if not prepared.uses:
        return {}, {}
    opened, reserved = await ledger.reserve(tx, prepared.uses, takings.charges(prepared.draft, prepared.uses))
    for order_id in sorted({use.order_id for use in prepared.uses}):
        await _checked_order(tx, order_id, opened.get(order_id), relation, today)
    refused = {use.order_line_id for use in prepared.uses} - reserved.keys()
    if refused:
        raise errors.quantity_not_available(await _refused(tx, prepared, refused))
    return {order_id: row["counted"] for order_id, row in opened.items()}, reserved


async def _checked_order(
    tx: Transaction, order_id: UUID, opened: RowMapping | None, relation: Relation, today: date
) -> None:
    row = opened or await orders.one(tx, order_id, relation.sellers)
    if row is None:
        raise errors.order_unknown()
    blocks = billable.order_blocks(
        billable.OrderFacts(row["response"], row["closed"], row["changed_on"], row["archived"]), relation.trade, today
    )
    # An invoice that is sent again has its allowance already; taking it decides.
    standing = [block for block in blocks if block.code is not Code.NO_ALLOWANCE]
    if standing:
        raise errors.blocked(standing[0].code)
    if opened is None:
        raise errors.blocked(Code.AMOUNT_CAP_REACHED)


async def _refused(tx: Transaction, prepared: Prepared, refused: set[UUID]) -> list[tuple[str, str]]:
    available = await orders.availability(tx, sorted(refused))
    found: list[tuple[str, str]] = []
    for index, line in enumerate(prepared.draft.lines):
        name = takings.line_name(prepared.draft, line)
        if name and prepared.known[name].order_line_id in refused:
            left = available[prepared.known[name].order_line_id]
            found.append((f"/lines/{index}/quantity", f"{max(left, Decimal(0)):f} {line.unit} can be invoiced now."))
    return found


async def _reserve_credit(tx: Transaction, submission: Submission, prepared: Prepared) -> _Reserved:
    """The credited invoice is held, so that two credit notes cannot take the same quantity or amount."""
    if submission.credits_invoice_id is None:
        raise errors.not_creditable("The credit note names no invoice.", for_good=True)
    original = await invoices.locked(tx, submission.credits_invoice_id)
    if original is None or original["closed"] or State(original["state"]) not in (State.ARCHIVED, State.DELIVERED):
        raise errors.not_creditable("The invoice was refused or cancelled; there is nothing to credit.")
    left = credit.left(invoices.draft_of(original), await credit_lines.credited(tx, submission.credits_invoice_id))
    wanted = [(line.identifier, line.quantity) for line in prepared.draft.lines]
    earlier = await credit_lines.notes(tx, submission.credits_invoice_id)
    totals = prepared.invoice.totals
    found = [
        *credit.findings(wanted, left, "lines"),
        *credit.too_much(totals.gross_amount, original["gross"], [note["gross"] for note in earlier]),
    ]
    if found:
        raise errors.incomplete(found)
    reserved = await ledger.reserve_credit(tx, prepared.uses) if prepared.uses else {}
    if len(reserved) < len(prepared.uses):
        raise errors.not_creditable("More is credited of an order line than was invoiced of it.")
    charges = takings.charges(prepared.draft, prepared.uses)
    return (await ledger.counted_charges(tx, charges) if charges else {}), reserved
