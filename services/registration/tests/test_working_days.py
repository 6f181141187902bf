"""Five working days skip weekends and the holidays of the country."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from registration.domain import working_days


@pytest.mark.parametrize(
    ("start", "days", "country", "last"),
    [
        (datetime(2026, 11, 20, 9, tzinfo=UTC), 5, "FR", date(2026, 11, 27)),  # a Friday: over the weekend
        (datetime(2026, 5, 7, 9, tzinfo=UTC), 1, "FR", date(2026, 5, 11)),  # 8 May 1945
        (datetime(2026, 5, 7, 9, tzinfo=UTC), 1, "DE", date(2026, 5, 8)),
        (datetime(2026, 12, 23, 23, 30, tzinfo=UTC), 1, "FR", date(2026, 12, 28)),  # the 24th already in Paris
    ],
)
def test_the_last_day_is_a_working_one(start: datetime, days: int, country: str, last: date) -> None:
    ends = working_days.after(start, days, country=country, zone="Europe/Paris")
    assert (ends.astimezone(ZoneInfo("Europe/Paris")).date() - last).days == 1


def test_a_country_without_a_calendar_has_its_weekends() -> None:
    assert not working_days.is_working(date(2026, 11, 21), "XX")
    assert working_days.is_working(date(2026, 11, 23), "XX")
