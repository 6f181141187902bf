"""What was judged, and which submission is the newest."""

from datetime import datetime
from uuid import UUID

import orjson

from contracts.invoices import InvoiceSubmitted
from mesh.db import jsonb
from mesh.transaction import Transaction
from validation.domain.verdict import Verdict


async def is_newest(tx: Transaction, fact: InvoiceSubmitted) -> bool:
    """Enter a submission as its invoice's newest; False when a newer one came before, or the invoice was cancelled."""
    found = await tx.value(
        """insert into submission (invoice_id, submission_id, attempt, supplier_id, buyer_id, state, unit_id,
            issue_date, gross, currency)
        values (:invoice, :submission, :attempt, :supplier, :buyer, 'judged', :unit, :dated, :gross, :currency)
        on conflict (invoice_id) do update set submission_id = excluded.submission_id, attempt = excluded.attempt,
            unit_id = excluded.unit_id, issue_date = excluded.issue_date, gross = excluded.gross,
            currency = excluded.currency
        where submission.attempt < excluded.attempt and submission.state <> 'cancelled' returning submission_id""",
        invoice=fact.invoice_id,
        submission=fact.submission_id,
        attempt=fact.attempt,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        unit=fact.unit_id,
        dated=fact.issue_date,
        gross=fact.totals.gross,
        currency=fact.totals.currency,
    )
    return found is not None


async def cancel(tx: Transaction, invoice_id: UUID, supplier_id: UUID, buyer_id: UUID) -> None:
    """The invoice was withdrawn: nothing of it is judged any more."""
    await tx.execute(
        """insert into submission (invoice_id, submission_id, attempt, supplier_id, buyer_id, state)
        values (:invoice, :invoice, 0, :supplier, :buyer, 'cancelled')
        on conflict (invoice_id) do update set state = 'cancelled'""",
        invoice=invoice_id,
        supplier=supplier_id,
        buyer=buyer_id,
    )


async def keep(tx: Transaction, fact: InvoiceSubmitted, verdict: Verdict, at: datetime) -> None:
    """Keep a verdict with all its findings."""
    await tx.execute(
        """insert into verdict (submission_id, invoice_id, supplier_id, buyer_id, passed, findings, rule_sets,
            document_sha256, rulebook_version, judged_at, unit_id, document, order_context)
        values (:submission, :invoice, :supplier, :buyer, :passed, cast(:findings as jsonb), cast(:sets as jsonb),
            :sha256, :version, :at, :unit, cast(:document as jsonb), cast(:context as jsonb))""",
        submission=fact.submission_id,
        invoice=fact.invoice_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        passed=verdict.passed,
        findings=orjson.dumps([f.model_dump(mode="json") for f in verdict.findings]).decode(),
        sets=jsonb([s.model_dump(mode="json") for s in verdict.rule_sets]),
        sha256=verdict.document_sha256,
        version=verdict.rulebook_version,
        at=at,
        unit=fact.unit_id,
        document=fact.document.model_dump_json(),
        context=jsonb([entry.model_dump(mode="json") for entry in fact.order_context]),
    )
