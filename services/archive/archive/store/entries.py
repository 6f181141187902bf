"""Entries of the archive: deposits of originals and later statuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.invoices import InvoiceFact, InvoiceSealed, InvoiceSubmitted
from contracts.refs import DocumentRef
from mesh import directory
from mesh.records import Received
from mesh.transaction import Transaction

LEGAL: Final = "cast(coalesce(content ->> 'legal', fact ->> 'legal') as bool) legal"
"""Whether the original is the legal invoice between its countries; null of one whose leaf does not say, eliminated."""


@dataclass(frozen=True)
class NewEntry:
    """An entry that has no number yet; of a deposit where its object lies, locked `retain_until`, and whether it was
    sent with the archive option.
    """

    id: UUID
    kind: Literal["deposit", "status"]
    received: Received[InvoiceFact]
    submission_id: UUID | None
    digests: Mapping[str, str]
    content: Mapping[str, str]
    object: DocumentRef | None = None
    retain_until: datetime | None = None
    archive_option: bool | None = None

    def row(self) -> dict[str, Any]:
        """What the table keeps of it."""
        fact = self.received.fact
        return {
            "id": self.id,
            "kind": self.kind,
            "invoice_id": fact.invoice_id,
            "submission_id": self.submission_id,
            "supplier_id": fact.supplier_id,
            "buyer_id": fact.buyer_id,
            "digests": self.digests,
            "content": self.content,
            "cause": {name: value.decode() for name, value in self.received.envelope.headers()},
            "fact": orjson.Fragment(fact.model_dump_json()),
            "object": orjson.Fragment(self.object.model_dump_json()) if self.object else None,
            "retain_until": self.retain_until,
            "archive_option": self.archive_option,
        }


async def add(tx: Transaction, new: Sequence[NewEntry], at: datetime) -> None:
    """Add entries, deposited at this moment; what is there already stays as it is."""
    if not new:
        return
    tx.unnumbered = True
    await tx.execute(
        """insert into entry (id, kind, invoice_id, submission_id, supplier_id, buyer_id, digests, content, cause, fact,
            object, retain_until, archive_option, deposited_at)
        select id, kind, invoice_id, submission_id, supplier_id, buyer_id, digests, content, cause, fact, object,
            retain_until, archive_option, :at
        from json_to_recordset(cast(:entries as json)) v(id uuid, kind text, invoice_id uuid, submission_id uuid,
            supplier_id uuid, buyer_id uuid, digests jsonb, content jsonb, cause jsonb, fact jsonb, object jsonb,
            retain_until timestamptz, archive_option boolean)
        on conflict do nothing""",
        entries=orjson.dumps([entry.row() for entry in new]).decode(),
        at=at,
    )


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
        f"select *, {LEGAL} from entry where kind = 'deposit' and digests ->> 'original' = :sha256 limit 1",  # noqa: S608 - a constant
        sha256=sha256,
    )


async def keep_findings(tx: Transaction, findings: Mapping[UUID, bytes]) -> None:
    """Keep what was found of submissions (JSON) until their deposits hold it; the first one stays."""
    await tx.execute(
        """insert into finding (submission_id, content)
        select * from unnest(cast(:submissions as uuid[]), cast(:findings as bytea[])) on conflict do nothing""",
        submissions=list(findings),
        findings=list(findings.values()),
    )


async def forget_findings(tx: Transaction, submission_ids: Sequence[UUID]) -> None:
    """Their deposits hold what was found of them."""
    await tx.execute("delete from finding where submission_id = any(cast(:ids as uuid[]))", ids=list(submission_ids))


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


async def ended(tx: Transaction, submission_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these submissions that ended elsewhere."""
    return set(
        await tx.values(
            "select submission_id from ended where submission_id = any(cast(:ids as uuid[]))", ids=list(submission_ids)
        )
    )


_BEFORE: Final = f"""
    select submission_id, greatest({directory.archive_end("v.supplier_id")}, {directory.archive_end("v.buyer_id")})
        > coalesce((select submitted_at from described d
            where d.submission_id = v.submission_id and d.invoice_id = v.invoice_id), sealed_at) archive_option,
        (select content from finding f where f.submission_id = v.submission_id) findings
    from json_to_recordset(cast(:facts as json)) v(submission_id uuid, invoice_id uuid, supplier_id uuid, buyer_id uuid,
        sealed_at timestamptz)
    where not exists (select from ended e where e.submission_id = v.submission_id)"""  # noqa: S608 - names of this module


@dataclass(frozen=True)
class Before:
    """What is known of a submission before its deposit: whether one side had the archive option when it was sent, and
    what was found of it (JSON).
    """

    archive_option: bool
    findings: bytes | None


async def before_deposits(tx: Transaction, facts: Sequence[InvoiceSealed]) -> list[Before | None]:
    """What goes into the deposits of sealed submissions, in their order; None: it ended elsewhere."""
    asked = [
        {
            "submission_id": fact.submission_id,
            "invoice_id": fact.invoice_id,
            "supplier_id": fact.supplier_id,
            "buyer_id": fact.buyer_id,
            "sealed_at": fact.sealed_at,
        }
        for fact in facts
    ]
    known = {
        row["submission_id"]: Before(row["archive_option"], None if row["findings"] is None else bytes(row["findings"]))
        for row in await tx.rows(_BEFORE, facts=orjson.dumps(asked).decode())
    }
    return [known.get(fact.submission_id) for fact in facts]


async def describe(tx: Transaction, facts: Sequence[InvoiceSubmitted]) -> None:
    """Keep what people look for, and when it was sent: number, date, amount of the newest submission."""
    newest = {fact.invoice_id: fact for fact in sorted(facts, key=lambda fact: fact.attempt)}
    await tx.execute(
        """insert into described
        select invoice_id, submission_id, attempt, supplier_id, buyer_id, number, kind, issue_date, currency, gross,
            submitted_at
        from json_to_recordset(cast(:facts as json)) v(invoice_id uuid, submission_id uuid, attempt int,
            supplier_id uuid, buyer_id uuid, number text, kind text, issue_date date, currency text, gross numeric,
            submitted_at timestamptz)
        where not exists (select 1 from entry e where e.invoice_id = v.invoice_id and e.eliminated_at is not null)
        on conflict (invoice_id) do update set submission_id = excluded.submission_id, attempt = excluded.attempt,
            number = excluded.number, kind = excluded.kind, issue_date = excluded.issue_date,
            currency = excluded.currency, gross = excluded.gross, submitted_at = excluded.submitted_at
        where described.attempt < excluded.attempt""",
        facts=orjson.dumps(
            [
                {
                    "invoice_id": fact.invoice_id,
                    "submission_id": fact.submission_id,
                    "attempt": fact.attempt,
                    "supplier_id": fact.supplier_id,
                    "buyer_id": fact.buyer_id,
                    "number": fact.number,
                    "kind": fact.kind,
                    "issue_date": fact.issue_date,
                    "currency": fact.totals.currency,
                    "gross": str(fact.totals.gross),
                    "submitted_at": fact.submitted_at,
                }
                for fact in newest.values()
            ]
        ).decode(),
    )
