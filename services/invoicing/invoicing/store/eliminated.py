"""What an invoice came in with, once the archive eliminated its original."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.refs import DocumentRef
from mesh.transaction import Transaction


async def note(tx: Transaction, invoice_id: UUID, at: datetime) -> None:
    """The original is gone; ledger and number stay."""
    await tx.execute(
        "update invoice set eliminated_at = :at where id = :id and eliminated_at is null", id=invoice_id, at=at
    )


async def left_alone(tx: Transaction, invoice_id: UUID) -> list[DocumentRef]:
    """The files that the invoice came in and that no other one that is still there came in: its PDF, its zip.

    Equal bytes are kept once, whoever uploaded them.
    """
    found = await tx.values(
        """with came as (
            select as_is #> '{source,document}' ref from invoice where id = :id
            union select document from upload
                where entries @> jsonb_build_array(jsonb_build_object('invoice_id', cast(:id as text))))
        select distinct on (ref ->> 'sha256') ref from came c
        where ref ? 'key'
            and not exists (select from invoice o where o.eliminated_at is null and o.id <> :id
                and o.as_is #>> '{source,document,sha256}' = c.ref ->> 'sha256')
            and not exists (select from upload u cross join jsonb_array_elements(u.entries) e
                join invoice o on o.id = cast(e ->> 'invoice_id' as uuid)
                where u.document ->> 'sha256' = c.ref ->> 'sha256' and o.eliminated_at is null and o.id <> :id)""",
        id=invoice_id,
    )
    return [DocumentRef.model_validate(each) for each in found]


async def forget_places(tx: Transaction, digests: Sequence[str]) -> None:
    """Uploads keep the digest of what is gone, and refer to no object any more."""
    await tx.execute(
        "update upload set document = document - 'key' where document ->> 'sha256' = any (cast(:digests as text[]))",
        digests=list(digests),
    )
