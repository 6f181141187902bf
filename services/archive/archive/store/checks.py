"""Checks of everything that is kept, and what they found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain.audit import Problem
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Promised:
    """What rows and heads count to at one moment, hashes beyond that, and the last number of each series."""

    until: int
    newest_head: int
    strays: int
    series: dict[UUID, int]


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


async def last_ended(tx: Transaction) -> RowMapping | None:
    """The check that ended last."""
    return await tx.row(
        "select ended_at, problems from archive_check where ended_at is not null order by ended_at desc limit 1"
    )


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


async def end(tx: Transaction, check_id: UUID, count: int, problems: list[Problem], at: datetime) -> None:
    """It is done; the first of what it found is kept with it."""
    await tx.execute(
        "update archive_check set ended_at = :at, problems = :problems where id = :id",
        id=check_id,
        at=at,
        problems=count,
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


async def heads_within(tx: Transaction, above: int, up_to: int) -> list[RowMapping]:
    """Heads of more than `above` entries, and of at most `up_to`."""
    return await tx.rows(
        "select * from head where size > :above and size <= :up_to order by size", above=above, up_to=up_to
    )


async def certified(tx: Transaction, entry_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The digests that certificates of elimination name, by the deposit's entry."""
    rows = await tx.rows(
        """select content ->> 'of' deposit, digests from entry
        where kind = 'elimination' and content ->> 'of' = any(cast(:ids as text[]))""",
        ids=[str(each) for each in entry_ids],
    )
    return {UUID(row["deposit"]): row["digests"] for row in rows}


async def is_leaving(tx: Transaction, entry_id: UUID) -> bool:
    """Whether an original is being eliminated, or was since its row was read."""
    return await tx.value(
        """select exists (select 1 from elimination_item where entry_id = :id and state = 'under_way')
            or exists (select 1 from entry where id = :id and eliminated_at is not null)""",
        id=entry_id,
    )


_UNTIL = """select greatest((select max(leaf_index) from entry), (select max(index) from merkle_node where level = 0),
    -1) + 1"""
_HIGHEST = 62
"""The level of the node over all leaves that a bigint numbers."""


async def promised(tx: Transaction) -> Promised:
    """How many leaves rows or hashes count to, and what else must be there; while nobody numbers, so by index alone."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('archive/entries', 0))")
    until = await tx.value(_UNTIL)
    newest = await tx.value("select coalesce(max(size), 0) from head")
    strays = await tx.value(
        """select (select count(*) from merkle_node where level > :highest or level < 0)
            + (select count(*) from generate_series(0, :highest) l(level)
                cross join lateral (select from merkle_node n
                    where n.level = l.level and n.index >= cast(:until as bigint) >> l.level
                    union all select from merkle_node n where n.level = l.level and n.index < 0) outside)""",
        until=until,
        highest=_HIGHEST,
    )
    series = await tx.rows("select supplier_id, last from series")
    return Promised(until, newest, strays, {row["supplier_id"]: row["last"] for row in series})


async def completed_nodes(tx: Transaction, first: int, until: int) -> int:
    """How many hashes are kept for nodes that the leaves from `first` to before `until` complete."""
    return await tx.value(
        """select count(*) from generate_series(0, :highest) l(level)
            cross join lateral (select from merkle_node n where n.level = l.level
                and n.index >= cast(:first as bigint) >> l.level
                and n.index < cast(:until as bigint) >> l.level) within""",
        first=first,
        until=until,
        highest=_HIGHEST,
    )
