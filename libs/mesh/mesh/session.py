"""A connection of the pool, and statements on it.

SQLAlchemy keeps the pool, reads the `:name` parameters and names the errors; the statement itself goes straight to
asyncpg, which costs a third of SQLAlchemy's own execution (ADR 0014).
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Dialect, text
from sqlalchemy.exc import DBAPIError

_DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_NAMES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (asyncpg.IntegrityConstraintViolationError, "IntegrityError"),
    (asyncpg.SyntaxOrAccessError, "ProgrammingError"),
    (asyncpg.exceptions.InvalidCachedStatementError, "NotSupportedError"),
    (asyncpg.InternalServerError, "InternalError"),
    (asyncpg.PostgresError, "Error"),
    (asyncpg.InterfaceError, "InterfaceError"),
    (asyncpg.InternalClientError, "InternalError"),
)
"""How a database's error is called (PEP 249): the first line that fits."""
_ROLLBACK_SECONDS: Final = 5.0


@dataclass(frozen=True)
class _Statement:
    """A text with its parameters as PostgreSQL counts them, `$1` and on."""

    sql: str
    names: tuple[str, ...]


class Session:
    """One connection, held by one task. Nothing but `mesh.db` and a rebuild ends transactions on it."""

    _statements: Final[dict[str, _Statement]] = {}

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver = driver
        self.spoiled = False
        """Set when nobody may get this connection after us."""
        self._dialect = dialect

    def _read(self, sql: str) -> _Statement:
        read = text(sql).compile(dialect=self._dialect)
        names: Sequence[str] = read.positiontup or ()
        return self._statements.setdefault(sql, _Statement(str(read), tuple(names)))

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Any]:
        """The rows of one statement, as the driver gives them: by position and by name."""
        statement = self._statements.get(sql) or self._read(sql)
        try:
            return await self.driver.fetch(statement.sql, *[parameters[name] for name in statement.names])
        except _DRIVER_ERRORS as error:
            raise self.named(error, statement.sql) from error

    async def execute(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Run one statement; returns how many rows it touched, 0 when it touches none by its nature."""
        statement = self._statements.get(sql) or self._read(sql)
        try:
            told: str = await self.driver.execute(statement.sql, *[parameters[name] for name in statement.names])
        except _DRIVER_ERRORS as error:
            raise self.named(error, statement.sql) from error
        count = told.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def _say(self, words: str) -> None:
        try:
            await self.driver.execute(words)
        except _DRIVER_ERRORS as error:
            raise self.named(error, words) from error

    async def begin(self, companies: Collection[UUID] | None = None, *, replan: bool = True) -> None:
        """Open a transaction that, for the api role, sees the rows of these companies. Without `replan` statements are
        not planned anew for an array's length, which PostgreSQL else does at every run.
        """
        words = "begin" if replan else "begin; set local plan_cache_mode = force_generic_plan"
        if companies is not None:
            # Only hexadecimal digits can come out of a UUID; one round trip instead of two, in every request.
            listed = ",".join(company.hex for company in companies)
            words += f"; select set_config('navette.companies', '{{{listed}}}', true)"
        await self._say(words)

    async def commit(self) -> None:
        """End the transaction; what a deferred constraint refuses is raised here."""
        await self._say("commit")

    async def rollback(self) -> None:
        """Undo the transaction; a connection that does not answer any more is thrown away, and so its transaction."""
        try:
            async with asyncio.timeout(_ROLLBACK_SECONDS):
                await self.driver.execute("rollback")
        except (*_DRIVER_ERRORS, OSError, TimeoutError):
            self.spoiled = True
        except BaseException:  # who waited was cancelled again: nothing is known to be undone
            self.spoiled = True
            raise

    def named(self, error: Exception, sql: str | None = None) -> DBAPIError:
        """A driver's error as SQLAlchemy names it; without the parameters, which are people's data."""
        dbapi = self._dialect.loaded_dbapi
        name = next(name for kind, name in _NAMES if isinstance(error, kind))
        kind: Any = getattr(dbapi, name)
        return DBAPIError.instance(
            sql,
            None,
            kind(f"{type(error).__module__}.{type(error).__qualname__}: {error}", error),
            dbapi.Error,
            hide_parameters=True,
            connection_invalidated=self.driver.is_closed(),
            dialect=self._dialect,
        )
