"""A key is published before it signs and goes after its last token has: checked at every moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registration.domain import key_times
from registration.domain.key_times import CLOCK_SKEW, JWKS_CACHE, TOKEN_LIFE, KeyTimes

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PERIOD = timedelta(days=30)


def _after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_the_first_key_signs_at_once_and_the_next_waits_for_every_cache() -> None:
    assert key_times.first_signs_from(START) == START
    assert key_times.next_signs_from(START) >= START + JWKS_CACHE


def test_without_any_key_one_is_due_and_none_signs() -> None:
    assert key_times.due([], START, PERIOD)
    assert key_times.signing([], START) is None


def test_a_key_is_due_once_the_newest_has_signed_for_a_period() -> None:
    keys = [KeyTimes("a", START, START)]
    assert not key_times.due(keys, START + PERIOD - timedelta(seconds=1), PERIOD)
    assert key_times.due(keys, START + PERIOD, PERIOD)


@given(st.lists(st.integers(0, 100_000), max_size=8), st.integers(0, 200_000))
def test_whatever_signed_a_living_token_is_still_published(rotations: list[int], later: int) -> None:
    keys = [KeyTimes("k0", START, START)]
    for number, seconds in enumerate(sorted(rotations), 1):
        keys.append(KeyTimes(f"k{number}", _after(seconds), key_times.next_signs_from(_after(seconds))))
    now = _after(later)
    known = [key for key in keys if key.created_at <= now]
    gone = key_times.retired(known, now)
    oldest_living = now - TOKEN_LIFE - CLOCK_SKEW
    for moment in (now, oldest_living, now - TOKEN_LIFE / 2):
        signed = key_times.signing([key for key in keys if key.created_at <= moment], moment)
        assert signed is None or signed.kid not in gone


@given(st.integers(0, 100_000), st.integers(0, 200_000))
def test_nobody_signs_with_a_key_that_a_cache_may_not_have(rotated: int, later: int) -> None:
    keys = [KeyTimes("old", START, START), KeyTimes("new", _after(rotated), key_times.next_signs_from(_after(rotated)))]
    now = _after(later)
    signed = key_times.signing([key for key in keys if key.created_at <= now], now)
    assert signed is not None
    assert signed.kid == "old" or signed.created_at + JWKS_CACHE < now or signed.created_at + JWKS_CACHE == now
