"""The archive option ends at noon in Paris, whatever the season."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.domain import plans

PARIS = ZoneInfo(plans.ZONE)
DAYS = st.dates(date(2026, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("today", "stands", "ends"),
    [
        # over already: from today on, in winter and in summer time
        (date(2026, 11, 23), datetime(2026, 11, 1, 11, tzinfo=UTC), datetime(2027, 11, 23, 11, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 6, 1, 10, tzinfo=UTC), datetime(2027, 7, 1, 10, tzinfo=UTC)),
        # still running: from its end on
        (date(2026, 11, 23), datetime(2027, 3, 1, 11, tzinfo=UTC), datetime(2028, 3, 1, 11, tzinfo=UTC)),
        # winter time on that day of this year, summer time on that of the next
        (date(2026, 3, 28), datetime(2026, 1, 1, 11, tzinfo=UTC), datetime(2027, 3, 28, 10, tzinfo=UTC)),
        # no 29 February in the year after
        (date(2028, 2, 29), datetime(2028, 1, 1, 11, tzinfo=UTC), datetime(2029, 2, 28, 11, tzinfo=UTC)),
        # already tomorrow in Paris
        (date(2026, 11, 23), datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2028, 1, 1, 11, tzinfo=UTC)),
    ],
)
def test_twelve_months_end_at_noon_of_paris(today: date, stands: datetime, ends: datetime) -> None:
    assert plans.archive_end(today, stands, 12) == ends


@given(DAYS, DAYS, st.integers(1, 36))
def test_whatever_is_bought_ends_at_noon_and_lasts_as_many_months(today: date, stood: date, months: int) -> None:
    stands = datetime.combine(stood, time(12), PARIS).astimezone(UTC)
    ends = plans.archive_end(today, stands, months)
    local, since = ends.astimezone(PARIS), max(today, stood)
    assert local.time() == time(12)
    assert (local.year - since.year) * 12 + local.month - since.month == months
    assert local.day == since.day or (local.day < since.day and (local + timedelta(days=1)).day == 1)
