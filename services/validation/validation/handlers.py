"""A submitted invoice becomes a validated or a failed one."""

from collections.abc import Sequence
from datetime import date

from contracts.invoices import AppliedRules, InvoiceCancelled, InvoiceFailed, InvoiceSubmitted, InvoiceValidated, Stage
from documents.invoice import Invoice
from mesh import directory, outbox
from mesh.handlers import Handlers, Prepared
from mesh.records import Received
from mesh.transaction import Transaction
from validation.checking import Rulebook, check
from validation.domain.verdict import Verdict, bounded
from validation.env import Env
from validation.store import history, verdicts
from validation.store.history import Trade

handlers: Handlers[Env] = Handlers()
directory.register(handlers)


async def _record(tx: Transaction, batch: Sequence[Prepared[InvoiceSubmitted, Verdict]], env: Env) -> None:
    newest = await verdicts.newest(tx, [item.received.fact for item in batch])
    judged = [item for item in batch if item.received.fact.submission_id in newest]
    await verdicts.keep(tx, [(item.received.fact, item.result) for item in judged], env.clock.now())
    for item in judged:
        _answer(tx, item, env)


def _answer(tx: Transaction, item: Prepared[InvoiceSubmitted, Verdict], env: Env) -> None:
    fact, verdict = item.received.fact, item.result
    if verdict.passed:
        answer = InvoiceValidated(
            **fact.of_submission(),
            document_sha256=verdict.document_sha256,
            rule_sets=verdict.rule_sets,
            rulebook_version=verdict.rulebook_version,
            warnings=verdict.warnings,
            attachments=fact.attachments,
            source=fact.source,
            supplier_country=fact.supplier_country,
            buyer_country=fact.buyer_country,
            customer_language=fact.customer_language,
            language=fact.language,
            validated_at=env.clock.now(),
        )
    else:
        answer = InvoiceFailed(
            **fact.of_submission(),
            stage=Stage.VALIDATION,
            reason="RULES_BROKEN",
            rulebook_version=verdict.rulebook_version,
            findings=bounded(verdict.findings),
            failed_at=env.clock.now(),
        )
    outbox.emit(tx, answer, subject=fact.invoice_id, tenant=fact.supplier_id, cause=item.received)


@handlers.on(InvoiceSubmitted, record=_record)
async def judge(received: Received[InvoiceSubmitted], env: Env) -> Verdict:
    """Read the bytes by their reference, verified, and run every rule that applies to them.

    Raises ResourceDown, so that the fact waits, when the rule engine or VIES is away.
    """
    fact = received.fact
    book = await env.rulebooks.ask(fact.unit_id)
    document = await env.objects.read(fact.document)

    async def similar(invoice: Invoice) -> tuple[date, ...]:
        trade = Trade(fact.supplier_id, fact.unit_id, but=fact.invoice_id)
        async with env.pipeline.autocommit() as tx:
            return await history.similar(tx, trade, invoice.totals.gross_amount, invoice.currency)

    rulebook = Rulebook(
        today=env.clock.now().date(),
        rules=book.rules if book else (),
        version=book.version if book else 0,
        sha256=book.sha256 if book else "",
        orders={entry.line: entry for entry in fact.order_context},
        similar=similar,
    )
    findings, applied = await check(env.checker, document, rulebook, env.vat_numbers.before_it_leaves)
    if env.shadow is not None:
        env.shadow.offer(document, [finding for finding in findings if finding.rule_set in _official(applied)])
    return Verdict(tuple(findings), applied, fact.document.sha256, book.version if book else None)


def _official(applied: Sequence[AppliedRules]) -> set[str]:
    """Rule sets as findings name them; a buyer's own are not the official stylesheets' to repeat."""
    return {f"{rules.id} {rules.version}" for rules in applied}


@handlers.records(InvoiceCancelled)
async def withdraw(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """A cancelled invoice is judged no more."""
    for item in batch:
        await verdicts.cancel(tx, item.fact.invoice_id, item.fact.supplier_id, item.fact.buyer_id)


@handlers.discarded(InvoiceSubmitted)
async def give_up(tx: Transaction, received: Received[InvoiceSubmitted], env: Env) -> None:
    """An operator ended it: the submission failed, which frees its order lines."""
    fact = received.fact
    failed = InvoiceFailed(
        **fact.of_submission(),
        stage=Stage.VALIDATION,
        reason="OPERATOR_DISCARDED",
        failed_at=env.clock.now(),
    )
    await verdicts.newest(tx, [fact])
    outbox.emit(tx, failed, subject=fact.invoice_id, tenant=fact.supplier_id, cause=received, name="discarded")
