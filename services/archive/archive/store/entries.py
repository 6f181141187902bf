"""Entries of the archive: deposits of originals and later statuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.invoices import InvoiceFact, InvoiceSubmitted
from contracts.refs import DocumentRef
from mesh.db import jsonb
from mesh.records import Received
from mesh.transaction import Transaction


async def add(
    tx: Transaction,
    entry_id: UUID,
    kind: str,
    received: Received[InvoiceFact],
    *,
    submission_id: UUID | None,
    digests: Mapping[str, str],
    content: Mapping[str, str],
    deposited_at: datetime,
    original: DocumentRef | None = None,
    retain_until: datetime | None = None,
) -> bool:
    """Add an entry that has no number yet; False when it is there already."""
    fact = received.fact
    tx.unnumbered = True
    found = await tx.value(
        """insert into entry (id, kind, invoice_id, submission_id, supplier_id, buyer_id, digests, content, cause, fact,
            original, retain_until, deposited_at)
        values (:id, :kind, :invoice, :submission, :supplier, :buyer, cast(:digests as jsonb), cast(:content as jsonb),
            cast(:cause as jsonb), cast(:fact as jsonb), cast(:original as jsonb), :retain_until, :at)
        on conflict do nothing returning id""",
        id=entry_id,
        kind=kind,
        invoice=fact.invoice_id,
        submission=submission_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        digests=jsonb(dict(digests)),
        content=jsonb(dict(content)),
        cause=orjson.dumps({name: value.decode() for name, value in received.envelope.headers()}).decode(),
        fact=fact.model_dump_json(),
        original=original.model_dump_json() if original else None,
        retain_until=retain_until,
        at=deposited_at,
    )
    return found is not None


async def unnumbered(tx: Transaction, limit: int) -> list[RowMapping]:
    """Entries that committed and have no number, oldest first."""
    return await tx.rows("select * from entry where sequence is null order by id limit :limit", limit=limit)


async def number(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """Give entries their places: each row has id, sequence, leaf_index, leaf, entered_at."""
    await tx.execute(
        """update entry set sequence = v.sequence, leaf_index = v.leaf_index, leaf = v.leaf, entered_at = v.at
        from unnest(cast(:ids as uuid[]), cast(:sequences as bigint[]), cast(:leaves as bigint[]),
            cast(:contents as bytea[]), cast(:ats as timestamptz[])) v(id, sequence, leaf_index, leaf, at)
        where entry.id = v.id""",
        ids=[row["id"] for row in rows],
        sequences=[row["sequence"] for row in rows],
        leaves=[row["leaf_index"] for row in rows],
        contents=[row["leaf"] for row in rows],
        ats=[row["entered_at"] for row in rows],
    )


async def next_in_series(tx: Transaction, supplier_id: UUID, count: int) -> int:
    """Reserve `count` numbers of a supplier's series; returns the first one."""
    last = await tx.value(
        """insert into series (supplier_id, last) values (:supplier, :count)
        on conflict (supplier_id) do update set last = series.last + excluded.last returning last""",
        supplier=supplier_id,
        count=count,
    )
    return last - count + 1


async def original_of(tx: Transaction, invoice_id: UUID) -> RowMapping | None:
    """The newest deposit of an invoice, as far as the role sees it."""
    return await tx.row(
        "select * from entry where invoice_id = :invoice and kind = 'deposit' order by id desc limit 1",
        invoice=invoice_id,
    )


async def one(tx: Transaction, entry_id: UUID) -> RowMapping | None:
    """An entry."""
    return await tx.row("select * from entry where id = :id", id=entry_id)


async def invoice_of(tx: Transaction, entry_id: UUID) -> UUID:
    """The invoice that an entry is of."""
    return await tx.value("select invoice_id from entry where id = :id", id=entry_id)


async def with_digest(tx: Transaction, sha256: str) -> RowMapping | None:
    """The deposit whose original has this digest, as far as the role sees it."""
    return await tx.row(
        "select * from entry where kind = 'deposit' and digests ->> 'original' = :sha256 limit 1", sha256=sha256
    )


async def keep_report(tx: Transaction, submission_id: UUID, name: Literal["validation", "seal"], report: bytes) -> None:
    """Keep what was found of a submission or of its seal; the first one stays."""
    await tx.execute(
        "insert into report values (:submission, :name, :report) on conflict do nothing",
        submission=submission_id,
        name=name,
        report=report,
    )


async def reports_of(tx: Transaction, submission_id: UUID) -> dict[str, bytes]:
    """What was found of a submission (JSON) by name: `validation`, `seal`."""
    rows = await tx.rows("select name, content from report where submission_id = :id", id=submission_id)
    return {row["name"]: bytes(row["content"]) for row in rows}


async def statuses_of(tx: Transaction, invoice_id: UUID, size: int) -> list[RowMapping]:
    """The status entries of an invoice within the log's first `size` entries, oldest first."""
    return await tx.rows(
        """select * from entry where invoice_id = :invoice and kind = 'status' and leaf_index < :size
        order by leaf_index""",
        invoice=invoice_id,
        size=size,
    )


async def end(tx: Transaction, submission_id: UUID, invoice_id: UUID) -> None:
    """The submission ended elsewhere: nothing of it is deposited any more."""
    await tx.execute(
        "insert into ended values (:submission, :invoice) on conflict do nothing",
        submission=submission_id,
        invoice=invoice_id,
    )


async def has_ended(tx: Transaction, submission_id: UUID) -> bool:
    """Whether a submission ended elsewhere."""
    return await tx.value("select exists (select 1 from ended where submission_id = :id)", id=submission_id)


async def describe(tx: Transaction, facts: list[InvoiceSubmitted]) -> None:
    """Keep what people look for: number, date, amount of the newest submission."""
    for fact in facts:
        await tx.execute(
            """insert into described select :invoice, :submission, :attempt, :supplier, :buyer, :number, :kind, :day,
                :currency, :gross
            where not exists (select 1 from entry where invoice_id = :invoice and eliminated_at is not null)
            on conflict (invoice_id) do update set submission_id = excluded.submission_id, attempt = excluded.attempt,
                number = excluded.number, kind = excluded.kind, issue_date = excluded.issue_date,
                currency = excluded.currency, gross = excluded.gross
            where described.attempt < excluded.attempt""",
            invoice=fact.invoice_id,
            submission=fact.submission_id,
            attempt=fact.attempt,
            supplier=fact.supplier_id,
            buyer=fact.buyer_id,
            number=fact.number,
            kind=fact.kind,
            day=fact.issue_date,
            currency=fact.totals.currency,
            gross=fact.totals.gross,
        )
