"""Who watches a replay sees it to its end, or until the right to is gone."""

import json
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any, cast
from uuid import UUID

import pytest

from contracts.ids import new_id
from mesh.replay import watching
from mesh.replay.spec import ReplayStatus
from mesh.replay.watching import watch

_MADE = datetime(2026, 3, 1, tzinfo=UTC)


class _Told:
    """A replay that goes through these states, and stays in the last."""

    def __init__(self, *states: str) -> None:
        self._states = chain(states, repeat(states[-1]))

    async def status(self, job: UUID) -> ReplayStatus:
        return ReplayStatus(
            job_id=job, mode="rebuild", state=next(self._states), rate=100, matched=1, counts={}, created_by="user:1",
            reason="", error=None, created_at=_MADE, started_at=None, ended_at=None,
        )  # fmt: skip


async def _seen(replay: _Told, *rights: bool) -> list[str]:
    held = chain(rights, repeat(rights[-1]))

    async def may() -> bool:
        return next(held)

    return [event.decode() async for event in watch(cast("Any", replay), new_id(), may=may)]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] - pytest calls it
    monkeypatch.setattr(watching, "_LOOK", 0.0)
    monkeypatch.setattr(watching, "_RIGHTS", 0.0)


async def test_every_change_is_told_until_the_replay_ended() -> None:
    events = await _seen(_Told("planned", "running", "running", "done"), True)
    assert [json.loads(event.partition("data: ")[2])["state"] for event in events] == ["planned", "running", "done"]


async def test_who_lost_the_right_to_watch_sees_no_more_of_a_replay_that_goes_on() -> None:
    events = await _seen(_Told("planned", "running"), True, False)
    assert len(events) == 1
    assert '"state":"planned"' in events[0]
