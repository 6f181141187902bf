"""The append-only log of an invoice's facts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.invoices import InvoiceFact
from invoicing.domain.life import Entry
from invoicing.store.parts import Part
from mesh.transaction import Transaction

SEEN_BY_OTHER: Final = frozenset(
    {"invoice.archived", "invoice.delivered", "invoice.delivery_failed", "invoice.status_reported"}
)
"""The other side learns of an invoice when it is archived, and of nothing before."""


def entry(event_id: UUID, fact: InvoiceFact, source: str) -> Entry:
    """A fact as the log holds it. `at` is the moment that the fact itself names."""
    data = fact.model_dump(mode="json")
    at = next(value for name, value in vars(fact).items() if name.endswith("_at"))
    return Entry(
        event_id=event_id,
        type=fact.type_name,
        at=at,
        source=source,
        submission_id=getattr(fact, "submission_id", None),
        delivery_id=getattr(fact, "delivery_id", None),
        data=data,
    )


async def append(
    tx: Transaction, entries: Sequence[tuple[InvoiceFact, Entry]], authors: Mapping[UUID, UUID]
) -> dict[UUID, list[Entry]]:
    """Add to the logs and return them whole; what they hold already stays as it is.

    `authors` are the invoices', which the transaction holds.
    """
    rows = await tx.rows(
        """with learnt as (
            insert into invoice_fact (event_id, invoice_id, type, at, source, submission_id, delivery_id, author_id,
                recipient_id, data)
            select * from unnest(cast(:ids as uuid[]), cast(:invoices as uuid[]), cast(:types as text[]),
                cast(:ats as timestamptz[]), cast(:sources as text[]), cast(:submissions as uuid[]),
                cast(:deliveries as uuid[]), cast(:authors as uuid[]), cast(:recipients as uuid[]),
                cast(:data as jsonb[]))
            on conflict (event_id) do nothing returning *)
        select * from learnt
        union all select * from invoice_fact where invoice_id = any (cast(:invoices as uuid[]))
        order by at, event_id""",
        ids=[found.event_id for _, found in entries],
        invoices=[fact.invoice_id for fact, _ in entries],
        types=[found.type for _, found in entries],
        ats=[found.at for _, found in entries],
        sources=[found.source for _, found in entries],
        submissions=[found.submission_id for _, found in entries],
        deliveries=[found.delivery_id for _, found in entries],
        authors=[authors[fact.invoice_id] for fact, _ in entries],
        recipients=[_other(fact, authors) if found.type in SEEN_BY_OTHER else None for fact, found in entries],
        data=[orjson.dumps(found.data).decode() for _, found in entries],
    )
    return _logs({fact.invoice_id for fact, _ in entries}, rows)


def adding(fact: InvoiceFact, found: Entry, author_id: UUID) -> Part:
    """Add a fact of our own that nobody but its author sees yet."""
    return Part(
        """learnt as (
            insert into invoice_fact (event_id, invoice_id, type, at, source, submission_id, delivery_id, author_id,
                data)
            values (:fact, :fact_invoice, :fact_type, :fact_at, :fact_source, :fact_submission, :fact_delivery,
                :fact_author, cast(:fact_data as jsonb)))""",
        {
            "fact": found.event_id,
            "fact_invoice": fact.invoice_id,
            "fact_type": found.type,
            "fact_at": found.at,
            "fact_source": found.source,
            "fact_submission": found.submission_id,
            "fact_delivery": found.delivery_id,
            "fact_author": author_id,
            "fact_data": orjson.dumps(found.data).decode(),
        },
    )


def _other(fact: InvoiceFact, authors: Mapping[UUID, UUID]) -> UUID:
    return fact.buyer_id if authors[fact.invoice_id] == fact.supplier_id else fact.supplier_id


async def logs(tx: Transaction, invoice_ids: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    """The logs of some invoices, each in the order of its facts' own times."""
    rows = await tx.rows(
        "select * from invoice_fact where invoice_id = any (cast(:ids as uuid[])) order by at, event_id",
        ids=list(invoice_ids),
    )
    return _logs(invoice_ids, rows)


def _logs(invoice_ids: Iterable[UUID], rows: Sequence[RowMapping]) -> dict[UUID, list[Entry]]:
    found: dict[UUID, list[Entry]] = {invoice: [] for invoice in invoice_ids}
    for row in rows:
        found[row["invoice_id"]].append(_entry(row))
    return found


async def submitted_last(tx: Transaction, limit: int) -> list[RowMapping]:
    """The invoices with the newest submissions, each once, and the first order that each takes from."""
    return await tx.rows(
        """select i.id, i.number, i.state, i.attempt, i.order_numbers,
            (select min(u.order_id::text)::uuid from submission_use u where u.submission_id = s.id) order_id
        from (select id, invoice_id from submission order by id desc limit :limit) s
        join invoice i on i.id = s.invoice_id and i.submission_id = s.id order by s.id desc""",
        limit=limit,
    )


def _entry(row: RowMapping) -> Entry:
    data: dict[str, Any] = row["data"]
    return Entry(
        event_id=row["event_id"],
        type=row["type"],
        at=row["at"],
        source=row["source"],
        submission_id=row["submission_id"],
        delivery_id=row["delivery_id"],
        data=data,
    )
