"""`python tests/bench/whole_path`: invoices submitted over HTTP until they are archived and their delivery is told.

`SECONDS` (30) of load by `CLIENTS` (8) after a warm-up, each invoice one request through the gateway; what waits in
the path stays below `WAITING`. Then, in the same run, the bare floor of one invoice: its pages and seal, its puts and
gets, six hops written by hand (`raw_hop.py`) and two bare requests; with everything waiting for it, as it came on the
path, so many a second, and the same with hops that linger as the services' do. The stack is one of its own, begun anew
and stopped at the end.
"""

import asyncio
import os
import sys
import time

import uvloop
from bare_floor import Floor, floor, lingering
from meter import speed_of_the_machine
from path_load import Load
from processors import by_program

from actors.stack import peopled
from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

SECONDS, WARM_UP = float(os.environ.get("SECONDS", "30")), float(os.environ.get("WARM_UP", "10"))
CLIENTS, WAITING = int(os.environ.get("CLIENTS", "8")), int(os.environ.get("WAITING", "200"))
_SERVICES = ("registration", "po-sync", "invoicing", "validation", "signing", "archive", "notifications")


def say(name: str, figure: str, goal: str = "") -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<46}{figure:<60}{goal}\n")
    sys.stdout.flush()


async def _loaded(stack: Stack) -> tuple[dict[str, float], float]:
    """Run the load; says the rate and returns CPU ms an invoice by program, and the seconds from one to the next."""
    load = await Load.begun(stack.layout, peopled(stack))
    async with load.clients(CLIENTS, WAITING):
        await asyncio.sleep(WARM_UP)
        before, ended, began, own = by_program(stack), await load.ended(), time.perf_counter(), time.process_time()
        await asyncio.sleep(SECONDS)
        after, then, seconds = by_program(stack), await load.ended(), time.perf_counter() - began
        own = time.process_time() - own
    done = then["delivered"] - ended["delivered"]
    say(
        "submitted over HTTP → archived and delivered",
        f"{done / seconds:.1f} a second over {seconds:.0f} s, {then['failed']} failed, load {os.getloadavg()[0]:.1f}",
        "≥ 30 a second, aim 80",
    )
    await load.calm()
    rest = await load.ended()
    say("  all that was accepted", f"{rest['delivered']} delivered, {rest['failed']} failed, {load.refused} refused")
    spent = {name: (cpu - before.get(name, 0.0)) * 1e3 / max(1, done) for name, cpu in after.items()}
    say("  the load generator itself", f"{own * 1e3 / max(1, done):.1f} ms CPU an invoice")
    await load.close()
    return spent, seconds / max(1, done)


async def _floors(infra: Infra, pause: float) -> dict[str, Floor]:
    coming = await floor(infra, pause)
    return {
        "with all of it waiting": await floor(infra),
        "as it came on the path": coming,
        "as it came, hops that linger": await lingering(infra, pause, coming),
    }


def _compare(spent: dict[str, float], floors: dict[str, Floor]) -> None:
    services = {name: cpu for name, cpu in spent.items() if name.startswith(_SERVICES)}
    others = {name: cpu for name, cpu in spent.items() if name not in services}
    whole = sum(services.values())
    say("CPU of all services an invoice", f"{whole:.1f} ms: {_listed(services)}")
    say("  of what they stand on", f"{sum(others.values()):.1f} ms: {_listed(others)}")
    for how, bare in floors.items():
        say(f"the bare floor, {how}", f"{bare.whole:.1f} ms: {_listed(bare.parts)}")
        say("  whole path against it", f"{whole / bare.whole:.2f}×", "≤ 2.5×, aim 1.5")


def _listed(parts: dict[str, float]) -> str:
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {cpu:.2f}" for name, cpu in ordered if cpu >= 0.05)


def main() -> None:
    """Print the table."""
    layout = Layout.of(REPOSITORY / ".local" / "path")
    stack = Stack(layout)
    if layout.ports_file.exists():
        stack.reset()  # what another checkout left there may have other tables
    stack.up()
    try:
        say(f"{os.cpu_count()} cores", f"a million additions {speed_of_the_machine():.0f} ms CPU")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            spent, pause = runner.run(_loaded(stack))
            _compare(spent, runner.run(_floors(describe(layout), pause)))
    finally:
        stack.down()


if __name__ == "__main__":
    main()
