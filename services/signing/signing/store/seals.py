"""Which submission of an invoice is the newest, and the seal it got."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.invoices import InvoiceCancelled, InvoiceSealed, InvoiceValidated
from mesh.transaction import Transaction


async def newest(tx: Transaction, facts: Sequence[InvoiceValidated]) -> set[UUID]:
    """Enter submissions as their invoices' newest, one of each invoice; returns those that are.

    A newer one may have come before, or the invoice was cancelled. Submission ids are UUIDs of version 7: they sort by
    the time of the submit.
    """
    return set(
        await tx.values(
            """insert into submission (invoice_id, submission_id, supplier_id, buyer_id, state)
            select *, 'open' from unnest(cast(:invoices as uuid[]), cast(:submissions as uuid[]),
                cast(:suppliers as uuid[]), cast(:buyers as uuid[]))
            on conflict (invoice_id) do update set submission_id = excluded.submission_id
            where submission.submission_id < excluded.submission_id and submission.state <> 'cancelled'
            returning submission_id""",
            invoices=[fact.invoice_id for fact in facts],
            submissions=[fact.submission_id for fact in facts],
            suppliers=[fact.supplier_id for fact in facts],
            buyers=[fact.buyer_id for fact in facts],
        )
    )


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


async def keep(tx: Transaction, facts: Sequence[InvoiceSealed]) -> None:
    """Keep what was sealed, when, and by which certificate."""
    if not facts:
        return
    await tx.execute(
        """insert into seal (submission_id, invoice_id, supplier_id, buyer_id, original, xml_sha256, level, legal,
            certificate_sha256, sealed_at)
        select * from unnest(cast(:submissions as uuid[]), cast(:invoices as uuid[]), cast(:suppliers as uuid[]),
            cast(:buyers as uuid[]), cast(:originals as jsonb[]), cast(:xmls as text[]), cast(:levels as text[]),
            cast(:legals as bool[]), cast(:certificates as text[]), cast(:ats as timestamptz[]))""",
        submissions=[fact.submission_id for fact in facts],
        invoices=[fact.invoice_id for fact in facts],
        suppliers=[fact.supplier_id for fact in facts],
        buyers=[fact.buyer_id for fact in facts],
        originals=[fact.original.model_dump_json() for fact in facts],
        xmls=[fact.document.sha256 for fact in facts],
        levels=[fact.level for fact in facts],
        legals=[fact.legal for fact in facts],
        certificates=[fact.certificate_sha256 for fact in facts],
        ats=[fact.sealed_at for fact in facts],
    )


async def by_digest(tx: Transaction, prefix: str) -> dict[str, Any] | None:
    """The newest seal over an XML whose SHA-256 begins so; who asks sees only seals of its own companies."""
    row = await tx.row(
        """select invoice_id, original ->> 'sha256' as sha256, xml_sha256, level, legal, sealed_at from seal
        where substr(xml_sha256, 1, 15) = :prefix order by sealed_at desc limit 1""",
        prefix=prefix,
    )
    return dict(row) if row else None
