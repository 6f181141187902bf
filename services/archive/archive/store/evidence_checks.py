"""What a check of everything reads of the evidence."""

from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction


async def left_out(tx: Transaction, first: int, until: int) -> list[UUID]:
    """Deposits from leaf `first` to before `until` that no batch covers although a later one is covered."""
    return await tx.values(
        """select e.id from entry e where e.kind = 'deposit' and e.leaf_index >= :first and e.leaf_index < :until
            and e.leaf_index <= (select coalesce(max(covers), -1) from evidence_batch)
            and not exists (select 1 from evidence_item i where i.entry_id = e.id)
        order by e.leaf_index""",
        first=first,
        until=until,
    )


async def batches(tx: Transaction, after: UUID | None, limit: int) -> list[RowMapping]:
    """Batches by id, each with its first token."""
    return await tx.rows(
        """select b.id, l.token_id from evidence_batch b
        left join evidence_link l on l.batch_id = b.id and l.number = 1
        where cast(:after as uuid) is null or b.id > :after order by b.id limit :limit""",
        after=after,
        limit=limit,
    )


async def differing(tx: Transaction, batch_id: UUID) -> list[UUID | None]:
    """Entries, or None for a head, whose item in a batch has another digest than the log."""
    return await tx.values(
        """select i.entry_id from evidence_item i
        left join entry e on e.id = i.entry_id left join head h on h.size = i.head_size
        where i.batch_id = :batch
            and encode(i.digest, 'hex') is distinct from case when i.head_size is null then e.digests ->> 'original'
                else encode(sha256(convert_to(h.jws, 'UTF8')), 'hex') end
        order by i.position""",
        batch=batch_id,
    )


async def tokens(tx: Transaction, after: UUID | None, limit: int) -> list[RowMapping]:
    """Tokens by id; `renews`: it is over earlier ones."""
    return await tx.rows(
        """select t.id, t.token, t.sha256,
            exists (select 1 from evidence_link l where l.token_id = t.id and l.number > 1) renews
        from evidence_token t where cast(:after as uuid) is null or t.id > :after order by t.id limit :limit""",
        after=after,
        limit=limit,
    )


async def token(tx: Transaction, token_id: UUID) -> RowMapping | None:
    """One token."""
    return await tx.row("select token, sha256 from evidence_token where id = :id", id=token_id)
