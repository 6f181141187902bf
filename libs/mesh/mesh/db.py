"""Connections and transactions. This is the only module that commits (a test holds everybody to it).

Three roles per service (ADR 0008): *api* sees the rows of the companies a request acts for, *pipeline* works on all,
*owner* migrates.
"""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import orjson
from pydantic import SecretStr
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from mesh import audit, outbox
from mesh.session import Session
from mesh.transaction import Transaction, mappings

_AT_HAND: Final = 2
"""Giving one back to the pool and taking it again costs as much as two statements."""
_SERVER_SETTINGS = {
    "timezone": "UTC",
    "jit": "off",
    # A paused worker must not hold the next owner's inbox rows: its transaction ends before anybody's patience does.
    "lock_timeout": "3000",
    "idle_in_transaction_session_timeout": "5000",
    "statement_timeout": "10000",
}


def sqlalchemy_dsn(dsn: SecretStr) -> str:
    """The DSN with SQLAlchemy's name of the driver in front."""
    return dsn.get_secret_value().replace("postgresql://", "postgresql+asyncpg://", 1)


class Database:
    """One role's pool of connections to one service's schema."""

    def __init__(self, dsn: SecretStr, *, service: str, role: str, pool_size: int = 10) -> None:
        self.service = service
        self._at_hand: list[Any] = []
        """Connections taken out of the pool and kept for whoever comes next, as long as nobody waits for one."""
        self._waiting = 0
        self._after_commit: list[Callable[[Transaction], Awaitable[None]]] = []
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_dsn(dsn),
            pool_size=pool_size,
            max_overflow=0,  # one that is opened for a moment and closed again costs as much as a hundred statements
            pool_use_lifo=True,  # few stay busy, with their statements prepared, and the rest lie still
            pool_timeout=5,
            pool_reset_on_return=None,  # `session` gives back no connection with an open transaction
            hide_parameters=True,  # an error's text goes to the log, and parameters are people's data
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": 5,
                "server_settings": _SERVER_SETTINGS
                | {"search_path": service.replace("-", "_"), "application_name": f"{service}-{role}"},
            },
        )

    def after_commit(self, listener: Callable[[Transaction], Awaitable[None]]) -> None:
        """Call `listener` after each commit that left work: facts to publish, rows to number."""
        self._after_commit.append(listener)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Session]:
        """A connection for one task; given back at the end, or closed when it broke or was spoiled."""
        pooled = await self._pooled()
        while pooled.driver_connection.is_closed():  # the server went away while it lay in the pool
            await greenlet_spawn(pooled.invalidate)
            pooled = await self._pooled()
        session = Session(pooled.driver_connection, self.engine.dialect)
        try:
            yield session
        finally:
            if session.spoiled or session.driver.is_closed():
                await greenlet_spawn(pooled.invalidate)
                await greenlet_spawn(pooled.close)
            elif self._waiting or len(self._at_hand) >= _AT_HAND:
                await greenlet_spawn(pooled.close)
            else:
                self._at_hand.append(pooled)

    async def _pooled(self) -> Any:
        if self._at_hand:
            return self._at_hand.pop()
        dialect = self.engine.dialect
        self._waiting += 1
        try:
            return await self.engine.raw_connection()
        except dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
            ) from error
        finally:
            self._waiting -= 1

    async def once(self, sql: str, **parameters: Any) -> list[RowMapping]:
        """One statement, which is a transaction of its own: a third of the round trips of `transaction`."""
        async with self.session() as session:
            return mappings(await session.fetch(sql, parameters))

    @asynccontextmanager
    async def autocommit(self) -> AsyncGenerator[Transaction]:
        """Each statement is a transaction of its own, a third of the round trips: for who looks and changes nothing.

        Raises RuntimeError when a fact or an audit row was left, which would be lost.
        """
        async with self.session() as session:
            tx = Transaction(session, self.service)
            yield tx
        if tx.outgoing or tx.audits:
            raise RuntimeError("facts and audit rows leave by a transaction")

    @asynccontextmanager
    async def transaction(
        self, companies: Collection[UUID] | None = None, *, replan: bool = True
    ) -> AsyncGenerator[Transaction]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        `companies` are those whose rows the api role sees; they are set for this transaction only. Without `replan`
        each statement keeps one plan: for those that go by key, whose planning costs more than their running.
        """
        async with self.session() as session:
            tx = Transaction(session, self.service)
            try:
                await session.begin(companies, replan=replan)
                yield tx
                if tx.outgoing:
                    await outbox.store(tx)
                else:
                    await audit.store(tx)
                await session.commit()
            except BaseException:
                await session.rollback()
                raise
        if tx.outgoing or tx.audits or tx.unnumbered:
            for listener in self._after_commit:
                await listener(tx)

    async def close(self) -> None:
        """Close every connection."""
        while self._at_hand:
            await greenlet_spawn(self._at_hand.pop().close)
        await self.engine.dispose()


def jsonb(value: object) -> str:
    """A value as the text that `cast(:x as jsonb)` reads."""
    return json.dumps(value, default=str, separators=(",", ":"), ensure_ascii=False)
