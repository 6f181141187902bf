"""Working days: Monday to Friday without the public holidays of a country (calendars of the `holidays` package)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

_WEEKEND: Final = 5


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in _with_calendar():
        return frozenset()  # such a country has its weekends
    return frozenset(holidays.country_holidays(country, years=year))


@cache
def _with_calendar() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


def is_working(day: date, country: str) -> bool:
    """Whether people of a country (ISO 3166-1) are at work."""
    return day.weekday() < _WEEKEND and day not in _holidays(country, day.year)


def after(start: datetime, days: int, *, country: str, zone: str) -> datetime:
    """The end of the `days`-th working day after the day of `start` in an IANA zone; UTC."""
    local = ZoneInfo(zone)
    day = start.astimezone(local).date()
    while days:
        day += timedelta(days=1)
        days -= is_working(day, country)
    return datetime.combine(day + timedelta(days=1), time(), local).astimezone(UTC)
