"""Circuit breakers: a resource that does not answer is left alone for a moment instead of being asked by everybody.

A resource is what errors name in `ResourceDown.resource`: `objects`, `smtp`, `tsa` … One breaker a process for each.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final, Literal

from mesh.errors import ResourceDown

State = Literal["closed", "open", "half_open"]

MAX_OPEN_SECONDS: Final = 5.0
_PROBE_POLL_SECONDS: Final = 0.25


class Breaker:
    """Opens after `threshold` failures in a row, or when a call has hung for `stall_seconds` with none answered since.

    Open, it refuses calls at once for 1 s, then 2 s, at most 5 s (`MAX_OPEN_SECONDS`), and then lets one probe through:
    its success closes the breaker, its failure opens it again. Only `ResourceDown` counts as a failure; any other
    outcome is an answer.

    Not safe across threads: it belongs to one event loop.
    """

    def __init__(
        self,
        resource: str,
        *,
        threshold: int = 3,
        stall_seconds: float = 4.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.resource = resource
        self._threshold = threshold
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._failures = 0
        self._openings = 0
        self._reopens_at: float | None = None
        self._probing = False
        self._last_answer = clock()
        self._under_way: dict[object, float] = {}
        self._why = "does not answer"

    @property
    def state(self) -> State:
        """Whether calls pass (`closed`), are refused (`open`), or one probe decides (`half_open`)."""
        self._notice_stall()
        if self._reopens_at is None:
            return "closed"
        return "open" if self._clock() < self._reopens_at else "half_open"

    def retry_in(self) -> float:
        """Seconds until it is worth trying again; 0 when a call would be let through now."""
        self._notice_stall()
        if self._probing:
            return _PROBE_POLL_SECONDS
        if self._reopens_at is None:
            return 0.0
        return max(0.0, self._reopens_at - self._clock())

    @asynccontextmanager
    async def guard(self) -> AsyncGenerator[None]:
        """Around one call to the resource. Raises ResourceDown at once while the breaker is open."""
        probe = self._admit()
        call = object()
        self._under_way[call] = self._clock()
        try:
            yield
        except ResourceDown as error:
            self.failed(str(error))
            raise
        except Exception:
            self.answered()
            raise
        else:
            self.answered()
        finally:
            del self._under_way[call]
            if probe:
                self._probing = False

    def failed(self, why: str) -> None:
        """Count a failure that was met outside `guard`, for example by an adapter that has no breaker of its own."""
        self._failures += 1
        self._why = why
        if self._reopens_at is None and self._failures < self._threshold:
            return
        if self.state != "open":
            self._open()

    def answered(self) -> None:
        """The resource answered: the breaker is closed."""
        self._last_answer = self._clock()
        self._failures = self._openings = 0
        self._reopens_at = None

    def _admit(self) -> bool:
        state = self.state
        if state == "open" or (state == "half_open" and self._probing):
            raise ResourceDown(self.resource, f"left alone for {self.retry_in():.1f} s: {self._why}")
        if state == "half_open":
            self._probing = True
            return True
        return False

    def _open(self) -> None:
        self._openings += 1
        self._reopens_at = self._clock() + min(2.0 ** (self._openings - 1), MAX_OPEN_SECONDS)

    def _notice_stall(self) -> None:
        if self._reopens_at is not None or not self._under_way:
            return
        oldest = min(self._under_way.values())
        if oldest >= self._last_answer and self._clock() - oldest >= self._stall_seconds:
            self._why = f"a call has hung for {self._clock() - oldest:.0f} s"
            self._open()


class Breakers:
    """The breakers of one process, by resource."""

    def __init__(self) -> None:
        self._breakers: dict[str, Breaker] = {}

    def of(self, resource: str) -> Breaker:
        """The breaker of a resource, made on first use."""
        return self._breakers.setdefault(resource, Breaker(resource))

    def states(self) -> dict[str, State]:
        """Every breaker's state, by resource, for readiness and metrics."""
        return {resource: breaker.state for resource, breaker in self._breakers.items()}
