"""Checks of everything that is kept, and what they found."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain.audit import Problem
from mesh.transaction import Transaction


async def ask(tx: Transaction, check_id: UUID, by: str, reason: str, at: datetime) -> None:
    """Ask for a check."""
    await tx.execute(
        "insert into archive_check (id, asked_by, reason, asked_at) values (:id, :by, :reason, :at)",
        id=check_id,
        by=by,
        reason=reason,
        at=at,
    )


async def next_open(tx: Transaction) -> RowMapping | None:
    """The oldest check that has not ended."""
    return await tx.row("select * from archive_check where ended_at is null order by asked_at, id limit 1")


async def last_asked(tx: Transaction) -> datetime | None:
    """When the last check was asked for."""
    return await tx.value("select max(asked_at) from archive_check")


async def start(tx: Transaction, check_id: UUID, at: datetime) -> None:
    """It begins, or begins again after its process died."""
    await tx.execute("update archive_check set started_at = :at where id = :id", id=check_id, at=at)


async def progress(tx: Transaction, check_id: UUID, entries: int, objects: int, size: int) -> None:
    """How far it has come."""
    await tx.execute(
        "update archive_check set entries = :entries, objects = :objects, bytes = :bytes where id = :id",
        id=check_id,
        entries=entries,
        objects=objects,
        bytes=size,
    )


async def end(tx: Transaction, check_id: UUID, problems: list[Problem], at: datetime) -> None:
    """It is done; what it found is kept with it."""
    await tx.execute(
        "update archive_check set ended_at = :at, problems = :problems where id = :id",
        id=check_id,
        at=at,
        problems=len(problems),
    )
    await tx.execute(
        """insert into check_problem (check_id, number, code, detail, entry_id)
        select :id, v.n, v.code, v.detail, v.entry
        from unnest(cast(:codes as text[]), cast(:details as text[]), cast(:entries as uuid[]))
            with ordinality v(code, detail, entry, n)""",
        id=check_id,
        codes=[problem.code for problem in problems],
        details=[problem.detail for problem in problems],
        entries=[problem.entry_id for problem in problems],
    )


async def latest(tx: Transaction, limit: int) -> list[RowMapping]:
    """The newest checks first."""
    return await tx.rows("select * from archive_check order by asked_at desc, id desc limit :limit", limit=limit)


async def problems_of(tx: Transaction, check_id: UUID, limit: int) -> list[RowMapping]:
    """What a check found."""
    return await tx.rows(
        "select code, detail, entry_id from check_problem where check_id = :id order by number limit :limit",
        id=check_id,
        limit=limit,
    )


async def rows_from(tx: Transaction, leaf_index: int, limit: int) -> list[RowMapping]:
    """Numbered entries from a leaf on, each with the hash that the log keeps for its leaf (`stored`)."""
    return await tx.rows(
        """select e.*, n.hash stored from entry e
        left join merkle_node n on n.level = 0 and n.index = e.leaf_index
        where e.leaf_index >= :first order by e.leaf_index limit :limit""",
        first=leaf_index,
        limit=limit,
    )


async def promised(tx: Transaction) -> tuple[list[RowMapping], int, dict[UUID, int]]:
    """Heads, how many leaves rows or hashes count to, and the last number of each series; while nobody numbers."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('archive/entries', 0))")
    heads = await tx.rows("select * from head order by size")
    until = await tx.value(
        """select greatest((select max(leaf_index) from entry), (select max(index) from merkle_node where level = 0),
            -1) + 1"""
    )
    series = await tx.rows("select supplier_id, last from series")
    return heads, until, {row["supplier_id"]: row["last"] for row in series}
