"""Makes the sheets that people asked for, one after the other, seeing what their company may see."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import TypeAdapter
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError

from invoicing.domain import sheets
from invoicing.env import Env
from invoicing.store import exports, search
from invoicing.store.search import Filter
from mesh import directory
from mesh.errors import Undone
from mesh.paging import PageRequest

MOST_ROWS: Final = 100_000
_PAGE: Final = 1_000
_EVERY: Final = 1.0
_PATIENCE: Final = timedelta(minutes=10)
_FILTER: Final = TypeAdapter(Filter)
_log = structlog.get_logger(__name__)


def worker(env: Env) -> Callable[[], Awaitable[None]]:
    """An endless task."""

    async def run() -> None:
        while True:
            try:
                if await once(env):
                    continue
            except (DBAPIError, OSError, Undone) as error:
                _log.warning("export_waits", error=type(error).__name__)
            await asyncio.sleep(_EVERY)

    return run


async def once(env: Env) -> bool:
    """Make one sheet; False when nobody waits for any."""
    async with env.pipeline.transaction() as tx:
        row = await exports.claim(tx, env.clock.now(), _PATIENCE)
    if row is None:
        return False
    cells = await _rows(env, row)
    made, kind = (sheets.as_csv, sheets.CSV) if row["format"] == "csv" else (sheets.as_xlsx, sheets.XLSX)
    content = await asyncio.to_thread(made, cells)
    document = await env.objects.put("documents", f"exports/{row['id']}", content, kind)
    async with env.pipeline.transaction() as tx:
        await exports.finish(tx, row["id"], len(cells), document, env.clock.now())
    return True


async def _rows(env: Env, export: RowMapping) -> list[list[sheets.Cell]]:
    wanted = _FILTER.validate_python(export["wanted"])
    company_id: UUID = export["company_id"]
    async with env.pipeline.transaction() as tx:
        company = await directory.company(tx, company_id)
    companies = (company_id, *(company.merged if company else ()))
    found: list[list[sheets.Cell]] = []
    cursor: str | None = None
    while len(found) < MOST_ROWS:
        keyset = search.NEWEST.page(PageRequest(_PAGE, cursor))
        async with env.api.transaction(companies) as tx:
            rows: list[dict[str, Any]] = await search.page(tx, companies, wanted, keyset)
        found += [sheets.row(row, export["language"]) for row in keyset.shown(rows)]
        cursor = keyset.next(rows)
        if cursor is None:
            break
    return found[:MOST_ROWS]
