"""One database transaction, with what must leave through it: facts for the outbox and rows for the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Envelope
from contracts.facts import Fact

_TEXTS: dict[str, Any] = {}


@dataclass(frozen=True)
class Outgoing:
    """A fact on its way to the outbox; its sequence is given when the transaction ends."""

    id: UUID
    fact: Fact
    subject: str
    key: str
    tenant: UUID
    time: datetime
    cause: Envelope | None


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which thing. `detail` holds codes and ids, never secrets or documents."""

    at: datetime
    actor: str
    company_id: UUID | None
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass
class Transaction:
    """Statements of one transaction. Nothing but `mesh.db` commits it."""

    connection: AsyncConnection
    service: str
    outgoing: list[Outgoing] = field(default_factory=list[Outgoing])
    audits: list[AuditEntry] = field(default_factory=list[AuditEntry])
    unnumbered: bool = False
    """Set by whoever leaves rows for a sequencer:
    it is woken after the commit instead of finding them at its next tick.
    """

    async def execute(self, sql: str, **parameters: Any) -> CursorResult[Any]:
        """Run one statement; parameters are written `:name`, arrays as `cast(:ids as uuid[])`."""
        statement = _TEXTS.get(sql)
        if statement is None:
            statement = _TEXTS[sql] = text(sql)
        return await self.connection.execute(statement, parameters)

    async def rows(self, sql: str, **parameters: Any) -> list[RowMapping]:
        """All rows of a query, by column name."""
        return list((await self.execute(sql, **parameters)).mappings())

    async def row(self, sql: str, **parameters: Any) -> RowMapping | None:
        """The only row of a query, or None."""
        return (await self.execute(sql, **parameters)).mappings().one_or_none()

    async def value(self, sql: str, **parameters: Any) -> Any:
        """The first column of the only row, or None."""
        return (await self.execute(sql, **parameters)).scalar_one_or_none()
