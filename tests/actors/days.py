"""Days that pass for the whole mesh: the business clock of its services, moved and put back."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from actors.session import Nobody


@dataclass
class Days:
    """Business time of one service; `passed` since the system clock."""

    operator: Nobody
    service: str
    passed: timedelta = timedelta()

    def now(self) -> datetime:
        """Business time."""
        return datetime.now(UTC) + self.passed

    def pass_by(self, span: timedelta) -> None:
        """Let time pass at once."""
        self.passed += span
        self._set()

    def _set(self) -> None:
        path = f"/v1/ops/{self.service}/clock"
        self.operator.ask("PUT", path, 200, json={"now": self.now().isoformat()})


@contextmanager
def moved(operator: Nobody, service: str) -> Generator[Days]:
    """A clock that is put back at the end: other tests live in today."""
    days = Days(operator, service)
    try:
        yield days
    finally:
        days.pass_by(-days.passed)
