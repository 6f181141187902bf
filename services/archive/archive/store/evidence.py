"""Batches, tokens and which token stamps which batch, oldest first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain.evidence.hash_tree import Group
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Item:
    """What a batch covers: the original of an entry, or a signed head."""

    digest: bytes = field(repr=False)
    entry_id: UUID | None = None
    head_size: int | None = None


@dataclass(frozen=True)
class KeptToken:
    """A token as it is kept; `expires_at` is when its signer's certificate ends."""

    id: UUID
    token: bytes = field(repr=False)
    sha256: bytes
    authority: str
    stamped_at: datetime
    expires_at: datetime


async def waiting(tx: Transaction, limit: int) -> list[RowMapping]:
    """Deposits after the last that a batch covers (`id`, `sha256`, `leaf_index`), oldest first."""
    return await tx.rows(
        """select e.id, e.digests ->> 'original' sha256, e.leaf_index from entry e
        where e.kind = 'deposit' and e.leaf_index > (select coalesce(max(covers), -1) from evidence_batch)
        order by e.leaf_index limit :limit""",
        limit=limit,
    )


async def count_waiting(tx: Transaction) -> RowMapping:
    """How many deposits have no evidence yet, a hundred thousand at most, and since when the oldest waits (`since`).

    `statuses_since`: when the oldest head was signed that no batch covers; later entries hang on such heads alone.
    """
    row = await tx.row(
        """select count(*) deposits, min(w.entered_at) since,
            (select h.signed_at from head h where h.size > (select coalesce(max(head_size), 0) from evidence_item)
                order by h.size limit 1) statuses_since
        from (select e.entered_at from entry e
            where e.kind = 'deposit' and e.leaf_index > (select coalesce(max(covers), -1) from evidence_batch)
            order by e.leaf_index limit 100000) w"""
    )
    assert row is not None
    return row


async def newest_head(tx: Transaction) -> RowMapping | None:
    """The newest head, unless a batch covers it."""
    return await tx.row(
        """select h.size, h.jws from (select * from head order by size desc limit 1) h
        where not exists (select 1 from evidence_item i where i.head_size = h.size)"""
    )


async def add_batch(tx: Transaction, batch_id: UUID, items: list[Item], token: KeptToken, *, covers: int) -> None:
    """Keep a batch and its first token; it covers every deposit up to leaf `covers`."""
    await tx.execute(
        "insert into evidence_batch (id, made_at, covers, deposits) values (:id, :at, :covers, :deposits)",
        id=batch_id,
        at=token.stamped_at,
        covers=covers,
        deposits=sum(item.entry_id is not None for item in items),
    )
    await tx.execute(
        """insert into evidence_item (batch_id, position, digest, entry_id, head_size)
        select :batch, v.n - 1, v.digest, v.entry, v.size from unnest(cast(:digests as bytea[]),
            cast(:entries as uuid[]), cast(:sizes as bigint[])) with ordinality v(digest, entry, size, n)""",
        batch=batch_id,
        digests=[item.digest for item in items],
        entries=[item.entry_id for item in items],
        sizes=[item.head_size for item in items],
    )
    await add_token(tx, token, [(batch_id, 1)])


async def add_token(tx: Transaction, token: KeptToken, stamped: list[tuple[UUID, int]]) -> None:
    """Keep a token over batches; with each, the how manyth of its chain it is."""
    await tx.execute(
        "insert into evidence_token values (:id, :token, :sha256, :authority, :stamped_at, :expires_at)",
        **vars(token),
    )
    await tx.execute(
        """insert into evidence_link (batch_id, number, token_id, position)
        select v.batch, v.number, :token, v.n - 1
        from unnest(cast(:batches as uuid[]), cast(:numbers as int[])) with ordinality v(batch, number, n)""",
        token=token.id,
        batches=[batch for batch, _ in stamped],
        numbers=[number for _, number in stamped],
    )


async def give_lists(tx: Transaction, token_id: UUID, token: bytes, sha256: bytes) -> None:
    """The token with the revocation lists of the day on which it is renewed."""
    await tx.execute(
        "update evidence_token set token = :token, sha256 = :sha256 where id = :id",
        id=token_id,
        token=token,
        sha256=sha256,
    )


async def last_tokens(tx: Transaction, before: datetime | None) -> list[KeptToken]:
    """Tokens that no other renews, whose certificate ends before a moment; all of them without one."""
    rows = await tx.rows(
        """select t.* from evidence_token t where (cast(:before as timestamptz) is null or t.expires_at < :before)
        and exists (select 1 from evidence_link l where l.token_id = t.id and not exists
            (select 1 from evidence_link n where n.batch_id = l.batch_id and n.number > l.number))
        order by t.stamped_at, t.id""",
        before=before,
    )
    return [_kept(row) for row in rows]


async def chains(tx: Transaction, token_ids: list[UUID]) -> list[tuple[UUID, list[UUID]]]:
    """The batches whose last token is one of these, each with its tokens, oldest first."""
    rows = await tx.rows(
        """select l.batch_id, array_agg(p.token_id order by p.number) tokens from evidence_link l
        join evidence_link p using (batch_id)
        where l.token_id = any(:ids) and not exists
            (select 1 from evidence_link n where n.batch_id = l.batch_id and n.number > l.number)
        group by l.batch_id order by l.batch_id""",
        ids=token_ids,
    )
    return [(row["batch_id"], list(row["tokens"])) for row in rows]


async def digests(tx: Transaction, token_ids: list[UUID]) -> dict[UUID, bytes]:
    """The SHA-256 of tokens."""
    rows = await tx.rows("select id, sha256 from evidence_token where id = any(:ids)", ids=token_ids)
    return {row["id"]: bytes(row["sha256"]) for row in rows}


async def place_of(tx: Transaction, *, entry_id: UUID | None = None, head_size: int | None = None) -> Any:
    """Batch and position of an entry or a head (`batch_id`, `position`); None while nothing covers it."""
    return await tx.row(
        """select batch_id, position from evidence_item where entry_id = :entry
        or head_size = cast(:size as bigint)""",
        entry=entry_id,
        size=head_size,
    )


async def tokens_of(tx: Transaction, batch_id: UUID) -> list[tuple[KeptToken, int]]:
    """The tokens of a batch, oldest first, each with the position of the batch in the token's tree."""
    rows = await tx.rows(
        """select t.*, l.position from evidence_link l join evidence_token t on t.id = l.token_id
        where l.batch_id = :batch order by l.number""",
        batch=batch_id,
    )
    return [(_kept(row), row["position"]) for row in rows]


async def groups_of_batch(tx: Transaction, batch_id: UUID) -> list[Group]:
    """The leaves under a batch's first token."""
    found = await tx.values(
        "select digest from evidence_item where batch_id = :batch order by position", batch=batch_id
    )
    return [(bytes(digest),) for digest in found]


async def groups_of_renewal(tx: Transaction, token_id: UUID) -> list[Group]:
    """The leaves under a token that renews: of each batch, all of its tokens so far."""
    rows = await tx.rows(
        """select l.position, array_agg(t.sha256 order by p.number) digests from evidence_link l
        join evidence_link p on p.batch_id = l.batch_id and p.number < l.number
        join evidence_token t on t.id = p.token_id
        where l.token_id = :id group by l.position order by l.position""",
        id=token_id,
    )
    return [tuple(bytes(digest) for digest in row["digests"]) for row in rows]


async def standing(tx: Transaction) -> list[RowMapping]:
    """Tokens that no other renews, with how many batches and deposits hang on each; the first to end first."""
    return await tx.rows(
        """select t.id, t.authority, t.stamped_at, t.expires_at, count(*) batches, sum(b.deposits)::bigint deposits
        from evidence_token t join evidence_link l on l.token_id = t.id
        join evidence_batch b on b.id = l.batch_id
        where not exists (select 1 from evidence_link n where n.batch_id = l.batch_id and n.number > l.number)
        group by t.id order by t.expires_at, t.id"""
    )


def _kept(row: RowMapping) -> KeptToken:
    return KeptToken(
        id=row["id"],
        token=bytes(row["token"]),
        sha256=bytes(row["sha256"]),
        authority=row["authority"],
        stamped_at=row["stamped_at"],
        expires_at=row["expires_at"],
    )
