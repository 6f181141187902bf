"""Which submission of an invoice is the newest, and the seal it got."""

from typing import Any
from uuid import UUID

from contracts.invoices import InvoiceCancelled, InvoiceSealed, InvoiceValidated
from mesh.db import jsonb
from mesh.transaction import Transaction


async def is_newest(tx: Transaction, fact: InvoiceValidated) -> bool:
    """Enter a submission as its invoice's newest; False when a newer one came before, or the invoice was cancelled.

    Submission ids are UUIDs of version 7: they sort by the time of the submit.
    """
    found = await tx.value(
        """insert into submission (invoice_id, submission_id, supplier_id, buyer_id, state)
        values (:invoice, :submission, :supplier, :buyer, 'open')
        on conflict (invoice_id) do update set submission_id = excluded.submission_id
        where submission.submission_id < excluded.submission_id and submission.state <> 'cancelled'
        returning submission_id""",
        invoice=fact.invoice_id,
        submission=fact.submission_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
    )
    return found is not None


async def cancel(tx: Transaction, fact: InvoiceCancelled) -> None:
    """The invoice was withdrawn: nothing of it is sealed any more."""
    await tx.execute(
        """insert into submission (invoice_id, submission_id, supplier_id, buyer_id, state)
        values (:invoice, :submission, :supplier, :buyer, 'cancelled')
        on conflict (invoice_id) do update set state = 'cancelled'""",
        invoice=fact.invoice_id,
        submission=fact.submission_id or UUID(int=0),
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
    )


async def keep(tx: Transaction, fact: InvoiceSealed) -> None:
    """Keep what was sealed, when, and by which certificate."""
    await tx.execute(
        """insert into seal (submission_id, invoice_id, supplier_id, buyer_id, original, xml_sha256, level, legal,
            certificate_sha256, sealed_at)
        values (:submission, :invoice, :supplier, :buyer, cast(:original as jsonb), :xml, :level, :legal,
            :certificate, :at)""",
        submission=fact.submission_id,
        invoice=fact.invoice_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        original=jsonb(fact.original.model_dump(mode="json")),
        xml=fact.document.sha256,
        level=fact.level,
        legal=fact.legal,
        certificate=fact.certificate_sha256,
        at=fact.sealed_at,
    )


async def by_digest(tx: Transaction, prefix: str) -> dict[str, Any] | None:
    """The newest seal over an XML whose SHA-256 begins so; who asks sees only seals of its own companies."""
    row = await tx.row(
        """select invoice_id, original ->> 'sha256' as sha256, xml_sha256, level, legal, sealed_at from seal
        where substr(xml_sha256, 1, 15) = :prefix order by sealed_at desc limit 1""",
        prefix=prefix,
    )
    return dict(row) if row else None
