"""Reads everything that is kept once, page by page: rows, leaves, inner nodes, heads, objects, evidence."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import RowMapping

from archive import evidence_reading
from archive.domain import merkle
from archive.domain.audit import UNREADABLE, LogAudit, Problem
from archive.domain.merkle import Node
from archive.env import Env
from archive.opening import ref_of
from archive.store import checks, evidence_checks, log
from archive.store.checks import Promised
from contracts.refs import DocumentRef
from mesh.leases import Lease
from mesh.objects import ObjectMissing, Tampered
from mesh.telemetry import REGISTRY

_PAGE: Final = 500
_AT_ONCE: Final = 16
_MOST_KEPT: Final = 10_000
_LEFT_OUT: Final = "a later original is time-stamped, and this one is in no batch"
read_again: Final = Counter(
    "navette_archive_read_again", "Archived objects whose bytes were hashed again", registry=REGISTRY
)


class Reading:
    """`found` counts what is not as it was, `problems` are the first of it; memory does not grow with the archive."""

    def __init__(self, env: Env, check_id: UUID, promised: Promised, rate: float) -> None:
        self.audit = LogAudit({})
        self.problems: list[Problem] = []
        self.found = 0
        self._env = env
        self._check_id = check_id
        self._promised = promised
        self._rate = rate
        self._objects = self._bytes = 0

    async def everything(self, lease: Lease | None) -> bool:
        """Read it all; False when the lease was lost on the way."""
        after, until = 0, self._promised.until
        while after < until:
            began, objects = time.monotonic(), self._objects
            after = await self._page(after, until)
            if self._rate:
                await asyncio.sleep(max(0.0, (self._objects - objects) / self._rate - (time.monotonic() - began)))
            if lease is not None and not await lease.take():
                return False
        self.audit.promise({self._promised.newest_head: b""})
        self._of_strays(self._promised.strays, f"behind leaf {until - 1}")
        self._note(self.audit.end(self._promised.series))
        async for problems in evidence_reading.wrong(self._env):
            self._note(problems)
            if lease is not None and not await lease.take():
                return False
        return True

    def _note(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.found += 1
            if len(self.problems) < _MOST_KEPT:
                self.problems.append(problem)

    async def _page(self, after: int, until: int) -> int:
        """Read the rows from leaf `after` on, and all that hangs on them; the leaf to go on with."""
        audit = self.audit
        async with self._env.pipeline.transaction() as tx:
            page = [row for row in await checks.rows_from(tx, after, _PAGE) if row["leaf_index"] < until]
            upto = page[-1]["leaf_index"] + 1 if page else until
            heads = await checks.heads_within(tx, audit.size, audit.size + len(page))
            gone = [row["id"] for row in page if row["kind"] == "deposit" and row["object"] is None]
            certified = await checks.certified(tx, gone)
            nodes = await checks.completed_nodes(tx, after, upto)
            left_out = await evidence_checks.left_out(tx, after, upto)
        self._of_strays(nodes - (merkle.count(upto) - merkle.count(after)), f"of leaves {after} to {upto - 1}")
        self._note(Problem("EVIDENCE_MISSING", _LEFT_OUT, entry_id) for entry_id in left_out)
        unsigned = await self._env.key.unsigned([dict(head) for head in heads])
        self._note(Problem("HEAD_NOT_SIGNED", f"no key of the log signed the head of {size}") for size in unsigned)
        audit.promise({head["size"]: bytes(head["root"] or b"") for head in heads})
        for row in page:
            audit.feed(dict(row), None if row["stored"] is None else bytes(row["stored"]))
        self._note(audit.problems)
        audit.problems.clear()
        completed, audit.completed = audit.completed, {}
        await self._nodes(completed)
        deposits = [row for row in page if row["kind"] == "deposit"]
        for row in deposits:
            self._note(_of_elimination(row, certified))
        await self._read_all([row for row in deposits if row["object"] is not None])
        async with self._env.pipeline.transaction() as tx:
            await checks.progress(tx, self._check_id, audit.size, self._objects, self._bytes)
        return upto

    def _of_strays(self, count: int, where: str) -> None:
        if count > 0:
            self._note([Problem("NODE_UNKNOWN", f"the log keeps {count} hashes {where} that belong to no leaves")])

    async def _nodes(self, completed: Mapping[Node, bytes]) -> None:
        async with self._env.pipeline.transaction() as tx:
            stored = await log.nodes(tx, completed)
        for node, value in completed.items():
            if stored.get(node) != value:
                self._note(
                    [Problem("NODE_CHANGED", f"the log keeps another hash for node {node[1]} of level {node[0]}")]
                )

    async def _read_all(self, deposits: list[RowMapping]) -> None:
        for first in range(0, len(deposits), _AT_ONCE):
            results = await asyncio.gather(*(self._read(row) for row in deposits[first : first + _AT_ONCE]))
            self._note(each for each in results if each is not None)

    async def _read(self, row: RowMapping) -> Problem | None:
        """What is wrong with a deposit's object; one hash of it vouches for every file in it."""
        ref = _ref(row)
        if ref is None:
            return Problem("REFERENCE_CHANGED", "the row does not refer to what its leaf names", row["id"])
        self._objects += 1
        try:
            data = await self._env.objects.read(ref)
        except (Tampered, ObjectMissing) as error:
            async with self._env.pipeline.transaction() as tx:
                if await checks.is_leaving(tx, row["id"]):
                    return None
            return Problem("OBJECT_CHANGED" if isinstance(error, Tampered) else "OBJECT_MISSING", str(error), row["id"])
        read_again.inc()
        self._bytes += len(data)
        return None


def _ref(row: RowMapping) -> DocumentRef | None:
    """Where a deposit lies; None where the row refers to nothing readable, or to something else than its leaf."""
    try:
        ref = ref_of(row)
        fits = all(row["fact"][name]["sha256"] == row["digests"][name] for name in ("original", "document"))
    except (Tampered, ValidationError, *UNREADABLE):
        return None
    return ref if fits else None


def _of_elimination(row: RowMapping, certified: Mapping[UUID, Any]) -> list[Problem]:
    """What is wrong with a deposit that is gone, or says so: whether the log certifies that."""
    if (row["object"] is None) != (row["eliminated_at"] is not None):
        said = "the row says that it was eliminated, or that it was not, against what it refers to"
        return [Problem("ELIMINATION_CHANGED", said, row["id"])]
    if row["object"] is None and certified.get(row["id"]) != row["digests"]:
        return [Problem("OBJECT_UNACCOUNTED", "the row refers to no original, and no certificate says why", row["id"])]
    return []
