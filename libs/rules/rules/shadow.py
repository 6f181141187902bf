"""A share of the documents once more by the official stylesheets, afterwards and beside: whoever is judged waits for
nothing, and any difference is told.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from contracts.faults import Finding
from rules.checker import AsyncChecker
from rules.differences import STOPPED, by_set, differing_rules
from rules.errors import EngineUnavailable, PacksMissing

MEMORY_LIMIT: Final = 600 * 1024 * 1024
"""Of the official child; above it, it is replaced."""
_WAITING: Final = 16
_WHOLE: Final = 2**64


@dataclass(frozen=True)
class Compared:
    """One document of the sample. `rules`: by set, rule ids with (official, ours), each as (how often, first place).

    `skipped`: too many were waiting; `failed`: the official engine did not answer.
    """

    outcome: Literal["same", "different", "skipped", "failed"]
    document_sha256: str
    rules: Mapping[str, Mapping[str, tuple[object, object]]] = field(
        default_factory=dict[str, Mapping[str, tuple[object, object]]]
    )


class Shadow:
    """`share`: of 1; chosen by the document's digest, so that the same document is always or never looked at."""

    def __init__(self, official: AsyncChecker, share: float, told: Callable[[Compared], None]) -> None:
        self._official = official
        self._share = share
        self._told = told
        self._waiting: asyncio.Queue[tuple[str, bytes, Sequence[Finding]]] = asyncio.Queue(_WAITING)

    def offer(self, document: bytes, findings: Sequence[Finding]) -> None:
        """Take a document with our answer into the sample, if it is chosen. Returns at once."""
        digest = hashlib.sha256(document).digest()
        if int.from_bytes(digest[:8], "big") >= self._share * _WHOLE:
            return
        try:
            self._waiting.put_nowait((digest.hex(), document, findings))
        except asyncio.QueueFull:
            self._told(Compared("skipped", digest.hex()))

    @property
    def waiting(self) -> int:
        """Documents that were taken and not yet compared."""
        return self._waiting.qsize()

    async def run(self) -> None:
        """Compare what was offered, one after the other, without end."""
        while True:
            digest, document, findings = await self._waiting.get()
            self._told(await self._compared(digest, document, findings))
            self._waiting.task_done()

    async def settled(self) -> None:
        """Until nothing waits."""
        await self._waiting.join()

    async def _compared(self, digest: str, document: bytes, ours: Sequence[Finding]) -> Compared:
        try:
            differing = _differing(await self._official.check(document), ours)
            if any(STOPPED in rules for rules in differing.values()):
                await self._official.close()  # a process that has seen no other document: see `rules.saxon`
                differing = _differing(await self._official.check(document), ours)
        except (EngineUnavailable, PacksMissing):
            return Compared("failed", digest)
        return Compared("different" if differing else "same", digest, differing)


def _differing(official: Sequence[Finding], ours: Sequence[Finding]) -> dict[str, dict[str, tuple[object, object]]]:
    expected, found = by_set(official), by_set(ours)
    return {
        name: rules
        for name in sorted({*expected, *found})
        if (rules := differing_rules(expected.get(name, []), found.get(name, [])))
    }
