"""Bulk exports: what was asked for, in which parts, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from archive.store.search import Wanted
from mesh.db import jsonb
from mesh.transaction import Transaction

Content = Literal["originals", "bundles"]
_WANTED = TypeAdapter(Wanted)


@dataclass(frozen=True)
class Part:
    """One zip: what is wanted after leaf `after`, up to leaf `upto`."""

    export_id: UUID
    number: int
    content: Content
    wanted: Wanted
    after: int
    upto: int


async def add(
    tx: Transaction,
    export_id: UUID,
    company_id: UUID,
    by: str,
    content: Content,
    wanted: Wanted,
    parts: list[RowMapping],
    at: datetime,
) -> None:
    """Keep an export and its parts."""
    await tx.execute(
        """insert into bulk_export (id, company_id, asked_by, content, wanted, asked_at)
        values (:id, :company, :by, :content, cast(:wanted as jsonb), :at)""",
        id=export_id,
        company=company_id,
        by=by,
        content=content,
        wanted=jsonb(_WANTED.dump_python(wanted, mode="json")),
        at=at,
    )
    await tx.execute(
        """insert into bulk_export_part (export_id, number, company_id, after_leaf, upto_leaf, items)
        select :id, v.n, :company, lag(v.upto, 1, cast(-1 as bigint)) over (order by v.n), v.upto, v.items
        from unnest(cast(:uptos as bigint[]), cast(:items as int[])) with ordinality v(upto, items, n)""",
        id=export_id,
        company=company_id,
        uptos=[part["upto"] for part in parts],
        items=[part["items"] for part in parts],
    )


async def one(tx: Transaction, export_id: UUID) -> tuple[RowMapping, list[RowMapping]] | None:
    """An export and its parts, as far as the role sees it."""
    row = await tx.row("select * from bulk_export where id = :id", id=export_id)
    if row is None:
        return None
    parts = await tx.rows("select * from bulk_export_part where export_id = :id order by number", id=export_id)
    return row, parts


async def part(tx: Transaction, export_id: UUID, number: int) -> Part | None:
    """One part, as far as the role sees it."""
    row: Any = await tx.row(
        """select x.content, x.wanted, p.after_leaf, p.upto_leaf from bulk_export x
        join bulk_export_part p on p.export_id = x.id where x.id = :id and p.number = :number""",
        id=export_id,
        number=number,
    )
    if row is None:
        return None
    wanted = _WANTED.validate_python(row["wanted"])
    return Part(export_id, number, row["content"], wanted, row["after_leaf"], row["upto_leaf"])


async def progress(tx: Transaction, part: Part, done: int, size: int, ended_at: datetime | None) -> None:
    """How many originals and bytes of a part were sent."""
    await tx.execute(
        """update bulk_export_part set done = :done, bytes = :size, ended_at = :ended_at
        where export_id = :id and number = :number""",
        id=part.export_id,
        number=part.number,
        done=done,
        size=size,
        ended_at=ended_at,
    )
