"""`python tests/bench`: the figures of the mesh, each with its command. `ROUNDS`, `FACTS`, `SEED` at will.

Medians of several rounds; the floor (`raw_hop.py`) runs in the same rounds, so that the ratio holds on a busy machine.
"""

import asyncio
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path

import latency
import mesh_hop
import raw_hop
import rebuilding
import structlog
import uvloop
from feeding import feed, ground

from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.status import rows

ROUNDS, FACTS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("FACTS", "4000"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret
GOAL_CPU_MS = 0.12


def say(name: str, figure: str, command: str = "python tests/bench") -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<52}{figure:<40}{command}\n")
    sys.stdout.flush()


async def _costs(infra: Infra) -> None:
    mesh: list[tuple[float, float]] = []
    floor: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        async with ground(infra) as fresh:
            await feed(fresh, FACTS)
            floor.append(await raw_hop.cost(fresh, FACTS))
        async with ground(infra) as fresh:
            await feed(fresh, FACTS)
            mesh.append(await mesh_hop.cost(fresh, FACTS))
    cpu, least = statistics.median(c for c, _ in mesh), statistics.median(c for c, _ in floor)
    spread = f"{min(c for c, _ in mesh):.3f}–{max(c for c, _ in mesh):.3f}"
    say("CPU of one hop a fact, batches of 100", f"{cpu:.3f} ms ({spread}), goal ≤ {GOAL_CPU_MS}")
    say("… floor: aiokafka + asyncpg alone", f"{least:.3f} ms, ratio {cpu / least:.2f}")
    say("facts a second through one hop, one process", f"{1e3 / statistics.median(w for _, w in mesh):,.0f}")


async def _latency(infra: Infra) -> None:
    async with ground(infra) as fresh:
        taken = await latency.of_one_hop(fresh, rate=50, count=400, seed=SEED)
    p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    say("one hop at 50 facts a second", f"p50 {p50:.1f} ms, p99 {p99:.1f} ms")


async def _rebuild(infra: Infra) -> None:
    async with ground(infra) as fresh:
        await feed(fresh, FACTS * 2)
        say("rebuild of a projection, same hash", f"{await rebuilding.facts_a_second(fresh, FACTS * 2):,.0f} facts/s")


def _memory() -> None:
    layout = Layout.of(REPOSITORY / ".local")
    command = "make up && python -m local_stack status --json"
    if not layout.ports_file.exists():
        say("memory of the idle mesh", "not measured: it does not run", command)
        return
    found = rows(layout, Stack(layout).programs())
    running = [row for row in found if row.memory_mb]
    if len(running) < len(found):
        say("memory of the idle mesh", f"not measured: {len(running)} of {len(found)} processes run", command)
        return
    say("memory of the idle mesh (PSS, everything)", f"{sum(row.memory_mb or 0 for row in running):.0f} MB", command)


def main() -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    layout = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")
    Stack(layout).up(only_infrastructure=True)
    cores, load = os.cpu_count(), Path("/proc/loadavg").read_text().split()[0]
    say(
        "machine",
        f"{platform.machine()}, {cores} cores, load {load}, Python {platform.python_version()}",
        f"SEED={SEED}",
    )
    began = time.monotonic()
    for part in (_costs, _latency, _rebuild):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(part(describe(layout)))
    _memory()
    say("measured in", f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
