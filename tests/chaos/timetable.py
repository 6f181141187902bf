"""What happens to whom and when, drawn from a seed before anything runs: the same seed, the same faults."""

import random
from dataclasses import dataclass, field

import sites

from contracts.topics import SERVICES

INFRASTRUCTURE = ("kafka", "postgres", "objects", "mail", "pki", "gateway")


@dataclass(frozen=True)
class Kill:
    """kill -9 of a process, `after` seconds after the kill before it."""

    name: str
    after: float


@dataclass(frozen=True)
class Pause:
    """SIGSTOP of a process and of its children for `seconds`, `after` seconds after the pause before it."""

    name: str
    after: float
    seconds: float


@dataclass(frozen=True)
class Timetable:
    """All faults of one run."""

    kills: list[Kill]
    pauses: list[Pause]
    sites: dict[str, list[tuple[str, ...]]] = field(default_factory=dict[str, list[tuple[str, ...]]])
    """Service → groups of its crash sites, in the order in which they are armed."""


def draw(seed: int, kills: int, pauses: int) -> Timetable:
    """`kills` kills, one in four of infrastructure; every process is killed and paused about as often as the others."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable timetable, not a secret

    def around(names: tuple[str, ...], count: int) -> list[str]:
        drawn: list[str] = []
        while len(drawn) < count:
            drawn += chance.sample(names, len(names))
        return drawn[:count]

    of_infrastructure = around(INFRASTRUCTURE, max(1, kills // 4))
    victims = [*of_infrastructure, *around(SERVICES, kills - len(of_infrastructure))]
    chance.shuffle(victims)
    armed: dict[str, list[tuple[str, ...]]] = {}
    for service, of in sites.of_services().items():
        armed[service] = sites.groups(of)
        chance.shuffle(armed[service])
    return Timetable(
        kills=[Kill(name, chance.uniform(0.2, 1.2)) for name in victims],
        pauses=[
            Pause(name, chance.uniform(0.5, 3.0), chance.uniform(1.0, 4.0))
            for name in around((*INFRASTRUCTURE, *SERVICES), pauses)
        ],
        sites=armed,
    )
