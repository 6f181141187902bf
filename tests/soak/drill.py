"""The drill of a disaster: everything is lost, a backup is put back, and the mesh goes on as if nothing had been."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import observed_rows

from local_stack.fixtures import describe
from local_stack.report import step
from local_stack.stack import Stack
from navette.recovery import schemas

_OWN_TO_A_RUN = frozenset({"lease", "position", "replay_job"})
_OF_SIGNING_IN = frozenset({"registration.session", "registration.attempt", "registration.device"})


def navette(stack: Stack, *words: str, status: int = 0) -> Any:
    """Run the command as an operator does; returns its JSON. Fails when it ends otherwise."""
    done = subprocess.run(
        [sys.executable, "-m", "navette", "--json", "--run", str(stack.layout.run), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, f"navette {' '.join(words)} → {done.returncode}\n{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout) if done.stdout else done.stderr


@dataclass(frozen=True)
class Picture:
    """What a site holds: a digest of each table that outlives a process, and the archive's numbers."""

    tables: dict[str, str]
    last_numbers: dict[str, int]
    log: int


def look(stack: Stack) -> Picture:
    """What the site holds at this moment; taken when nothing moves."""
    return asyncio.run(_look(stack))


async def _look(stack: Stack) -> Picture:
    async with observed_rows.connected(describe(stack.layout)) as connection:
        tables = {
            f"{schema}.{name}": f"{state.rows} {state.digest}"
            for schema in schemas.SCHEMAS
            for name, state in (await schemas.states(connection, schema)).items()
            if name not in _OWN_TO_A_RUN and f"{schema}.{name}" not in _OF_SIGNING_IN
        }
        series = await connection.fetch("select supplier_id, last from archive.series")
        log = await connection.fetchval("select coalesce(max(size), 0) from archive.head")
    return Picture(tables, {str(row["supplier_id"]): row["last"] for row in series}, log)


def lose_everything(stack: Stack) -> None:
    """Database, objects, topics, keys, mails: all of it."""
    with step("the site is lost"):
        stack.reset()


def bring_back(stack: Stack, backup: Path, keys: Path) -> dict[str, Any]:
    """Infrastructure, backup, mesh; returns what `navette restore` said."""
    stack.up(only_infrastructure=True)
    with step("navette restore"):
        said = navette(stack, "restore", str(backup), "--keys", str(keys))
    stack.up()
    return said
