"""What the supervisor runs: a command, its environment, and how to tell that it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Signal = Literal["TERM", "INT"]


@dataclass(frozen=True)
class Program:
    """One supervised process.

    `ready` answers quickly and never raises. `stop_group` sends the stop signal to the children too. `stop_seconds`
    is how long it may take to end before it is killed. `metrics` is where a service publishes its consumer lag.
    """

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stop_signal: Signal = "TERM"
    stop_group: bool = True
    stop_seconds: int = 15
    address: str | None = None
    metrics: str | None = None
