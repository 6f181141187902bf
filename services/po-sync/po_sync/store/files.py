"""Files of orders, their progress and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.refs import DocumentRef
from mesh import directory, tenants
from mesh.db import jsonb
from mesh.paging import Keyset, Sort
from mesh.transaction import Transaction
from po_sync.intake.rows import RowProblem

NEWEST = Sort("newest", "created_at", "timestamptz", descending=True)
IN_ORDER = Sort("row", "row", "bigint")


@dataclass(frozen=True)
class Result:
    """What became of one row; `outcome` is that of its document, `recorded` of a receipt, or `rejected`."""

    row: int
    line: int
    entry: str | None
    kind: str
    number: str
    outcome: str
    document_id: UUID | None = None
    waiting_for: str | None = None
    problems: tuple[RowProblem, ...] = ()


_UNCHANGED = frozenset({"unchanged", "ignored"})


async def put(
    tx: Transaction,
    file_id: UUID,
    buyer_id: UUID,
    *,
    unit_asked: UUID | None,
    media_type: str,
    name: str | None,
    document: DocumentRef,
    actor: str,
    now: datetime,
) -> None:
    """Keep a file that is to be worked through."""
    await tx.execute(
        """insert into order_file (id, buyer_id, unit_asked, format, name, document, state, actor, created_at)
        values (:id, :buyer, :unit, :format, :name, cast(:document as jsonb), 'waiting', :actor, :now)""",
        id=file_id,
        buyer=buyer_id,
        unit=unit_asked,
        format=media_type,
        name=name,
        document=document.model_dump_json(),
        actor=actor,
        now=now,
    )


async def oldest_open(tx: Transaction) -> RowMapping | None:
    """The file that is worked through next, or further, with the accounts of its buyer (`companies`)."""
    return await tx.row(
        f"""select f.*, {directory.family("f.buyer_id")} companies from order_file f
        where f.state in ('waiting', 'running') order by f.created_at, f.id limit 1"""  # noqa: S608 - names of this module
    )


async def begin(tx: Transaction, file_id: UUID, now: datetime) -> None:
    """Its work begins, or goes on after a crash."""
    await tx.execute(
        "update order_file set state = 'running', started_at = coalesce(started_at, :now) where id = :id",
        id=file_id,
        now=now,
    )


async def advance(tx: Transaction, file_id: UUID, buyer_id: UUID, cursor: int, results: Sequence[Result]) -> bool:
    """Keep what became of the rows after `cursor`; False when somebody else did."""
    rejected = sum(result.outcome == "rejected" for result in results)
    unchanged = sum(result.outcome in _UNCHANGED for result in results)
    moved = await tx.value(
        """update order_file set cursor = :after, taken = taken + :taken, unchanged = unchanged + :unchanged,
            waiting = waiting + :waiting, rejected = rejected + :rejected
        where id = :id and cursor = :before returning id""",
        id=file_id,
        before=cursor,
        after=cursor + len(results),
        taken=len(results) - rejected - unchanged,
        unchanged=unchanged,
        waiting=sum(result.waiting_for is not None for result in results),
        rejected=rejected,
    )
    if moved is None:
        return False
    await tx.execute(
        """insert into order_file_row (id, file_id, buyer_id, row, line, entry, kind, number, outcome, document_id,
            waiting_for, code, problems)
        select v.id, :file, :buyer, v.row, v.line, v.entry, v.kind, v.number, v.outcome, v.document_id, v.waiting_for,
            v.code, v.problems
        from unnest(cast(:ids as uuid[]), cast(:rows as bigint[]), cast(:lines as bigint[]), cast(:entries as text[]),
            cast(:kinds as text[]), cast(:numbers as text[]), cast(:outcomes as text[]), cast(:documents as uuid[]),
            cast(:waiting_fors as text[]), cast(:codes as text[]), cast(:problems as jsonb[]))
            v(id, row, line, entry, kind, number, outcome, document_id, waiting_for, code, problems)""",
        file=file_id,
        buyer=buyer_id,
        ids=[new_id() for _ in results],
        rows=[result.row for result in results],
        lines=[result.line for result in results],
        entries=[result.entry for result in results],
        kinds=[result.kind for result in results],
        numbers=[result.number for result in results],
        outcomes=[result.outcome for result in results],
        documents=[result.document_id for result in results],
        waiting_fors=[result.waiting_for for result in results],
        codes=[result.problems[0].code if result.problems else None for result in results],
        problems=[jsonb([vars(problem) for problem in result.problems]) for result in results],
    )
    return True


async def end(tx: Transaction, file_id: UUID, now: datetime, failure: Sequence[RowProblem] = ()) -> None:
    """Worked through; or nothing of it can be read."""
    await tx.execute(
        "update order_file set state = :state, failure = :failure, ended_at = :now where id = :id",
        id=file_id,
        state="failed" if failure else "done",
        failure=jsonb([vars(problem) for problem in failure]) if failure else None,
        now=now,
    )


async def one(tx: Transaction, file_id: UUID) -> RowMapping | None:
    """A file of the transaction's companies."""
    return await tx.row("select * from order_file where id = :id", id=file_id)


async def page(tx: Transaction, companies: Sequence[UUID], keyset: Keyset) -> list[dict[str, Any]]:
    """One page of the files of `companies` and one more."""
    rows = await tx.rows(
        f"""select * from order_file where {tenants.own("buyer_id", companies)} and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of mesh.paging
        **tenants.named(companies),
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


async def row_page(tx: Transaction, file_id: UUID, outcome: str | None, keyset: Keyset) -> list[dict[str, Any]]:
    """One page of a file's rows and one more."""
    rows = await tx.rows(
        f"""select * from order_file_row where file_id = :file
            and (cast(:outcome as text) is null or outcome = :outcome) and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of mesh.paging
        file=file_id,
        outcome=outcome,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]
