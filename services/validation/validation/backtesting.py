"""A draft's rules over the last invoices of a unit, read again from where their bytes lie."""

from datetime import date
from uuid import UUID

from contracts.rulebooks import BuyerRule
from documents.errors import DocumentError
from documents.invoice import Invoice
from documents.reading import read_invoice
from validation.domain.backtest import Backtest, Past, Run
from validation.domain.case import Case
from validation.domain.ready_made import KINDS
from validation.env import Env
from validation.store import history
from validation.store.history import Judged, Trade

_OURS = ("NAV-BUYER-", "NAV-RULEBOOK-")


async def backtest(env: Env, unit_id: UUID, rules: tuple[BuyerRule, ...], count: int) -> Backtest:
    """What the rules say of the last `count` invoices; those that nobody could read were refused for that."""
    run = Run(rules)
    asked = any(rule.kind in KINDS and KINDS[rule.kind].needs == "similar" for rule in rules)
    async with env.pipeline.transaction() as tx:
        judged = await history.last(tx, unit_id, count)
    for each in judged:
        try:
            invoice = read_invoice(await env.objects.read(each.document))
        except DocumentError:
            continue
        run.take(_past(each, invoice, await _similar(env, unit_id, each, invoice) if asked else ()))
    return run.report()


async def _similar(env: Env, unit_id: UUID, judged: Judged, invoice: Invoice) -> tuple[date, ...]:
    trade = Trade(judged.supplier_id, unit_id, but=judged.invoice_id)
    async with env.pipeline.transaction() as tx:
        return await history.similar(tx, trade, invoice.totals.gross_amount, invoice.currency)


def _past(judged: Judged, invoice: Invoice, similar: tuple[date, ...]) -> Past:
    orders = {entry.line: entry for entry in judged.orders}
    return Past(
        invoice_id=judged.invoice_id,
        supplier_id=judged.supplier_id,
        passed=judged.passed,
        stopped_otherwise=any(f.stops and not f.rule.startswith(_OURS) for f in judged.findings),
        case=Case(invoice, judged.judged_at.date(), orders or None, similar),
    )
