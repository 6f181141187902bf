"""Invoices: drafts, and the view of what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.invoices import Kind
from contracts.refs import DocumentRef
from documents.invoice import DocumentTotals, InvoiceDraft
from invoicing.domain.life import View
from invoicing.domain.numbers import number_key
from mesh.paging import Keyset
from mesh.transaction import Transaction


@dataclass(frozen=True)
class NewInvoice:
    """A draft about to be kept."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    kind: Kind
    draft: InvoiceDraft
    totals: DocumentTotals
    order_numbers: tuple[str, ...]
    credits_invoice_id: UUID | None = None


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
    }


async def add(tx: Transaction, new: NewInvoice, now: datetime) -> None:
    """Keep a draft."""
    await tx.execute(
        """insert into invoice (id, supplier_id, buyer_id, unit_id, kind, credits_invoice_id, draft, number,
            number_key, order_numbers, currency, net, vat, gross, due, state, created_at)
        values (:id, :supplier, :buyer, :unit, :kind, :credits, cast(:draft as jsonb), :number, :number_key,
            :order_numbers, :currency, :net, :vat, :gross, :due, 'draft', :now)""",
        id=new.id,
        supplier=new.supplier_id,
        buyer=new.buyer_id,
        unit=new.unit_id,
        kind=new.kind.value,
        credits=new.credits_invoice_id,
        order_numbers=list(new.order_numbers),
        now=now,
        **_content(new.draft, new.totals),
    )


async def save(
    tx: Transaction, invoice_id: UUID, draft: InvoiceDraft, totals: DocumentTotals, order_numbers: Sequence[str]
) -> int:
    """Overwrite a draft; returns its new version."""
    version: int = await tx.value(
        """update invoice set draft = cast(:draft as jsonb), number = :number, number_key = :number_key,
            order_numbers = :order_numbers, currency = :currency, net = :net, vat = :vat, gross = :gross, due = :due,
            version = version + 1
        where id = :id returning version""",
        id=invoice_id,
        order_numbers=list(order_numbers),
        **_content(draft, totals),
    )
    return version


async def one(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """An invoice that the transaction's companies may see."""
    return await tx.row("select * from invoice where id = :id", id=invoice_id)


async def locked(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """The same, held until the transaction ends."""
    return await tx.row("select * from invoice where id = :id for update", id=invoice_id)


async def lock(tx: Transaction, invoice_ids: Sequence[UUID]) -> set[UUID]:
    """Hold some invoices in id order; returns those that are there."""
    rows = await tx.rows(
        "select id from invoice where id = any (cast(:ids as uuid[])) order by id for update", ids=sorted(invoice_ids)
    )
    return {row["id"] for row in rows}


async def sent(
    tx: Transaction,
    invoice_id: UUID,
    draft: InvoiceDraft,
    totals: DocumentTotals,
    document: DocumentRef,
    order_numbers: Sequence[str],
) -> None:
    """Keep what was sent: the draft as it left, its XML, its date."""
    await save(tx, invoice_id, draft, totals, order_numbers)
    await tx.execute(
        "update invoice set document = cast(:document as jsonb), issue_date = :issued where id = :id",
        id=invoice_id,
        document=document.model_dump_json(),
        issued=draft.issue_date,
    )


async def show(tx: Transaction, invoice_id: UUID, view: View) -> None:
    """Write the view. The buyer sees the invoice from its archiving on, and never stops seeing it."""
    await tx.execute(
        """update invoice set state = :state, submission_id = :submission, attempt = :attempt,
            delivery_id = :delivery, status = :status, closed = :closed, due_date = :due_date,
            submitted_at = :submitted_at, archived_at = :archived_at, delivered_at = :delivered_at,
            failure = cast(:failure as jsonb), delivery_failures = :delivery_failures,
            recipient_id = case when cast(:archived_at as timestamptz) is null then recipient_id else buyer_id end
        where id = :id""",
        id=invoice_id,
        state=view.state.value,
        submission=view.submission_id,
        attempt=view.attempt,
        delivery=view.delivery_id,
        status=view.status,
        closed=view.closed,
        due_date=date.fromisoformat(view.due_date) if view.due_date else None,
        submitted_at=view.submitted_at,
        archived_at=view.archived_at,
        delivered_at=view.delivered_at,
        failure=orjson.dumps(view.failure).decode() if view.failure else None,
        delivery_failures=list(view.delivery_failures),
    )


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; `text` is looked for in the number, the order numbers and the parties' names."""

    text: str | None = None
    state: str | None = None
    status: str | None = None
    number: str | None = None
    order_number: str | None = None


async def page(tx: Transaction, wanted: Filter, keyset: Keyset) -> list[dict[str, Any]]:
    """One page of invoices and one more."""
    rows = await tx.rows(
        f"""select *, draft -> 'seller' ->> 'name' seller_name, draft -> 'buyer' ->> 'name' buyer_name from invoice
        where (cast(:state as text) is null or state = :state)
            and (cast(:status as text) is null or status = :status)
            and (cast(:number as text) is null or number_key = :number)
            and (cast(:order_number as text) is null or :order_number = any (order_numbers))
            and (cast(:text as text) is null or position(:text in number_key) > 0
                or position(:text in upper(array_to_string(order_numbers, ' '))) > 0
                or position(:text in upper(draft -> 'seller' ->> 'name')) > 0
                or position(:text in upper(draft -> 'buyer' ->> 'name')) > 0)
            and {keyset.where} order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of mesh.paging
        state=wanted.state,
        status=wanted.status,
        number=number_key(wanted.number) if wanted.number else None,
        order_number=wanted.order_number,
        text=wanted.text.strip().upper() if wanted.text else None,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


def draft_of(row: RowMapping) -> InvoiceDraft:
    """The draft that a row holds."""
    return InvoiceDraft.model_validate(row["draft"], extra="ignore")


async def take_number(tx: Transaction, supplier_id: UUID, number: str, invoice_id: UUID) -> bool:
    """Make a number this invoice's own, and give back one it had before; False when another invoice has it."""
    await tx.execute(
        "delete from number_taken where invoice_id = :invoice and number_key <> :key",
        invoice=invoice_id,
        key=number_key(number),
    )
    await tx.execute(
        """insert into number_taken (supplier_id, number_key, invoice_id) values (:supplier, :key, :invoice)
        on conflict on constraint number_taken_once do nothing""",
        supplier=supplier_id,
        key=number_key(number),
        invoice=invoice_id,
    )
    owner = await tx.value(
        "select invoice_id from number_taken where supplier_id = :supplier and number_key = :key",
        supplier=supplier_id,
        key=number_key(number),
    )
    return owner == invoice_id


async def release_number(tx: Transaction, invoice_id: UUID) -> None:
    """An invoice that was never archived gives its number back."""
    await tx.execute("delete from number_taken where invoice_id = :invoice", invoice=invoice_id)
