"""The audit trail: every change leaves a row in its own transaction; a sequencer numbers and chains the rows
afterwards.

A row's hash covers its content and the hash of the row before it, so that removing or changing one shows (ISO
14641-1, §6.5).
"""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from contracts.ids import new_id
from mesh.transaction import AuditEntry, Transaction

GENESIS = bytes(32)


def note(
    tx: Transaction,
    *,
    actor: str,
    action: str,
    subject: str,
    company_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Leave a row when the transaction commits: `actor` such as `user:018f…`, `action` such as `invoice.submit`."""
    tx.audits.append(AuditEntry(at or datetime.now(UTC), actor, company_id, action, subject, detail or {}))


_ONE: Final = """insert into audit (id, at, actor, company_id, action, subject, detail)
    values (:audit_id, :audit_at, :audit_actor, :audit_company, :audit_action, :audit_subject,
        cast(cast(:audit_detail as text) as jsonb))"""
_SEVERAL: Final = """insert into audit (id, at, actor, company_id, action, subject, detail)
    select * from unnest(cast(:audit_ids as uuid[]), cast(:audit_ats as timestamptz[]), cast(:audit_actors as text[]),
        cast(:audit_companies as uuid[]), cast(:audit_actions as text[]), cast(:audit_subjects as text[]),
        cast(:audit_details as jsonb[]))"""


def _storing(tx: Transaction) -> tuple[str, dict[str, Any]]:
    """The statement that writes the collected rows, and what it takes; the driver reads one row faster than arrays."""
    if len(tx.audits) == 1:
        (entry,) = tx.audits
        return _ONE, {
            "audit_id": new_id(),
            "audit_at": entry.at,
            "audit_actor": entry.actor,
            "audit_company": entry.company_id,
            "audit_action": entry.action,
            "audit_subject": entry.subject,
            "audit_detail": orjson.dumps(entry.detail, default=str).decode(),
        }
    return _SEVERAL, {
        "audit_ids": [new_id() for _ in tx.audits],
        "audit_ats": [entry.at for entry in tx.audits],
        "audit_actors": [entry.actor for entry in tx.audits],
        "audit_companies": [entry.company_id for entry in tx.audits],
        "audit_actions": [entry.action for entry in tx.audits],
        "audit_subjects": [entry.subject for entry in tx.audits],
        "audit_details": [orjson.dumps(entry.detail, default=str).decode() for entry in tx.audits],
    }


def parting(tx: Transaction) -> tuple[list[str], dict[str, Any]]:
    """What goes along with the last statement of a transaction, audit rows among it: queries with names, parameters."""
    queries = [query for query, _ in tx.parting]
    parameters = {name: value for _, given in tx.parting for name, value in given.items()}
    if tx.audits:
        sql, given = _storing(tx)
        queries.append(f"audited as ({sql})")
        parameters |= given
    return queries, parameters


def left(tx: Transaction) -> bool:
    """Whether a transaction left rows to chain."""
    return bool(tx.audits)


async def store(tx: Transaction) -> None:
    """Write the collected rows; `mesh.db` calls it at the end of each transaction from which no fact leaves."""
    queries, parameters = parting(tx)
    if queries:
        await tx.execute(f"with {', '.join(queries)} select", **parameters)


def chained(previous: bytes, number: int, row: Any) -> bytes:
    """The hash of row `number`, from the hash before it and the row's content in a fixed order."""
    content = orjson.dumps(
        [
            number,
            str(row["id"]),
            row["at"].astimezone(UTC).isoformat(),
            row["actor"],
            str(row["company_id"] or ""),
            row["action"],
            row["subject"],
            row["detail"],
        ],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(previous + content).digest()


async def chain(tx: Transaction, limit: int = 500) -> int:
    """Number and chain what committed since the last call; the numbering step of a `mesh.sequencer.Sequencer`.

    Returns how many rows were chained.
    """
    rows = await tx.rows(
        """with head as materialized (
            select number, hash from audit where number is not null order by number desc limit 1)
        select a.id, a.at, a.actor, a.company_id, a.action, a.subject, a.detail, head.number as after, head.hash
        from audit a left join head on true where a.number is null order by a.id limit :limit""",
        limit=limit,
    )
    if not rows:
        return 0
    number, last = (rows[0]["after"], bytes(rows[0]["hash"])) if rows[0]["after"] else (0, GENESIS)
    numbers: list[int] = []
    hashes: list[bytes] = []
    for row in rows:
        number += 1
        last = chained(last, number, row)
        numbers.append(number)
        hashes.append(last)
    await tx.execute(
        """update audit set number = v.number, hash = v.hash
        from unnest(cast(:ids as uuid[]), cast(:numbers as bigint[]), cast(:hashes as bytea[])) v(id, number, hash)
        where audit.id = v.id""",
        ids=[row["id"] for row in rows],
        numbers=numbers,
        hashes=hashes,
    )
    return len(rows)


async def verify(tx: Transaction) -> int:
    """Recompute the whole chain; returns the last number. Raises ValueError naming the first row that does not fit."""
    number, last = 0, GENESIS
    while True:
        rows = await tx.rows(
            """select id, at, actor, company_id, action, subject, detail, number, hash from audit
            where number > :number order by number limit 1000""",
            number=number,
        )
        if not rows:
            return number
        for row in rows:
            number += 1
            last = chained(last, number, row)
            if row["number"] != number or bytes(row["hash"]) != last:
                raise ValueError(f"the audit chain breaks at number {number}")
