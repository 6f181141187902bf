"""Rows of `allowance`."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Allowance:
    """What a company may send in all; None is no limit. `free_until`: when free transactions are granted again.

    `plan_until`: when the level's term ends; None is never. `next_plan`: the level that follows; None: the same.
    `archive_ends_at`: when the archive option ends; None is never.
    """

    granted: int | None
    plan: str
    plan_until: date | None
    next_plan: str | None
    free_until: date | None
    archive_ends_at: datetime | None


async def read(tx: Transaction, company_id: UUID) -> Allowance | None:
    """What was granted; None when nothing was ever said."""
    row = await tx.row(
        """select granted, plan, plan_until, next_plan, free_until, archive_ends_at from allowance
        where company_id = :company""",
        company=company_id,
    )
    return Allowance(**row) if row else None


async def lock(tx: Transaction, company_id: UUID) -> Allowance | None:
    """The same, held until the transaction ends. For the pipeline role."""
    await tx.execute("select 1 from allowance where company_id = :company for update", company=company_id)
    return await read(tx, company_id)


async def set_level(tx: Transaction, company_id: UUID, plan: str, until: date | None) -> None:
    """Put a company at a level until the end of its term; the same follows. For the pipeline role."""
    await tx.execute(
        "update allowance set plan = :plan, plan_until = :until, next_plan = null where company_id = :company",
        plan=plan,
        until=until,
        company=company_id,
    )


async def set_next(tx: Transaction, company_id: UUID, plan: str | None) -> None:
    """Choose what follows at the end of the term; None is the same. For the pipeline role."""
    await tx.execute(
        "update allowance set next_plan = :plan where company_id = :company", plan=plan, company=company_id
    )


async def term_is_over(tx: Transaction, today: date, limit: int) -> list[UUID]:
    """Companies whose level's term ends; held until the transaction ends. For the pipeline role."""
    rows = await tx.rows(
        """select company_id from allowance where plan_until <= :today
        order by company_id limit :limit for update skip locked""",
        today=today,
        limit=limit,
    )
    return [row["company_id"] for row in rows]
