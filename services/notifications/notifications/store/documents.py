"""What notifications remembers of documents, to name them in later items: submissions and orders."""

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.invoices import InvoiceSubmitted
from contracts.money import Totals
from contracts.orders import OrderChanged, OrderPublished
from contracts.status import Party
from mesh.transaction import Transaction
from notifications.domain.items import Submission


async def remember_submissions(tx: Transaction, facts: Sequence[InvoiceSubmitted]) -> None:
    """Keep number, date and totals of each submission; they never change."""
    await tx.execute(
        """insert into submission (submission_id, invoice_id, attempt, supplier_id, buyer_id, unit_id, number, kind,
            issue_date, totals, author_id)
        select * from unnest(cast(:submissions as uuid[]), cast(:invoices as uuid[]), cast(:attempts as int[]),
            cast(:suppliers as uuid[]), cast(:buyers as uuid[]), cast(:units as uuid[]), cast(:numbers as text[]),
            cast(:kinds as text[]), cast(:days as date[]), cast(:totals as jsonb[]),
            cast(:authors as uuid[])) on conflict do nothing""",
        submissions=[fact.submission_id for fact in facts],
        invoices=[fact.invoice_id for fact in facts],
        attempts=[fact.attempt for fact in facts],
        suppliers=[fact.supplier_id for fact in facts],
        buyers=[fact.buyer_id for fact in facts],
        units=[fact.unit_id for fact in facts],
        numbers=[fact.number for fact in facts],
        kinds=[fact.kind.value for fact in facts],
        days=[fact.issue_date for fact in facts],
        totals=[fact.totals.model_dump_json() for fact in facts],
        authors=[fact.buyer_id if fact.author is Party.BUYER else fact.supplier_id for fact in facts],
    )


async def submissions(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Submission]:
    """Submissions by id; one that is not known is missing."""
    rows = await tx.rows(
        """select s.submission_id, s.attempt, s.number, s.kind, s.issue_date, s.totals, s.author_id,
            exists (select from ended e where e.submission_id = s.submission_id) as ended,
            exists (select from submission n where n.invoice_id = s.invoice_id and n.attempt > s.attempt) as replaced
        from submission s where s.submission_id = any(cast(:ids as uuid[]))""",
        ids=list(ids),
    )
    return {
        row["submission_id"]: Submission(
            submission_id=row["submission_id"],
            attempt=row["attempt"],
            number=row["number"],
            kind=row["kind"],
            issue_date=row["issue_date"],
            totals=Totals.model_validate(row["totals"]),
            author_id=row["author_id"],
            ended=row["ended"],
            replaced=row["replaced"],
        )
        for row in rows
    }


async def end(tx: Transaction, submission_id: UUID, invoice_id: UUID) -> None:
    """Note that a submission failed or was cancelled."""
    await tx.execute(
        "insert into ended values (:submission, :invoice) on conflict do nothing",
        submission=submission_id,
        invoice=invoice_id,
    )


async def newest_submission(tx: Transaction, invoice_id: UUID) -> UUID | None:
    """The last attempt of an invoice."""
    return await tx.value(
        "select submission_id from submission where invoice_id = :id order by attempt desc limit 1", id=invoice_id
    )


async def remember_orders(tx: Transaction, facts: Sequence[OrderPublished | OrderChanged]) -> None:
    """Keep the number of each order; an older revision never replaces a newer one."""
    latest = {fact.order_id: fact for fact in sorted(facts, key=lambda fact: fact.revision)}
    kept = list(latest.values())
    await tx.execute(
        """insert into order_header (order_id, revision, number, currency, supplier_id, buyer_id, unit_id)
        select * from unnest(cast(:orders as uuid[]), cast(:revisions as int[]), cast(:numbers as text[]),
            cast(:currencies as text[]), cast(:suppliers as uuid[]), cast(:buyers as uuid[]), cast(:units as uuid[]))
        on conflict (order_id) do update set revision = excluded.revision, number = excluded.number,
            currency = excluded.currency, supplier_id = excluded.supplier_id, unit_id = excluded.unit_id
        where order_header.revision < excluded.revision""",
        orders=[fact.order_id for fact in kept],
        revisions=[fact.revision for fact in kept],
        numbers=[fact.number for fact in kept],
        currencies=[fact.currency for fact in kept],
        suppliers=[fact.supplier_id for fact in kept],
        buyers=[fact.buyer_id for fact in kept],
        units=[fact.unit_id for fact in kept],
    )


async def order_numbers(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, str]:
    """Numbers of orders by id; one that is not known is missing."""
    rows = await tx.rows(
        "select order_id, number from order_header where order_id = any(cast(:ids as uuid[]))", ids=list(ids)
    )
    return {row["order_id"]: row["number"] for row in rows}
