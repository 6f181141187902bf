"""Checks for an event loop: one child process holds Saxon, is started by the first document and ends when idle.

A thread would do for speed, but neither for a document that makes the engine hang or die, nor for memory: what Saxon
has taken comes back only with its process. The service itself loads neither Saxon nor a stylesheet.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from contracts.faults import Finding
from rules.checked import Checked
from rules.errors import EngineUnavailable, PacksMissing, UnknownRuleSet
from rules.frames import HEADER, asked, frame
from rules.packs import cache_directory, pack_of
from rules.under import Under

MEMORY_LIMIT: Final = 400 * 1024 * 1024
_DEADLINE: Final = 60.0
_IDLE: Final = 600.0


class AsyncChecker:
    """Checks documents one after the other in a child process of its own; safe to call from many tasks of one loop.

    `deadline`: seconds for one document, its share of a cold start included. `idle`: seconds without work after which
    the child ends and gives its memory back; the next document pays 0.5 to 1.5 s. `memory_limit`: resident bytes above
    which the child is replaced after an answer.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        deadline: float = _DEADLINE,
        idle: float = _IDLE,
        memory_limit: int = MEMORY_LIMIT,
        official: bool = False,
    ) -> None:
        self._directory = directory or cache_directory()
        self._deadline = deadline
        self._idle = idle
        self._memory_limit = memory_limit
        self._official = official
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def process_id(self) -> int | None:
        """Of the child, None while there is none."""
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    async def check(self, document: bytes, sets: Sequence[str] | None = None) -> list[Finding]:
        """As RuleEngine.check. Raises EngineUnavailable when the child dies twice over it or passes the deadline."""
        return (await self.checked(document, Under(sets=None if sets is None else tuple(sets)))).findings

    async def checked(self, document: bytes, under: Under) -> Checked:
        """As `check`, with the sets: the child has read the document, so nobody else need look which these are."""
        question = frame(asked(under)) + frame(document)
        async with self._turn:
            self._stop_idle_timer()
            try:
                answer = await self._ask_twice(question)
            except BaseException:
                # Cancelled or failed halfway: the child's next answer would be for another document.
                await self._end(kill=True)
                raise
            if answer["memory"] > self._memory_limit:
                await self._end()
            self._start_idle_timer()
        return _checked(answer)

    async def close(self) -> None:
        """End the child, after the document it is at."""
        async with self._turn:
            self._stop_idle_timer()
            await self._end()

    async def _ask_twice(self, question: bytes) -> dict[str, Any]:
        """A child that died between two documents, or was killed, is replaced once."""
        for _ in range(2):
            try:
                async with asyncio.timeout(self._deadline):
                    return await self._ask(question)
            except TimeoutError:
                raise EngineUnavailable(f"the rules took longer than {self._deadline:g} s over one document") from None
            except (ConnectionError, asyncio.IncompleteReadError):
                await self._end(kill=True)
        raise EngineUnavailable("the checking process died twice over one document")

    async def _ask(self, question: bytes) -> dict[str, Any]:
        child = self._child
        if child is None or child.returncode is not None:
            child = self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "rules.worker",
                str(self._directory),
                *(["official"] if self._official else []),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        if child.stdin is None or child.stdout is None:
            raise EngineUnavailable("the checking process has no pipe")
        child.stdin.write(question)
        await child.stdin.drain()
        size = int.from_bytes(await child.stdout.readexactly(HEADER), "big")
        return json.loads(await child.stdout.readexactly(size))

    async def _end(self, *, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if kill:
                child.kill()
        if child.stdin is not None:
            child.stdin.close()
        await child.wait()

    def _start_idle_timer(self) -> None:
        self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._retire)

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _retire(self) -> None:
        task = asyncio.get_running_loop().create_task(self.close())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


def _checked(answer: dict[str, Any]) -> Checked:
    error = answer.get("error")
    if error is None:
        packs = answer["packs"]
        return Checked(
            [Finding.model_validate(finding) for finding in answer["findings"]],
            None if packs is None else tuple(pack_of(stylesheet) for stylesheet in packs),
        )
    if error["type"] == "packs":
        raise PacksMissing(Path(error["directory"]), error["files"])
    raise UnknownRuleSet(error["name"], error["syntax"], error["known"])
