"""When a resource is left alone, and how it comes back."""

import asyncio

import pytest

from mesh.breaker import MAX_OPEN_SECONDS, Breaker, Breakers
from mesh.errors import Poison, ResourceDown


class Time:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker("tsa", threshold=3, stall_seconds=4, clock=time)


async def _call(breaker: Breaker, error: Exception | None = None) -> None:
    async with breaker.guard():
        if error:
            raise error


async def _down(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ResourceDown):
            await _call(breaker, ResourceDown("tsa", "connection refused"))


async def test_it_opens_after_three_failures_in_a_row(breaker: Breaker) -> None:
    await _down(breaker, 2)
    assert breaker.state == "closed"
    await _down(breaker)
    assert breaker.state == "open"


async def test_an_answer_in_between_starts_the_count_anew(breaker: Breaker) -> None:
    await _down(breaker, 2)
    await _call(breaker)
    await _down(breaker, 2)
    assert breaker.state == "closed"


async def test_an_answer_that_is_an_error_is_still_an_answer(breaker: Breaker) -> None:
    await _down(breaker, 2)
    with pytest.raises(Poison):
        await _call(breaker, Poison("refused"))
    await _down(breaker, 2)
    assert breaker.state == "closed"


async def test_while_open_nobody_reaches_the_resource(breaker: Breaker) -> None:
    await _down(breaker, 3)
    reached = False
    with pytest.raises(ResourceDown, match="left alone"):
        async with breaker.guard():
            reached = True
    assert not reached
    assert breaker.retry_in() > 0


async def test_one_probe_goes_through_and_its_success_closes(breaker: Breaker, time: Time) -> None:
    await _down(breaker, 3)
    time.now += breaker.retry_in()
    assert breaker.state == "half_open"
    async with breaker.guard():
        with pytest.raises(ResourceDown, match="left alone"):
            await _call(breaker)
        assert breaker.retry_in() > 0, "who waits must not spin while the probe is out"
    assert breaker.state == "closed"
    await _call(breaker)


async def test_a_failed_probe_opens_it_longer_but_never_beyond_the_limit(breaker: Breaker, time: Time) -> None:
    await _down(breaker, 3)
    waits: list[float] = []
    for _ in range(8):
        waits.append(breaker.retry_in())
        time.now += waits[-1]
        await _down(breaker)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] == MAX_OPEN_SECONDS


async def test_a_cancelled_probe_leaves_room_for_the_next(breaker: Breaker, time: Time) -> None:
    await _down(breaker, 3)
    time.now += breaker.retry_in()
    with pytest.raises(asyncio.CancelledError):
        async with breaker.guard():
            raise asyncio.CancelledError
    await _call(breaker)
    assert breaker.state == "closed"


async def test_a_call_that_hangs_opens_it_for_the_others(breaker: Breaker, time: Time) -> None:
    async with breaker.guard():
        time.now += 3
        await _call(breaker)
        time.now += 3
        assert breaker.state == "closed", "others were answered since"
    hung = breaker.guard()
    await hung.__aenter__()
    time.now += 5
    with pytest.raises(ResourceDown, match="hung"):
        await _call(breaker)
    await hung.__aexit__(None, None, None)
    assert breaker.state == "closed"


async def test_a_failure_that_ends_late_does_not_prolong_an_open_breaker(breaker: Breaker) -> None:
    await _down(breaker, 3)
    wait = breaker.retry_in()
    breaker.failed("a call that began before")
    assert breaker.retry_in() == wait


def test_a_process_has_one_breaker_for_a_resource() -> None:
    breakers = Breakers()
    assert breakers.of("tsa") is breakers.of("tsa")
    for _ in range(3):
        breakers.of("tsa").failed("gone")
    assert breakers.of("smtp").state == "closed"
    assert breakers.states() == {"tsa": "open", "smtp": "closed"}
