"""Connections and transactions. This is the only module that commits (a test holds everybody to it).

Three roles per service (ADR 0008): *api* sees the rows of the companies a request acts for, *pipeline* works on all,
*owner* migrates.
"""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mesh import audit, outbox
from mesh.transaction import Transaction

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

    def __init__(self, dsn: SecretStr, *, service: str, role: str, pool_size: int = 5) -> None:
        self.service = service
        self._after_commit: list[Callable[[Transaction], Awaitable[None]]] = []
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_dsn(dsn),
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=5,
            hide_parameters=True,  # an error's text goes to the log, and parameters are people's data
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
    async def transaction(self, companies: Collection[UUID] | None = None) -> AsyncGenerator[Transaction]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        `companies` are those whose rows the api role sees; they are set for this transaction only.
        """
        async with self.engine.connect() as connection:
            tx = Transaction(connection, self.service)
            if companies is not None:
                listed = "{" + ",".join(str(company) for company in companies) + "}"
                await tx.execute("select set_config('navette.companies', :listed, true)", listed=listed)
            try:
                yield tx
                await audit.store(tx)
                await outbox.store(tx)
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()
        if tx.outgoing or tx.audits or tx.unnumbered:
            for listener in self._after_commit:
                await listener(tx)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def jsonb(value: object) -> str:
    """A value as the text that `cast(:x as jsonb)` reads."""
    return json.dumps(value, default=str, separators=(",", ":"), ensure_ascii=False)
