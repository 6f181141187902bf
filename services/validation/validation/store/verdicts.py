"""What was judged, and which submission is the newest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from contracts.invoices import InvoiceSubmitted
from mesh.transaction import Transaction
from validation.domain.verdict import Verdict


async def newest(tx: Transaction, facts: Sequence[InvoiceSubmitted]) -> set[UUID]:
    """Enter submissions as their invoices' newest, one of each invoice; returns those that are.

    A newer one may have come before, or the invoice was cancelled.
    """
    return set(
        await tx.values(
            """insert into submission (invoice_id, submission_id, attempt, supplier_id, buyer_id, state, unit_id,
                issue_date, gross, currency)
            select invoice_id, submission_id, attempt, supplier_id, buyer_id, 'judged', unit_id, issue_date, gross,
                currency
            from unnest(cast(:invoices as uuid[]), cast(:submissions as uuid[]), cast(:attempts as int[]),
                cast(:suppliers as uuid[]), cast(:buyers as uuid[]), cast(:units as uuid[]), cast(:dates as date[]),
                cast(:amounts as numeric[]), cast(:currencies as text[]))
                v(invoice_id, submission_id, attempt, supplier_id, buyer_id, unit_id, issue_date, gross, currency)
            on conflict (invoice_id) do update set submission_id = excluded.submission_id, attempt = excluded.attempt,
                unit_id = excluded.unit_id, issue_date = excluded.issue_date, gross = excluded.gross,
                currency = excluded.currency
            where submission.attempt < excluded.attempt and submission.state <> 'cancelled' returning submission_id""",
            invoices=[fact.invoice_id for fact in facts],
            submissions=[fact.submission_id for fact in facts],
            attempts=[fact.attempt for fact in facts],
            suppliers=[fact.supplier_id for fact in facts],
            buyers=[fact.buyer_id for fact in facts],
            units=[fact.unit_id for fact in facts],
            dates=[fact.issue_date for fact in facts],
            amounts=[fact.totals.gross for fact in facts],
            currencies=[fact.totals.currency for fact in facts],
        )
    )


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


async def keep(tx: Transaction, judged: Sequence[tuple[InvoiceSubmitted, Verdict]], at: datetime) -> None:
    """Keep verdicts with all their findings."""
    if not judged:
        return
    await tx.execute(
        """insert into verdict (submission_id, invoice_id, supplier_id, buyer_id, passed, findings, rule_sets,
            document_sha256, rulebook_version, judged_at, unit_id, document, order_context)
        select submission_id, invoice_id, supplier_id, buyer_id, passed, findings, rule_sets, document_sha256,
            rulebook_version, :at, unit_id, document, order_context
        from json_to_recordset(cast(:verdicts as json)) v(submission_id uuid, invoice_id uuid, supplier_id uuid,
            buyer_id uuid, passed bool, findings jsonb, rule_sets jsonb, document_sha256 text, rulebook_version int,
            unit_id uuid, document jsonb, order_context jsonb)""",
        verdicts=orjson.dumps([_row(fact, verdict) for fact, verdict in judged]).decode(),
        at=at,
    )


def _row(fact: InvoiceSubmitted, verdict: Verdict) -> dict[str, Any]:
    return {
        "submission_id": fact.submission_id,
        "invoice_id": fact.invoice_id,
        "supplier_id": fact.supplier_id,
        "buyer_id": fact.buyer_id,
        "passed": verdict.passed,
        "findings": [orjson.Fragment(finding.model_dump_json()) for finding in verdict.findings],
        "rule_sets": [orjson.Fragment(rules.model_dump_json()) for rules in verdict.rule_sets],
        "document_sha256": verdict.document_sha256,
        "rulebook_version": verdict.rulebook_version,
        "unit_id": fact.unit_id,
        "document": orjson.Fragment(fact.document.model_dump_json()),
        "order_context": [orjson.Fragment(entry.model_dump_json()) for entry in fact.order_context],
    }
