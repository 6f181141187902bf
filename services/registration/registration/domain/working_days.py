"""Working days: Monday to Friday without the public holidays of a country (calendars of the `holidays` package)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import EntityLoader

_WEEKEND: Final = 5
_WITH_CALENDAR: Final = frozenset(EntityLoader.get_country_codes())
"""By name: the calendars themselves are read one by one, when they are asked for."""


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in _WITH_CALENDAR:
        return frozenset()  # such a country has its weekends
    return frozenset(holidays.country_holidays(country, years=year))


def is_working(day: date, country: str) -> bool:
    """Whether people of a country (ISO 3166-1) are at work."""
    return day.weekday() < _WEEKEND and day not in _holidays(country, day.year)


def after(start: datetime, days: int, *, country: str, zone: str) -> datetime:
    """The end of the `days`-th working day after the day of `start` in an IANA zone; UTC.

    A country's calendar is read from the disk the first time, which can take seconds.
    """
    local = ZoneInfo(zone)
    day = start.astimezone(local).date()
    while days:
        day += timedelta(days=1)
        days -= is_working(day, country)
    return datetime.combine(day + timedelta(days=1), time(), local).astimezone(UTC)
