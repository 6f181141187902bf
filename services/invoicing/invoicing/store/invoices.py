"""Invoices: drafts, and the view of what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from contracts.invoices import Kind
from contracts.refs import DocumentRef
from contracts.registration import InvoiceChannel
from documents.invoice import DocumentTotals, InvoiceDraft
from invoicing.domain.enrichment import Filled
from invoicing.domain.incoming import AsItCame
from invoicing.domain.life import State, View
from invoicing.domain.numbers import number_key
from invoicing.store import pairs
from invoicing.store.orders import Parties
from invoicing.store.pairs import Known
from invoicing.store.parts import Part
from mesh import tenants
from mesh.transaction import Transaction

_MARKS = TypeAdapter(tuple[Filled, ...])


@dataclass(frozen=True)
class NewInvoice:
    """A draft about to be kept."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    kind: Kind
    draft: InvoiceDraft
    author_id: UUID
    """The seller, or the buyer who bills itself."""
    credits_invoice_id: UUID | None = None
    as_is: AsItCame | None = None
    """The document as it came, when that will be the invoice."""
    channel: InvoiceChannel = "form"
    filled: tuple[Filled, ...] = ()
    """Terms of the draft that nobody wrote: from its orders."""


def _content(draft: InvoiceDraft, totals: DocumentTotals) -> dict[str, Any]:
    return {
        "draft": draft.model_dump_json(),
        "number": draft.number,
        "number_key": number_key(draft.number),
        "currency": draft.currency,
        "net": totals.net_amount,
        "vat": totals.vat_amount,
        "gross": totals.gross_amount,
        "due": totals.due_amount,
        "search": _search_text(draft),
    }


def _search_text(draft: InvoiceDraft) -> str:
    """What people look for: numbers, references and names, one a line, so that no search matches across two."""
    terms = [draft.number, draft.order_reference, draft.buyer_reference, draft.contract_reference]
    terms += [draft.project_reference, draft.seller.name, draft.buyer.name, draft.sales_order_reference]
    terms += [line.order_line.order for line in draft.lines if line.order_line]
    terms += [line.item.name for line in draft.lines[:20]]
    return "\n".join(dict.fromkeys(term.upper() for term in terms if term))[:4_000]


_NEW: Final = """id, supplier_id, buyer_id, unit_id, author_id, kind, credits_invoice_id, as_is, channel, filled, draft,
    number, number_key, order_numbers, currency, net, vat, gross, due, created_at, state"""
_NEW_VALUES: Final = """:id, :supplier, :customer, :unit, :author, :kind, :credited, cast(:as_is as jsonb), :channel,
    cast(:filled as jsonb), cast(:draft as jsonb), :number, :number_key, :order_numbers, :currency, :net, :vat, :gross,
    :due, :made_at, :state"""


def _new(new: NewInvoice, totals: DocumentTotals, order_numbers: Sequence[str], now: datetime) -> dict[str, Any]:
    return {
        "id": new.id,
        "supplier": new.supplier_id,
        "customer": new.buyer_id,
        "unit": new.unit_id,
        "author": new.author_id,
        "kind": new.kind.value,
        "credited": new.credits_invoice_id,
        "as_is": new.as_is.model_dump_json() if new.as_is else None,
        "channel": new.channel,
        "filled": _MARKS.dump_json(new.filled).decode(),
        "order_numbers": list(order_numbers),
        "made_at": now,
        **_content(new.draft, totals),
    }


async def add(
    tx: Transaction, new: NewInvoice, totals: DocumentTotals, order_numbers: Sequence[str], now: datetime
) -> None:
    """Keep a draft."""
    await tx.execute(
        f"insert into invoice ({_NEW}, search) values ({_NEW_VALUES}, :search)",  # noqa: S608 - texts of this module
        state=State.DRAFT.value,
        **_new(new, totals, order_numbers, now),
    )


@dataclass(frozen=True)
class Edited:
    """What is kept of a draft that somebody wrote in; `filled`: marks of the terms that nobody wrote himself."""

    draft: InvoiceDraft
    totals: DocumentTotals
    order_numbers: Sequence[str]
    filled: tuple[Filled, ...]


async def save(tx: Transaction, invoice_id: UUID, edited: Edited) -> int:
    """Overwrite a draft; returns its new version."""
    version: int = await tx.value(
        """update invoice set draft = cast(:draft as jsonb), number = :number, number_key = :number_key,
            filled = cast(:filled as jsonb), order_numbers = :order_numbers, currency = :currency, net = :net,
            vat = :vat, gross = :gross, due = :due,
            search = concat_ws(E'\\n', transaction_number, cast(:search as text)), version = version + 1
        where id = :id returning version""",
        id=invoice_id,
        filled=_MARKS.dump_json(edited.filled).decode(),
        order_numbers=list(edited.order_numbers),
        **_content(edited.draft, edited.totals),
    )
    return version


async def touch(tx: Transaction, invoice_id: UUID) -> None:
    """What travels beside the draft changed: a document made without it is made again, and no writer is disturbed."""
    await tx.execute("update invoice set files_version = files_version + 1 where id = :id", id=invoice_id)


async def one(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """An invoice that the transaction's companies may see."""
    return await tx.row("select * from invoice where id = :id", id=invoice_id)


async def locked(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """The same, held until the transaction ends."""
    return await tx.row("select * from invoice where id = :id for update", id=invoice_id)


_AND_PAIR: Final = f"""from invoice i
    left join lateral ({pairs.query("i.supplier_id", "i.unit_id")}) pair on true where i.id = :id"""


async def with_pair(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """What is written of an invoice, with what stands between its two sides (`pairs.of`), and whether files travel
    with it. The draft is a text, which a model reads faster than what is made of it.
    """
    return await tx.row(
        f"""select i.id, i.supplier_id, i.buyer_id, i.unit_id, i.author_id, i.kind, i.channel, i.state, i.version,
            i.files_version, i.as_is, i.filled, cast(i.draft as text) draft, pair.*,
            exists (select from attachment a where a.invoice_id = i.id) with_files {_AND_PAIR}""",  # noqa: S608 - texts of this module
        id=invoice_id,
    )


def _numbered(supplier: str) -> str:
    return f"""numbered as materialized (select pg_advisory_xact_lock(hashtextextended(
        {supplier} || ' ' || cast(:key as text), 0)))"""


async def locked_with_pair(tx: Transaction, invoice_id: UUID, number: str) -> RowMapping | None:
    """The same without content, held until the transaction ends, and before it the number under which it is sent."""
    # The seller of an invoice never changes, so its number is held before the row is.
    return await tx.row(
        f"""with {_numbered("(select cast(supplier_id as text) from invoice where id = :id)")}
        select i.id, i.supplier_id, i.buyer_id, i.unit_id, i.author_id, i.kind, i.channel, i.state, i.version,
            i.files_version, i.attempt, i.credits_invoice_id, i.as_is is not null as_is, pair.*
        {_AND_PAIR} and (select count(*) from numbered) > 0 for update of i""",  # noqa: S608 - texts of this module
        id=invoice_id,
        key=number_key(number),
    )


async def pair_of_new(tx: Transaction, supplier_id: UUID, unit_id: UUID, number: str) -> Known | None:
    """What stands between the two sides of an invoice that is no row yet, with its number held."""
    row = await tx.row(
        f"""with {_numbered("cast(cast(:supplier as uuid) as text)")}
        select pair.* from numbered left join lateral ({pairs.query(":supplier", ":unit")}) pair on true""",  # noqa: S608 - texts of this module
        supplier=supplier_id,
        unit=unit_id,
        key=number_key(number),
    )
    return None if row is None else pairs.of(row)


async def lock(tx: Transaction, invoice_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Hold some invoices in id order; returns the authors of those that are there."""
    rows = await tx.rows(
        "select id, author_id from invoice where id = any (cast(:ids as uuid[])) order by id for update",
        ids=sorted(invoice_ids),
    )
    return {row["id"]: row["author_id"] for row in rows}


_SHOWN: Final = """state = :state, submission_id = :submission, attempt = :attempt,
    delivery_id = :delivery, status = :status, closed = :closed, due_date = :due_date,
    submitted_at = :submitted_at, archived_at = :archived_at, delivered_at = :delivered_at,
    failure = cast(:failure as jsonb), overdue = cast(:overdue as jsonb), delivery_failures = :delivery_failures,
    recipient_id = case when cast(:archived_at as timestamptz) is null then i.recipient_id
        when i.author_id = i.supplier_id then i.buyer_id else i.supplier_id end"""


def _shown(view: View) -> dict[str, Any]:
    return {
        "state": view.state.value,
        "submission": view.submission_id,
        "attempt": view.attempt,
        "delivery": view.delivery_id,
        "status": view.status,
        "closed": view.closed,
        "due_date": date.fromisoformat(view.due_date) if view.due_date else None,
        "submitted_at": view.submitted_at,
        "archived_at": view.archived_at,
        "delivered_at": view.delivered_at,
        "overdue": orjson.dumps(view.overdue).decode() if view.overdue else None,
        "failure": orjson.dumps(view.failure).decode() if view.failure else None,
        "delivery_failures": list(view.delivery_failures),
    }


@dataclass(frozen=True)
class Sent:
    """What is kept of an invoice that is sent: the draft as it left, its amounts, its XML, the orders it bills."""

    draft: InvoiceDraft
    totals: DocumentTotals
    document: DocumentRef
    order_numbers: Sequence[str]
    filled: tuple[Filled, ...] = ()


_TRANSACTION_NUMBER: Final = "'T' || lpad(nextval('transaction_number')::text, 10, '0')"


def sending(invoice_id: UUID, sent: Sent, view: View) -> Part:
    """Keep what was sent, and show it as sent; the first time it gets its transaction number."""
    return Part(
        f"""shown as (update invoice i set document = cast(:document as jsonb), issue_date = :issued,
            transaction_number = n.number, draft = cast(:draft as jsonb), number = :number, number_key = :number_key,
            filled = cast(:filled as jsonb), order_numbers = :order_numbers, currency = :currency, net = :net,
            vat = :vat, gross = :gross, due = :due, search = concat_ws(E'\\n', n.number, cast(:search as text)),
            version = i.version + 1, {_SHOWN}
        from (select coalesce(transaction_number, {_TRANSACTION_NUMBER}) number from invoice where id = :id) n
        where i.id = :id)""",  # noqa: S608 - texts of this module
        {
            "id": invoice_id,
            "filled": _MARKS.dump_json(sent.filled).decode(),
            "order_numbers": list(sent.order_numbers),
            **_content(sent.draft, sent.totals),
            **_document(sent),
            **_shown(view),
        },
    )


def sending_new(new: NewInvoice, sent: Sent, view: View, now: datetime) -> Part:
    """The same of an invoice that nothing keeps yet: its row is written once, and so are its places in the indexes."""
    return Part(
        f"""given as (select {_TRANSACTION_NUMBER} number),
        shown as (insert into invoice ({_NEW}, search, document, issue_date, transaction_number, submission_id, attempt,
            submitted_at)
        values ({_NEW_VALUES}, concat_ws(E'\\n', (select number from given), cast(:search as text)),
            cast(:document as jsonb), :issued, (select number from given), :submission, :attempt, :submitted_at))""",  # noqa: S608 - texts of this module
        {
            **_new(replace(new, draft=sent.draft, filled=sent.filled), sent.totals, sent.order_numbers, now),
            **_document(sent),
            "state": view.state.value,
            "submission": view.submission_id,
            "attempt": view.attempt,
            "submitted_at": view.submitted_at,
        },
    )


def _document(sent: Sent) -> dict[str, Any]:
    return {"document": sent.document.model_dump_json(), "issued": sent.draft.issue_date}


async def show(tx: Transaction, views: Mapping[UUID, View]) -> None:
    """Write the views that changed. The other side sees an invoice from its archiving on, and never stops seeing it."""
    await tx.execute(
        """with shown as (
            update invoice i set state = v.state, submission_id = v.submission, attempt = v.attempt,
                delivery_id = v.delivery, status = v.status, closed = v.closed, due_date = v.due_date,
                submitted_at = v.submitted_at, archived_at = v.archived_at, delivered_at = v.delivered_at,
                failure = v.failure, overdue = v.overdue, delivery_failures = v.failures,
                recipient_id = case when v.archived_at is null then i.recipient_id
                    when i.author_id = i.supplier_id then i.buyer_id else i.supplier_id end
            from (select *, array(select json_array_elements_text(delivery_failures)) failures
                from json_to_recordset(cast(:views as json)) r(id uuid, state text, submission uuid, attempt int,
                    delivery uuid, status text, closed bool, due_date date, submitted_at timestamptz,
                    archived_at timestamptz, delivered_at timestamptz, failure jsonb, overdue jsonb,
                    delivery_failures json)) v
            where i.id = v.id and (i.state, i.submission_id, i.attempt, i.delivery_id, i.status, i.closed, i.due_date,
                i.submitted_at, i.archived_at, i.delivered_at, i.failure, i.overdue, i.delivery_failures)
                is distinct from (v.state, v.submission, v.attempt, v.delivery, v.status, v.closed, v.due_date,
                v.submitted_at, v.archived_at, v.delivered_at, v.failure, v.overdue, v.failures)
            returning i.id, i.recipient_id)
        update attachment a set recipient_id = shown.recipient_id from shown
        where a.invoice_id = shown.id and a.recipient_id is null and shown.recipient_id is not null""",
        # asyncpg's UUIDs are a kind of their own, which orjson takes for no UUID
        views=orjson.dumps([_view(invoice_id, view) for invoice_id, view in views.items()], default=str).decode(),
    )


def _view(invoice_id: UUID, view: View) -> dict[str, Any]:
    return _shown(view) | {"id": invoice_id, "failure": view.failure, "overdue": view.overdue}


def draft_of(row: RowMapping) -> InvoiceDraft:
    """The draft that a row holds."""
    written = row["draft"]
    if isinstance(written, str):
        return InvoiceDraft.model_validate_json(written, extra="ignore")
    return InvoiceDraft.model_validate(written, extra="ignore")


def filled_in(row: RowMapping) -> tuple[Filled, ...]:
    """Terms of a row's draft, or of what was sent, that were filled, and from what."""
    return _MARKS.validate_python(row["filled"]) if row["filled"] else ()


def number_lock(supplier_id: UUID, number: str) -> str:
    """What is locked while a number of a seller is looked for and written down, here or on paper."""
    return f"{supplier_id} {number_key(number)}"


class Number(NamedTuple):
    """What stands under a number of a seller."""

    ours: bool
    """It is this invoice's own now."""
    on_paper: bool
    """The buyer has a paper invoice of it."""


async def take_number(tx: Transaction, invoice_id: UUID, author_id: UUID, number: str, parties: Parties) -> Number:
    """Make a number an invoice's own until the transaction ends; the caller holds it, in a statement before.

    A number is a company's: it is taken for each of the seller's accounts, always in the same order.
    """
    sellers = sorted(parties.suppliers)
    values = ", ".join(f"(:{name}, :key, :invoice, :author)" for name in tenants.named(sellers, "supplier"))
    seller = tenants.own("supplier_id", sellers, "supplier")
    buyer = tenants.own("buyer_id", parties.buyers, "buyer")
    found = await tx.row(
        f"""with taken as (
            insert into number_taken (supplier_id, number_key, invoice_id, author_id) values {values}
            on conflict on constraint number_taken_once do nothing returning invoice_id)
        select (select count(*) from taken) + (select count(*) from number_taken
                where {seller} and number_key = :key and invoice_id = :invoice) = {len(sellers)} ours,
            exists (select from paper_invoice
                where {seller} and {buyer} and number_key = :key) on_paper""",  # noqa: S608 - names of this module
        **tenants.named(sellers, "supplier"),
        **tenants.named(parties.buyers, "buyer"),
        key=number_key(number),
        invoice=invoice_id,
        author=author_id,
    )
    assert found is not None
    return Number(found["ours"], found["on_paper"])


async def leave_other_numbers(tx: Transaction, invoice_id: UUID, number: str) -> None:
    """Give back a number that an earlier attempt of the invoice had taken."""
    await tx.execute(
        "delete from number_taken where invoice_id = :invoice and number_key <> :key",
        invoice=invoice_id,
        key=number_key(number),
    )


async def release_number(tx: Transaction, invoice_id: UUID) -> None:
    """An invoice that was never archived gives its number back."""
    await tx.execute("delete from number_taken where invoice_id = :invoice", invoice=invoice_id)


async def others_with_document(tx: Transaction, invoice_id: UUID, sha256: str) -> bool:
    """Whether another invoice that is still there refers to these bytes, as its XML or as what was uploaded."""
    return await tx.value(
        """select exists (select 1 from invoice where id <> :id and eliminated_at is null
            and (document ->> 'sha256' = :sha256 or as_is ->> 'sha256' = :sha256))""",
        id=invoice_id,
        sha256=sha256,
    )
