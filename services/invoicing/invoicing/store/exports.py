"""Exports that were asked for, and what became of them."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.refs import DocumentRef
from invoicing.store.search import Filter
from mesh.transaction import Transaction


@dataclass(frozen=True)
class NewExport:
    """An export about to be asked for."""

    id: UUID
    company_id: UUID
    owner: str
    format: Literal["csv", "xlsx"]
    language: str
    wanted: Filter


async def add(tx: Transaction, new: NewExport, now: datetime) -> None:
    """Ask for one."""
    await tx.execute(
        """insert into export (id, company_id, owner, format, language, wanted, state, created_at)
        values (:id, :company, :owner, :format, :language, cast(:wanted as jsonb), 'waiting', :now)""",
        id=new.id,
        company=new.company_id,
        owner=new.owner,
        format=new.format,
        language=new.language,
        wanted=orjson.dumps(asdict(new.wanted), default=str).decode(),
        now=now,
    )


async def one(tx: Transaction, export_id: UUID) -> RowMapping | None:
    """An export of the transaction's companies."""
    return await tx.row("select * from export where id = :id", id=export_id)


async def claim(tx: Transaction, now: datetime, patience: timedelta) -> RowMapping | None:
    """Take the oldest that waits, or one whose worker died."""
    return await tx.row(
        """update export set state = 'running', claimed_at = :now where id = (
            select id from export where state = 'waiting' or (state = 'running' and claimed_at < :before)
            order by created_at limit 1 for update skip locked) returning *""",
        now=now,
        before=now - patience,
    )


async def finish(tx: Transaction, export_id: UUID, rows: int, document: DocumentRef, now: datetime) -> None:
    """It is there."""
    await tx.execute(
        """update export set state = 'done', rows = :rows, document = cast(:document as jsonb), done_at = :now
        where id = :id""",
        id=export_id,
        rows=rows,
        document=document.model_dump_json(),
        now=now,
    )
