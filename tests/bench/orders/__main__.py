"""`python tests/bench/orders`: files of orders and order search. `ORDERS`, `LINES`, `SEED` at will."""

import asyncio
import os
import random
import sys

import structlog
import uvloop
from order_feeding import in_json, in_ubl, work_through
from order_ground import ground
from order_search import fill, milliseconds

from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

ORDERS, LINES = int(os.environ.get("ORDERS", "10000")), int(os.environ.get("LINES", "1000000"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


async def _feeds(infra: Infra) -> None:
    for name, made, goal in (("JSON", in_json, 60), ("UBL with official rules", in_ubl, 120)):
        content, media_type = made(ORDERS)
        async with ground(infra, suppliers=1) as fresh:
            worked = await work_through(fresh, content, media_type, bad=ORDERS // 100)
        spent = ", ".join(f"{part} {seconds:.0f}" for part, seconds in sorted(worked.processor.items()))
        memory = f"memory +{worked.grown:.0f} MiB for {len(content) / 2**20:.1f} MiB"
        say(
            f"{ORDERS:,} orders in one file, {name}",
            f"{worked.seconds:.1f} s, goal ≤ {goal}; {memory}; processor s: {spent}; load {os.getloadavg()[0]:.1f}",
        )


async def _search(infra: Infra) -> None:
    async with ground(infra, suppliers=100) as fresh:
        await fill(fresh, LINES)
        taken = await milliseconds(fresh, 400, SEED)
    p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    say(
        f"order search over {LINES:,} lines, row policies on",
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, goal < 100; load {os.getloadavg()[0]:.1f}",
    )


def main() -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    layout = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")
    Stack(layout).up(only_infrastructure=True)
    for part in (_feeds, _search):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(part(describe(layout)))


if __name__ == "__main__":
    main()
