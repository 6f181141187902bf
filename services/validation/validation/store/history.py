"""What earlier invoices say: similar ones for a rule, the last ones for a backtest, and what rules could not do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from contracts.faults import Finding
from contracts.invoices import OrderContext
from contracts.refs import DocumentRef
from mesh.transaction import Transaction
from validation.domain.buyer_rules import FAILED, UNEVALUATED

_FINDINGS = TypeAdapter(tuple[Finding, ...])
_CONTEXT = TypeAdapter(tuple[OrderContext, ...])
_LOOKED_AT = 1000


@dataclass(frozen=True)
class Judged:
    """An invoice as it was judged last."""

    invoice_id: UUID
    supplier_id: UUID
    passed: bool
    findings: tuple[Finding, ...]
    document: DocumentRef
    orders: tuple[OrderContext, ...]
    judged_at: datetime


@dataclass(frozen=True)
class Fault:
    """How often a rule of the rulebook in force could not do its work, and when last."""

    rule: str
    finding: str
    cause: str
    count: int
    last: datetime


@dataclass(frozen=True)
class Trade:
    """Whose invoices to whom; `but`: without this one."""

    supplier_id: UUID
    unit_id: UUID
    but: UUID | None = None


async def similar(tx: Transaction, trade: Trade, gross: Decimal, currency: str) -> tuple[date, ...]:
    """Dates of other invoices of the same total that were not withdrawn and not refused by a rule."""
    return tuple(
        await tx.values(
            """select s.issue_date from submission s join verdict v using (submission_id)
            where s.supplier_id = :supplier and s.unit_id = :unit and s.gross = :gross and s.currency = :currency
                and s.state = 'judged' and v.passed and s.invoice_id is distinct from cast(:but as uuid)
            order by s.issue_date desc limit 100""",
            supplier=trade.supplier_id,
            unit=trade.unit_id,
            gross=gross,
            currency=currency,
            but=trade.but,
        )
    )


async def last(tx: Transaction, unit_id: UUID, count: int) -> list[Judged]:
    """The newest submission of each of the last invoices of a unit, newest first."""
    rows = await tx.rows(
        """select v.* from verdict v join submission s using (submission_id)
        where v.unit_id = :unit and s.state = 'judged' order by v.judged_at desc limit :count""",
        unit=unit_id,
        count=count,
    )
    return [_judged(row) for row in rows]


async def faults(tx: Transaction, unit_id: UUID, version: int) -> list[Fault]:
    """Of the last 1,000 verdicts under a version of the rulebook."""
    rows = await tx.rows(
        """select f ->> 'rule' finding, f -> 'parameters' ->> 'id' rule,
            coalesce(f -> 'parameters' ->> 'cause', f -> 'parameters' ->> 'absent', '') cause,
            count(*) count, max(v.judged_at) last
        from (select findings, judged_at from verdict where unit_id = :unit and rulebook_version = :version
            order by judged_at desc limit :most) v, jsonb_array_elements(v.findings) f
        where f ->> 'rule' = any (cast(:wanted as text[])) group by 1, 2, 3 order by count desc, rule limit 100""",
        unit=unit_id,
        version=version,
        most=_LOOKED_AT,
        wanted=[FAILED, UNEVALUATED],
    )
    return [Fault(row["rule"], row["finding"], row["cause"], row["count"], row["last"]) for row in rows]


def _judged(row: RowMapping) -> Judged:
    return Judged(
        invoice_id=row["invoice_id"],
        supplier_id=row["supplier_id"],
        passed=row["passed"],
        findings=_FINDINGS.validate_python(row["findings"]),
        document=DocumentRef.model_validate(row["document"]),
        orders=_CONTEXT.validate_python(row["order_context"]),
        judged_at=row["judged_at"],
    )
