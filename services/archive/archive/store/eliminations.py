"""Eliminations after term: proposals, decisions, and what became of each original."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.db import jsonb
from mesh.transaction import Transaction


async def due(tx: Transaction, before: datetime, supplier_id: UUID | None, limit: int) -> list[RowMapping]:
    """Deposits whose term ended before a moment, on which no hold lies and that no open elimination names."""
    return await tx.rows(
        """select e.id, e.digests ->> 'original' sha256 from entry e
        where e.kind = 'deposit' and e.eliminated_at is null and e.leaf_index is not null and e.retain_until < :before
            and (cast(:supplier as uuid) is null or e.supplier_id = :supplier)
            and not exists (select 1 from legal_hold h where h.invoice_id = e.invoice_id and h.lifted_at is null)
            and not exists (select 1 from elimination_item i join elimination x on x.id = i.elimination_id
                where i.entry_id = e.id and x.state in ('proposed', 'running'))
        order by e.retain_until, e.id limit :limit""",
        before=before,
        supplier=supplier_id,
        limit=limit,
    )


async def propose(
    tx: Transaction,
    elimination_id: UUID,
    entry_ids: list[UUID],
    digest: bytes,
    *,
    before: datetime,
    supplier_id: UUID | None,
    by: str,
    reason: str,
    at: datetime,
) -> None:
    """Keep a proposal with what it names."""
    await tx.execute(
        """insert into elimination (id, supplier_id, term_before, state, items, digest, reason, proposed_by,
            proposed_at)
        values (:id, :supplier, :before, 'proposed', :items, :digest, :reason, :by, :at)""",
        id=elimination_id,
        supplier=supplier_id,
        before=before,
        items=len(entry_ids),
        digest=digest,
        reason=reason,
        by=by,
        at=at,
    )
    await tx.execute(
        """insert into elimination_item (elimination_id, entry_id, state)
        select :id, v, 'waiting' from unnest(cast(:entries as uuid[])) v""",
        id=elimination_id,
        entries=entry_ids,
    )


async def locked(tx: Transaction, elimination_id: UUID) -> RowMapping | None:
    """An elimination, until the transaction ends nobody else's to decide."""
    return await tx.row("select * from elimination where id = :id for update", id=elimination_id)


async def decide(tx: Transaction, elimination_id: UUID, state: str, by: str, reason: str, at: datetime) -> None:
    """It is to run, or refused."""
    await tx.execute(
        """update elimination set state = :state, decided_by = :by, decision = :reason, decided_at = :at
        where id = :id""",
        id=elimination_id,
        state=state,
        by=by,
        reason=reason,
        at=at,
    )


async def next_running(tx: Transaction) -> RowMapping | None:
    """The oldest one that was approved and has not ended."""
    return await tx.row("select * from elimination where state = 'running' order by decided_at, id limit 1")


async def open_items(tx: Transaction, elimination_id: UUID, limit: int) -> list[UUID]:
    """Entries that it has still to see to; what broke off in the middle first."""
    return await tx.values(
        """select entry_id from elimination_item where elimination_id = :id and state in ('waiting', 'under_way')
        order by state = 'under_way' desc, entry_id limit :limit""",
        id=elimination_id,
        limit=limit,
    )


async def locked_item(tx: Transaction, elimination_id: UUID, entry_id: UUID) -> str:
    """The state of an item, until the transaction ends nobody else's to change."""
    return await tx.value(
        "select state from elimination_item where elimination_id = :id and entry_id = :entry for update",
        id=elimination_id,
        entry=entry_id,
    )


async def mark(
    tx: Transaction, elimination_id: UUID, entry_id: UUID, state: str, why: str | None, at: datetime | None
) -> None:
    """What became of an item."""
    await tx.execute(
        """update elimination_item set state = :state, why = :why, ended_at = :at
        where elimination_id = :id and entry_id = :entry""",
        id=elimination_id,
        entry=entry_id,
        state=state,
        why=why,
        at=at,
    )


async def end(tx: Transaction, elimination_id: UUID, at: datetime) -> None:
    """Nothing is left of it to do."""
    await tx.execute("update elimination set state = 'done', ended_at = :at where id = :id", id=elimination_id, at=at)


async def forget(tx: Transaction, deposit: RowMapping, at: datetime) -> None:
    """The row of a deposit keeps what its leaf says, and nothing else of the invoice is kept."""
    await tx.execute(
        "update entry set object = null, fact = '{}', eliminated_at = :at where id = :id", id=deposit["id"], at=at
    )
    await tx.execute("delete from wording where entry_id = :id", id=deposit["id"])
    await tx.execute(
        """delete from described where invoice_id = :invoice and not exists (select 1 from entry e
            where e.invoice_id = :invoice and e.kind = 'deposit' and e.eliminated_at is null)""",
        invoice=deposit["invoice_id"],
    )


async def names_document(tx: Transaction, sha256: str) -> bool:
    """Whether a deposit that is not eliminated has an XML with this digest: equal bytes are kept once."""
    return await tx.value(
        """select exists (select 1 from entry
        where kind = 'deposit' and eliminated_at is null and digests ->> 'document' = :sha256)""",
        sha256=sha256,
    )


async def certify(
    tx: Transaction, certificate_id: UUID, deposit: RowMapping, content: dict[str, str], at: datetime
) -> bool:
    """An entry of its own, with the digests of what is gone; it has no number yet. False when it is there already."""
    tx.unnumbered = True
    found = await tx.value(
        """insert into entry (id, kind, invoice_id, submission_id, supplier_id, buyer_id, digests, content, cause, fact,
            deposited_at)
        values (:id, 'elimination', :invoice, :submission, :supplier, :buyer, cast(:digests as jsonb),
            cast(:content as jsonb), '{}', '{}', :at) on conflict do nothing returning id""",
        id=certificate_id,
        invoice=deposit["invoice_id"],
        submission=deposit["submission_id"],
        supplier=deposit["supplier_id"],
        buyer=deposit["buyer_id"],
        digests=jsonb(deposit["digests"]),
        content=jsonb(content),
        at=at,
    )
    return found is not None


async def certificate_of(tx: Transaction, entry_id: UUID) -> RowMapping | None:
    """The certificate of a deposit, as far as the role sees it."""
    return await tx.row(
        "select * from entry where kind = 'elimination' and content ->> 'of' = :entry limit 1", entry=str(entry_id)
    )


async def newest(tx: Transaction, limit: int) -> list[RowMapping]:
    """The newest eliminations first, with how many of their items are done and how many were kept."""
    return await tx.rows(
        """select x.*,
            (select count(*) from elimination_item i where i.elimination_id = x.id and i.state = 'done') done,
            (select count(*) from elimination_item i where i.elimination_id = x.id and i.state = 'kept') kept
        from elimination x order by x.proposed_at desc, x.id desc limit :limit""",
        limit=limit,
    )


async def items_of(tx: Transaction, elimination_id: UUID, after: UUID | None, limit: int) -> list[RowMapping]:
    """What an elimination names, by entry."""
    return await tx.rows(
        """select i.entry_id, e.invoice_id, e.supplier_id, e.buyer_id, e.sequence, e.retain_until,
            e.digests ->> 'original' sha256, i.state, i.why, i.ended_at
        from elimination_item i join entry e on e.id = i.entry_id
        where i.elimination_id = :id and (cast(:after as uuid) is null or i.entry_id > :after)
        order by i.entry_id limit :limit""",
        id=elimination_id,
        after=after,
        limit=limit,
    )
