"""Calls to the outside: made once a business key, never again blindly."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mesh import effects
from mesh.effects import EffectDiffers, Effects, EffectSuppressed, EffectUnknown, NotPerformed
from mesh.errors import Transient

pytestmark = pytest.mark.connected


class OtherSide:
    """An authority that counts how often it was called."""

    def __init__(self, *failures: BaseException) -> None:
        self.calls = 0
        self._failures = list(failures)

    async def file(self) -> dict[str, str]:
        self.calls += 1
        if self._failures:
            raise self._failures.pop(0)
        return {"receipt": f"R{self.calls}"}


@pytest.fixture
async def fence(service_schema: Any) -> Effects:
    async with service_schema.owner.transaction() as tx:
        for statement in effects.tables("signing"):
            await tx.execute(statement)
    return Effects(service_schema.pipeline)


async def _file(
    fence: Effects,
    other: OtherSide,
    *,
    request: bytes = b"<filing/>",
    ask: Callable[[], Awaitable[dict[str, str] | None]] | None = None,
    replaying: bool = False,
) -> Any:
    return await fence.once(
        "filing:FR:1", kind="filing", request=request, call=other.file, ask=ask, replaying=replaying
    )


async def _dies_after_claiming(service_schema: Any) -> None:
    async with service_schema.pipeline.transaction() as tx:
        await tx.execute(
            "insert into effect (effect_key, kind, request_hash, state, at) "
            "values ('filing:FR:1', 'filing', sha256('<filing/>'), 'claimed', now() - interval '1 hour')"
        )


async def test_the_second_to_ask_gets_the_first_answer(fence: Effects) -> None:
    other = OtherSide()
    assert await _file(fence, other) == await _file(fence, other) == {"receipt": "R1"}
    assert other.calls == 1


async def test_of_many_at_once_one_calls_and_none_calls_twice(fence: Effects) -> None:
    other = OtherSide()
    outcomes = await asyncio.gather(*(_file(fence, other) for _ in range(8)), return_exceptions=True)
    assert other.calls == 1
    assert {"receipt": "R1"} in outcomes
    assert all(isinstance(outcome, Transient) for outcome in outcomes if outcome != {"receipt": "R1"})


async def test_what_surely_did_not_happen_is_tried_again(fence: Effects) -> None:
    other = OtherSide(NotPerformed("connection refused"))
    with pytest.raises(Transient, match="connection refused"):
        await _file(fence, other)
    assert await _file(fence, other) == {"receipt": "R2"}


async def test_a_lost_answer_is_never_retried_blindly(fence: Effects) -> None:
    other = OtherSide(TimeoutError("no answer"))
    for _ in range(3):
        with pytest.raises(EffectUnknown):
            await _file(fence, other)
    assert other.calls == 1


async def test_a_cancelled_call_counts_as_unknown(fence: Effects) -> None:
    other = OtherSide(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await _file(fence, other)
    with pytest.raises(EffectUnknown):
        await _file(fence, other)


async def test_the_other_sides_word_about_an_unknown_call_is_taken(fence: Effects) -> None:
    other = OtherSide(TimeoutError())

    async def it_was_filed() -> dict[str, str] | None:
        return {"receipt": "found"}

    with pytest.raises(EffectUnknown):
        await _file(fence, other)
    assert await _file(fence, other, ask=it_was_filed) == {"receipt": "found"}
    assert await _file(fence, other) == {"receipt": "found"}
    assert other.calls == 1


async def test_a_call_the_other_side_never_saw_is_made_again(fence: Effects) -> None:
    other = OtherSide(TimeoutError())

    async def never_seen() -> dict[str, str] | None:
        return None

    with pytest.raises(EffectUnknown):
        await _file(fence, other)
    assert await _file(fence, other, ask=never_seen) == {"receipt": "R2"}


async def test_a_claimant_that_died_leaves_an_unknown_effect(fence: Effects, service_schema: Any) -> None:
    await _dies_after_claiming(service_schema)
    other = OtherSide()
    with pytest.raises(EffectUnknown):
        await _file(fence, other)
    assert other.calls == 0
    assert [effect.key for effect in await fence.unsettled()] == ["filing:FR:1"]


async def test_a_person_settles_what_nobody_knew(fence: Effects, service_schema: Any) -> None:
    await _dies_after_claiming(service_schema)
    assert len(await fence.unsettled()) == 1
    await fence.settle("filing:FR:1", response={"receipt": "by phone"}, note="asked the help desk")
    other = OtherSide()
    assert await _file(fence, other) == {"receipt": "by phone"}
    assert other.calls == 0
    with pytest.raises(EffectDiffers, match="nothing to settle"):
        await fence.settle("filing:FR:1", response=None, note="changed my mind")


async def test_what_a_person_says_did_not_happen_may_be_called_again(fence: Effects, service_schema: Any) -> None:
    await _dies_after_claiming(service_schema)
    assert len(await fence.unsettled()) == 1
    await fence.settle("filing:FR:1", response=None, note="they have nothing")
    assert await _file(fence, OtherSide()) == {"receipt": "R1"}


async def test_another_request_under_the_same_key_is_refused(fence: Effects) -> None:
    other = OtherSide()
    await _file(fence, other)
    with pytest.raises(EffectDiffers):
        await _file(fence, other, request=b"<filing amount='2'/>")
    assert other.calls == 1


async def test_a_replay_answers_from_the_fence_and_calls_nobody(fence: Effects) -> None:
    other = OtherSide()
    with pytest.raises(EffectSuppressed):
        await _file(fence, other, replaying=True)
    assert other.calls == 0
    assert await fence.find("filing:FR:1") is None
    await _file(fence, other)
    assert await _file(fence, other, replaying=True) == {"receipt": "R1"}
    assert other.calls == 1
