"""What an invoice came in and went with, once the archive eliminated its original."""

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
    """The files that the invoice came in (its PDF, its zip) or that go with it, unless another one that is still there
    has them too.

    Equal bytes are kept once, whoever uploaded them.
    """
    found = await tx.values(
        """with came as (
            select as_is #> '{source,document}' ref from invoice where id = :id
            union select document from upload
                where entries @> jsonb_build_array(jsonb_build_object('invoice_id', cast(:id as text)))
            union select document from attachment where invoice_id = :id)
        select distinct on (ref ->> 'key') ref from came c
        where ref ? 'key'
            and not exists (select from invoice o where o.eliminated_at is null and o.id <> :id
                and o.as_is #>> '{source,document,sha256}' = c.ref ->> 'sha256'
                and o.as_is #>> '{source,document,key}' = c.ref ->> 'key')
            and not exists (select from upload u cross join jsonb_array_elements(u.entries) e
                join invoice o on o.id = cast(e ->> 'invoice_id' as uuid)
                where u.document ->> 'sha256' = c.ref ->> 'sha256' and u.document ->> 'key' = c.ref ->> 'key'
                    and o.eliminated_at is null and o.id <> :id)
            and not exists (select from attachment a join invoice o on o.id = a.invoice_id
                where a.document ->> 'sha256' = c.ref ->> 'sha256' and a.document ->> 'key' = c.ref ->> 'key'
                    and o.eliminated_at is null and o.id <> :id)""",
        id=invoice_id,
    )
    return [DocumentRef.model_validate(each) for each in found]


async def forget_places(tx: Transaction, gone: Sequence[DocumentRef]) -> None:
    """Uploads and attachments keep the digest of what is gone, and refer to no object any more."""
    for table in ("upload", "attachment"):
        await tx.execute(
            f"""update {table} set document = document - 'key'
            where document ->> 'sha256' = any (cast(:digests as text[]))
                and document ->> 'key' = any (cast(:keys as text[]))""",  # noqa: S608 - names of this module
            digests=[ref.sha256 for ref in gone],
            keys=[ref.key for ref in gone],
        )
