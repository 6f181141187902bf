"""The seven services: their programs, and the migrations and topics that must be there before them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from contracts.topics import SERVICES
from local_stack import environment
from local_stack.errors import StackError
from local_stack.layout import MARK, REPOSITORY, Layout
from local_stack.probes import http_ok
from local_stack.program import Program
from local_stack.report import step
from local_stack.roles import package_of
from local_stack.supervision import tail
from local_stack.tools import one_maven_at_a_time, require


@cache
def _libraries() -> str:
    return _digest([library / library.name for library in (REPOSITORY / "libs").iterdir()])


def _sources(service: str) -> str:
    """Digest of what a service runs: as part of its program, a change of it makes `up` replace the process."""
    return _digest([REPOSITORY / "services" / service / package_of(service)], _libraries())


def program(layout: Layout, ports: dict[str, int], service: str) -> Program:
    """One service."""
    origin = f"http://127.0.0.1:{ports[service]}"
    return Program(
        name=service,
        command=(sys.executable, "-m", package_of(service)),
        environment=environment.of(layout, ports, service) | {"NAVETTE_SOURCES": _sources(service)} | _crashes(service),
        ready=lambda: http_ok(f"{origin}/readyz"),
        stop_seconds=25,  # it ends its batch, its sends and its requests within 20
        address=origin,
        metrics=f"{origin}/metrics",
    )


def _crashes(service: str) -> dict[str, str]:
    """Where a test that kills services from within arms the sites of this one (`mesh.crash`)."""
    folder = os.environ.get("NAVETTE_CRASH_FOLDER")
    return {"NAVETTE_CRASH_FOLDER": f"{folder}/{service}"} if folder else {}


def _digest(sources: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(file for source in sources for file in source.rglob("*.py")):
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode() + path.read_bytes())
    digest.update("\0".join(more).encode())
    return digest.hexdigest()


def once(layout: Layout, task: str, digest: str, arguments: tuple[str, ...], variables: Mapping[str, str]) -> None:
    """Run one of our own programs to its end unless it already ended well for the same sources."""
    done = layout.run / "done" / task
    if done.exists() and done.read_text() == digest:
        return
    done.parent.mkdir(mode=0o700, exist_ok=True)
    log = layout.logs / f"{task}.log"
    with step(task.replace("-", " ", 1)):
        with log.open("wb") as output:
            ended = subprocess.run(
                [sys.executable, "-m", *arguments],
                env=os.environ | dict(variables) | {MARK: layout.mark},
                cwd=layout.run,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if ended.returncode:
            raise StackError(f"{' '.join(arguments)} failed, see {log}\n{tail(log, 20)}")
    done.write_text(digest)


def fetch_rules() -> None:
    """Bring the official rule packs into the checkout's cache unless they are there, whole and unaltered.

    Raises StackError when they cannot be had.
    """
    from rules.digests import wrong_files  # slow to import, and only `up` needs it
    from rules.errors import FetchFailed
    from rules.fetch import fetch
    from rules.packs import cache_directory

    folder = cache_directory()
    if not wrong_files(folder):
        return
    require("mvn")
    try:
        with one_maven_at_a_time, step("fetched the official rules from the Maven repository", announce=True):
            fetch(folder, lambda _: None)
    except FetchFailed as error:
        raise StackError(f"official rules: {error}") from error


def migrate(layout: Layout, ports: dict[str, int]) -> None:
    """Migrate every schema that needs it, several at a time.

    Once a day even if nothing changed: a migration also makes the coming days' partitions.
    """
    mesh = REPOSITORY / "libs" / "mesh" / "mesh"
    today = f"{datetime.now(UTC):%Y-%m-%d}"

    def one(service: str) -> None:
        package = package_of(service)
        variables = environment.of(layout, ports, service)
        owner = variables[f"{environment.prefix(service)}DATABASE_OWNER"]
        own = REPOSITORY / "services" / service / package / "migrations"
        once(layout, f"migrate-{service}", _digest([own, mesh], owner, today), (package, "migrate"), variables)

    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as several:
        list(several.map(one, SERVICES))


def apply_topics(layout: Layout, ports: dict[str, int]) -> None:
    """Create the topics and grant each service what it may read and write."""
    sources = [REPOSITORY / "libs" / "contracts" / "contracts", REPOSITORY / "libs" / "mesh" / "mesh"]
    variables = environment.of_topics(layout, ports)
    once(layout, "apply-topics", _digest(sources, str(ports["kafka"])), ("mesh.topics", "apply"), variables)
