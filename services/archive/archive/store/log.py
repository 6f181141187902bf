"""The Merkle log: stored nodes and signed heads."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping

from archive.domain import merkle
from archive.domain.merkle import Node
from mesh.transaction import Transaction


async def nodes(tx: Transaction, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of stored nodes."""
    asked = list(set(wanted))
    rows = await tx.rows(
        """select n.level, n.index, n.hash from unnest(cast(:levels as int[]), cast(:indexes as bigint[])) v(level,
        index)
        join merkle_node n using (level, index)""",
        levels=[level for level, _ in asked],
        indexes=[index for _, index in asked],
    )
    return {(row["level"], row["index"]): bytes(row["hash"]) for row in rows}


async def size(tx: Transaction) -> int:
    """How many leaves the log has."""
    return await tx.value("select coalesce(max(index) + 1, 0) from merkle_node where level = 0")


async def append(tx: Transaction, first: int, leaves: list[bytes]) -> bytes:
    """Append leaf hashes from index `first`; returns the new root."""
    known = await nodes(tx, merkle.needed(0, first))
    new: dict[Node, bytes] = {}
    for offset, leaf in enumerate(leaves):
        for node, value in merkle.appended(first + offset, leaf, known.__getitem__):
            known[node] = new[node] = value
    await tx.execute(
        """insert into merkle_node
        select * from unnest(cast(:levels as int[]), cast(:indexes as bigint[]), cast(:hashes as bytea[]))""",
        levels=[level for level, _ in new],
        indexes=[index for _, index in new],
        hashes=list(new.values()),
    )
    return merkle.subtree(0, first + len(leaves), known.__getitem__)


async def proof(tx: Transaction, subtrees: list[tuple[int, int]]) -> list[bytes]:
    """The hashes of the subtrees that a proof names."""
    known = await nodes(tx, [node for start, length in subtrees for node in merkle.needed(start, length)])
    return [merkle.subtree(start, length, known.__getitem__) for start, length in subtrees]


async def keep_head(tx: Transaction, size: int, root: bytes, at: datetime, signed: str) -> None:
    """Keep a signed head."""
    await tx.execute(
        "insert into head values (:size, :root, :at, :jws) on conflict do nothing",
        size=size,
        root=root,
        at=at,
        jws=signed,
    )


async def head(tx: Transaction, size: int | None = None) -> RowMapping | None:
    """The head of a size, or the newest."""
    return await tx.row(
        """select * from head where cast(:size as bigint) is null or size = :size order by size desc limit 1""",
        size=size,
    )


async def heads(tx: Transaction, limit: int, before: int | None) -> list[RowMapping]:
    """Signed heads, newest first."""
    return await tx.rows(
        """select * from head where cast(:before as bigint) is null or size < :before order by size desc limit
        :limit""",
        limit=limit,
        before=before,
    )


async def given(tx: Transaction) -> dict[str, int]:
    """The size of the last head that each place outside has."""
    return {row["place"]: row["size"] for row in await tx.rows("select place, size from head_given")}


async def note_given(tx: Transaction, place: str, size: int, at: datetime) -> None:
    """A place outside has a head."""
    await tx.execute(
        """insert into head_given values (:place, :size, :at)
        on conflict (place) do update set size = excluded.size, given_at = excluded.given_at""",
        place=place,
        size=size,
        at=at,
    )
