"""Rows of `purchase`, and what they and the months add to `allowance`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.plans import Pack


@dataclass(frozen=True)
class Purchase:
    """A pack or a level that a company bought, or tried to."""

    id: UUID
    company_id: UUID
    pack: str
    transactions: int
    archive_months: int
    amount: Decimal
    currency: str
    state: str
    bought_by: str
    bought_at: datetime
    settled_at: datetime | None


_COLUMNS = (
    "id, company_id, pack, transactions, archive_months, amount, currency, state, bought_by, bought_at, settled_at"
)


def _purchase(row: Any) -> Purchase:
    return Purchase(**row)


async def insert(tx: Transaction, purchase_id: UUID, company_id: UUID, pack: Pack, currency: str, actor: str) -> None:
    """Begin a purchase."""
    await tx.execute(
        """insert into purchase (id, company_id, pack, transactions, archive_months, amount, currency, bought_by)
        values (:id, :company, :pack, :transactions, :archive_months, :amount, :currency, :actor)""",
        id=purchase_id,
        company=company_id,
        pack=pack.code,
        transactions=pack.transactions,
        archive_months=pack.archive_months,
        amount=pack.amount,
        currency=currency,
        actor=actor,
    )


async def read(tx: Transaction, purchase_id: UUID) -> Purchase | None:
    """One purchase."""
    row = await tx.row(f"select {_COLUMNS} from purchase where id = :id", id=purchase_id)  # noqa: S608 - own columns
    return _purchase(row) if row else None


async def of_company(tx: Transaction, company_id: UUID) -> list[Purchase]:
    """What a company bought, the newest first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from purchase where company_id = :company
        order by bought_at desc, id limit 200""",  # noqa: S608 - columns of this module
        company=company_id,
    )
    return [_purchase(row) for row in rows]


async def unsettled(tx: Transaction) -> list[Purchase]:
    """Purchases of which nobody knows yet whether they were paid. For the pipeline role."""
    rows = await tx.rows(
        f"select {_COLUMNS} from purchase where state = 'started' order by id limit 100"  # noqa: S608 - own columns
    )
    return [_purchase(row) for row in rows]


async def is_open(tx: Transaction, company_id: UUID, packs: Iterable[str]) -> bool:
    """Whether a payment for one of these is under way. For the pipeline role."""
    found: bool = await tx.value(
        """select exists (select from purchase where company_id = :company and state = 'started'
            and pack = any (cast(:packs as text[])))""",
        company=company_id,
        packs=list(packs),
    )
    return found


async def settle(tx: Transaction, purchase_id: UUID, state: str, reference: str) -> bool:
    """Note how it ended; False when somebody noted it before. For the pipeline role."""
    result = await tx.execute(
        """update purchase set state = :state, reference = :reference, settled_at = now()
        where id = :id and state = 'started'""",
        id=purchase_id,
        state=state,
        reference=reference,
    )
    return result.rowcount == 1


async def free_is_due(tx: Transaction, today: date, limit: int) -> list[tuple[UUID, str]]:
    """Companies that get their month's free transactions now, with their level; held until the transaction ends."""
    rows = await tx.rows(
        """select company_id, plan from allowance where free_until <= :today and granted is not null
        order by company_id limit :limit for update skip locked""",
        today=today,
        limit=limit,
    )
    return [(row["company_id"], row["plan"]) for row in rows]


async def set_free_until(tx: Transaction, company_id: UUID, until: date) -> None:
    """The day of the next free transactions."""
    await tx.execute(
        "update allowance set free_until = :until where company_id = :company", until=until, company=company_id
    )
