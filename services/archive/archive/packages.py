"""What a company takes away of one invoice: the proof bundle and the signature container."""

import asyncio
from collections.abc import Collection
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import RowMapping

from archive.bundle import container, content
from archive.bundle.content import Proofs
from archive.domain.deposit import FILES
from archive.env import Env
from archive.errors import archive_option_missing, eliminated, no_evidence_yet, not_archived
from archive.evidencing import record_of
from archive.opening import parts_of
from archive.proving import as_json, prove
from archive.store import entries, log
from mesh.transaction import Transaction


async def bundle(env: Env, companies: Collection[UUID], invoice_id: UUID) -> bytes:
    """The proof bundle of an invoice. Raises NotFound, Conflict while it is being numbered."""
    async with env.api.transaction(companies) as tx:
        entry = await _deposit(tx, invoice_id)
        head = await log.head(tx)
        deposit = as_json(await prove(tx, entry, head))
        later = await entries.statuses_of(tx, invoice_id, head["size"] if head else 0)
        statuses = [as_json(await prove(tx, status, head)) for status in later]
        evidence = await record_of(tx, entry_id=entry["id"])
    documents = {FILES[name]: part for name, part in (await parts_of(env, entry)).items()}
    roots = b"".join(root.public_bytes(Encoding.PEM) for root in env.stamps.trust.roots)
    proofs = Proofs(deposit, await env.key.public(), statuses, evidence, roots)
    return await asyncio.to_thread(content.make, documents, proofs)


async def asice(env: Env, companies: Collection[UUID], invoice_id: UUID) -> bytes:
    """The original with its evidence record in one container.

    Raises NotFound, Conflict without the archive option and before its batch is stamped.
    """
    async with env.api.transaction(companies) as tx:
        entry = await _deposit(tx, invoice_id)
        if not entry["archive_option"]:
            raise archive_option_missing()
        evidence = await record_of(tx, entry_id=entry["id"])
    if evidence is None:
        raise no_evidence_yet()
    parts = await parts_of(env, entry)
    return await asyncio.to_thread(container.make, parts["original"], evidence)


async def _deposit(tx: Transaction, invoice_id: UUID) -> RowMapping:
    entry = await entries.original_of(tx, invoice_id)
    if entry is None:
        raise not_archived()
    if entry["eliminated_at"] is not None:
        raise eliminated()
    return entry
