"""Business time: the moment and the calendar day that documents, deadlines and terms are decided by.

Tokens, leases, sessions and metrics use the system clock directly; they must not move when a test moves the business
day.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Where a service takes business time from."""

    def now(self) -> datetime:
        """This moment, aware, UTC."""
        ...

    def today(self, zone: str) -> date:
        """The calendar day it is now in an IANA time zone, for example `Europe/Paris`.

        Raises ZoneInfoNotFoundError for a name that the IANA database does not know.
        """
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()


class OffsetClock:
    """The machine's time moved by a settable distance, so that a demo lives through deadlines. Development only."""

    def __init__(self, *, environment: str, offset: timedelta = timedelta()) -> None:
        if environment != "development":
            raise ValueError("a clock that can be moved is for development only; production uses SystemClock")
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()

    def move_to(self, moment: datetime) -> None:
        """Make `now()` answer this moment, and go on from there. Raises ValueError when the moment has no zone."""
        if moment.tzinfo is None:
            raise ValueError("the moment needs a zone, for example 2026-11-22T09:00:00Z")
        self.offset = moment - datetime.now(UTC)


def clock_for(environment: str) -> Clock:
    """The clock that a service of this environment runs on."""
    return OffsetClock(environment=environment) if environment == "development" else SystemClock()
