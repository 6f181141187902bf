"""`make bench`: each figure of the mesh with its goal. `ROUNDS`, `FACTS`, `SEED` at will; `DEMO=1` also times the demo.

Medians of several rounds. The named peer, aiokafka and asyncpg by hand (`raw_hop.py`), runs in the same rounds, so that
the ratio holds on a busy machine where no time does. What this starts, it stops.
"""

import asyncio
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latency
import mesh_at_rest
import mesh_hop
import raw_hop
import rebuilding
import structlog
import uvloop
from feeding import Ground, feed, ground
from meter import Meter, speed_of_the_machine

from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.supervision import Supervisor
from mesh import collecting

ROUNDS, FACTS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("FACTS", "4000"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret
DEMO = bool(os.environ.get("DEMO"))
RATE, TRICKLE, AT_REST_SECONDS = 50, 300, 30


def say(name: str, figure: str, goal: str = "") -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<44}{figure:<52}{goal}\n")
    sys.stdout.flush()


def load() -> str:
    """The machine's load over the last minute."""
    return Path("/proc/loadavg").read_text().split()[0]


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3f} ms ({min(values):.3f}–{max(values):.3f})"


async def _costs(infra: Infra) -> None:
    mesh: list[tuple[float, float]] = []
    peer: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        for measured, found in ((raw_hop.cost, peer), (mesh_hop.cost, mesh)):
            async with ground(infra) as fresh:
                await feed(fresh.kafka, fresh.facts, FACTS)
                found.append(await measured(fresh, FACTS))
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in zip(mesh, peer, strict=True))
    say("CPU of one hop a fact, batches of 100", _spread([cpu for cpu, _ in mesh]), "≤ 0.12 ms, aim 0.07")
    say("  aiokafka + asyncpg by hand", _spread([cpu for cpu, _ in peer]), f"ratio {ratio:.2f}")
    say("facts a second through one hop, one process", f"{1e3 / statistics.median(wall for _, wall in mesh):,.0f}")


async def _latencies(infra: Infra) -> None:
    def ours(fresh: Ground) -> Any:
        return mesh_hop.running(fresh, mesh_hop.deciding(), Meter(10**9))

    def by_hand(fresh: Ground) -> Any:
        return raw_hop.running(fresh, Meter(10**9))

    names: dict[str, tuple[Callable[[Ground], Any], str]] = {
        f"one hop at {RATE} facts a second": (ours, "p50 < 10 ms, p99 < 50 ms (aim 20)"),
        "  aiokafka + asyncpg by hand": (by_hand, ""),
    }
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for number in range(max(1, ROUNDS // 2)):
        for name, (running, _) in names.items():
            async with ground(infra) as fresh:
                found[name].append(
                    await latency.of_one_hop(fresh, running, rate=RATE, count=TRICKLE, seed=SEED + number)
                )
    for name, (_, goal) in names.items():
        at = [statistics.median(taken[len(taken) * part // 100] for taken in found[name]) for part in (50, 95, 99)]
        say(name, f"p50 {at[0]:.1f}, p95 {at[1]:.1f}, p99 {at[2]:.1f} ms at load {load()}", goal)


async def _rebuild(infra: Infra) -> None:
    rates: list[float] = []
    for _ in range(max(1, ROUNDS // 2)):
        async with ground(infra) as fresh:
            await feed(fresh.kafka, fresh.facts, FACTS * 2)
            rates.append(await rebuilding.facts_a_second(fresh, FACTS * 2))
    say("rebuild of a projection, same hash", f"{statistics.median(rates):,.0f} facts/s", "aim ≥ 5,000")


def _at_rest() -> None:
    layout = Layout.of(REPOSITORY / ".local")
    ran_before = mesh_at_rest.is_up(layout)
    if DEMO:
        say("make demo, all cached", f"{mesh_at_rest.demo_seconds():.0f} s at load {load()}", "≤ 40 s, aim 25")
    elif not ran_before:
        say("the mesh at rest", "not measured: it does not run", "make up, or DEMO=1")
        return
    rest = mesh_at_rest.measure(layout, AT_REST_SECONDS)
    say(
        "memory of the idle mesh (PSS)",
        f"{rest.ours_mb:.0f} MB, with Kafka, PostgreSQL … {rest.all_mb:.0f}",
        "≤ 1,200 MB, aim 1,000",
    )
    say(
        f"CPU of the idle mesh over {AT_REST_SECONDS} s",
        f"{rest.ours_cpu:.1f} % of a core, with all {rest.all_cpu:.1f}",
    )
    if DEMO and not ran_before:
        mesh_at_rest.stop()


def main() -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    collecting.settle()  # as services do; for the peer too
    layout = Layout.of(REPOSITORY / ".local" / "bench")  # of its own: that of the tests does not wait for the disk
    began, ran_before = time.monotonic(), bool(Supervisor(layout).states())
    Stack(layout).up(only_infrastructure=True)
    say(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"load {load()}, a million additions {speed_of_the_machine():.0f} ms CPU",
        f"SEED={SEED} ROUNDS={ROUNDS} FACTS={FACTS}",
    )
    try:
        for part in (_costs, _latencies, _rebuild):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(part(describe(layout)))
    finally:
        if not ran_before:
            Stack(layout).down()
    _at_rest()
    say("measured in", f"{time.monotonic() - began:.0f} s, load {load()}")


if __name__ == "__main__":
    main()
