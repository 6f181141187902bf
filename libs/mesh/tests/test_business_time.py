"""Business time: days by zone, and an offset that only development has."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest

from mesh.clock import OffsetClock, SystemClock, clock_for


def test_now_is_aware_and_utc() -> None:
    for clock in (SystemClock(), OffsetClock(environment="development")):
        assert clock.now().tzinfo is UTC


def test_a_moved_clock_answers_the_moment_it_was_moved_to_and_goes_on() -> None:
    clock = OffsetClock(environment="development")
    clock.move_to(datetime(2030, 1, 1, 12, tzinfo=UTC))
    assert timedelta() <= clock.now() - datetime(2030, 1, 1, 12, tzinfo=UTC) < timedelta(minutes=1)


def test_the_day_is_that_of_the_zone() -> None:
    clock = OffsetClock(environment="development")
    clock.move_to(datetime(2030, 6, 30, 22, 30, tzinfo=UTC))
    assert clock.today("Europe/Paris") == date(2030, 7, 1)
    assert clock.today("UTC") == date(2030, 6, 30)
    assert clock.today("America/New_York") == date(2030, 6, 30)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        SystemClock().today("Europe/Atlantis")


def test_production_has_no_clock_that_moves() -> None:
    assert isinstance(clock_for("production"), SystemClock)
    assert isinstance(clock_for("development"), OffsetClock)
    with pytest.raises(ValueError, match="development only"):
        OffsetClock(environment="production")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        OffsetClock(environment="development").move_to(datetime(2030, 1, 1))  # noqa: DTZ001 - the naive moment is the point
