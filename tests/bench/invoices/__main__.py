"""`python tests/bench/invoices`: writing invoices and finding them.

`INVOICES` (0: no search), `SUBMITS`, `SEED` at will.
"""

import asyncio
import os
import random
import sys

import structlog
import uvloop
from invoice_ground import ground
from invoice_search import fill, milliseconds, milliseconds_sorted
from invoice_writing import milliseconds as of_writing

from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

INVOICES = int(os.environ.get("INVOICES", "1000000"))
SUBMITS = int(os.environ.get("SUBMITS", "500"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


async def _search(infra: Infra) -> None:
    async with ground(infra) as fresh:
        await fill(fresh, INVOICES)
        taken = await milliseconds(fresh, INVOICES, 400, SEED)
        by_order = await milliseconds_sorted(fresh, INVOICES, 40, SEED)
    p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    say(
        f"search over {INVOICES:,} invoices, row policies on",
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, goal < 100; load {os.getloadavg()[0]:.1f}",
    )
    for order, found in by_order.items():
        p50, p95 = found[len(found) // 2], found[len(found) * 95 // 100]
        say(f"list by {order} of them", f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, goal < 100")


def main() -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    layout = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")
    Stack(layout).up(only_infrastructure=True)
    written = of_writing(layout.run, SUBMITS)
    for requests, taken in (("one request", written.at_once), ("two requests", written.in_two)):
        say(
            f"conversion and submit over HTTP, {requests}",
            f"{taken:.2f} ms of processor an invoice, goal ≤ 6; {taken / written.bare:.1f} times a bare FastAPI and "
            f"asyncpg POST ({written.bare:.2f} ms here); load {os.getloadavg()[0]:.1f}",
        )
    if not INVOICES:
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_search(describe(layout)))


if __name__ == "__main__":
    main()
