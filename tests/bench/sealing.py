"""`python tests/bench/sealing.py`: originals of 10 lines, from data to B-LTA, as fast as `PROCESSES` (2) can.

The local authority answers inside each process, its CPU included in the rate and left out of the CPU figure.
`DOCUMENTS` (2,000 a process) at will: with 100,000 the memory, told at `LOOKS` intervals, must stay flat. `DEPOSIT=1`
puts each original into the object store of the test stack and locks it in the archive's bucket, several at a time.
"""

import asyncio
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import uvloop
from originals import documents
from seal_ground import SealGround, seal_ground

from documents.invoice import Invoice
from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.supervision import Supervisor
from mesh import collecting
from mesh.objects import MinioObjects

DOCUMENTS, PROCESSES = int(os.environ.get("DOCUMENTS", "2000")), int(os.environ.get("PROCESSES", "2"))
LINES = 10
LOOKS = int(os.environ.get("LOOKS", "5"))
DEPOSIT = bool(os.environ.get("DEPOSIT"))
AT_ONCE = 8
"""Deposits on their way at a time."""


@dataclass(frozen=True)
class Done:
    """What one process did."""

    seconds: float
    cpu: float
    """Without what the authorities spent."""
    all_cpu: float
    memory: tuple[int, ...]
    """MB held by the process, at each look."""
    size: int


def memory_mb() -> int:
    """What the process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 1e6)


async def _seal(infra: Infra | None) -> Done:
    async with seal_ground() as ground:
        models = documents(LINES, 50, full=False)
        objects = MinioObjects(infra.s3_endpoint, infra.s3_access_key, infra.s3_secret_key) if infra else None
        size = len((await ground.original(models[0])).content)
        collecting.settle()
        memory = [memory_mb()]
        began, cpu, spent = time.perf_counter(), time.process_time(), ground.others.spent
        step = max(1, DOCUMENTS // LOOKS)
        for first in range(0, DOCUMENTS, step):
            await _some(ground, objects, models, range(first, min(first + step, DOCUMENTS)))
            memory.append(memory_mb())
        all_cpu = time.process_time() - cpu
        used = all_cpu - (ground.others.spent - spent)
        seconds = time.perf_counter() - began
        if objects:
            await objects.close()
        return Done(seconds, used, all_cpu, tuple(memory), size)


async def _some(ground: SealGround, objects: MinioObjects | None, models: list[Invoice], numbers: range) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            invoice = models[number % len(models)].model_copy(update={"number": f"FA-{number:08d}"})
            content = (await ground.original(invoice)).content
            if objects:
                await _deposit(objects, content)

    for first in range(numbers.start, numbers.stop, AT_ONCE):
        await asyncio.gather(*(one(number) for number in range(first, min(first + AT_ONCE, numbers.stop))))


async def _deposit(objects: MinioObjects, content: bytes) -> None:
    """As signing stores it and archive locks it away, once each."""
    key, until = uuid4(), (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    sealed = await objects.put("documents", f"bench/{key}.pdf", content, "application/pdf", if_absent=True)
    again = await objects.read(sealed)
    await objects.put("archive", f"bench/{key}.pdf", again, "application/pdf", if_absent=True, retain_until=until)


def _work(infra: Infra | None) -> Done:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_seal(infra))


def main() -> None:
    """Print the rate, the CPU and the memory."""
    layout = Layout.of(REPOSITORY / ".local" / "bench")
    ran_before = bool(Supervisor(layout).states())
    if DEPOSIT:
        Stack(layout).up(only_infrastructure=True)
    try:
        infra = describe(layout) if DEPOSIT else None
        with ProcessPoolExecutor(PROCESSES) as pool:
            found = list(pool.map(_work, [infra] * PROCESSES))
    finally:
        if DEPOSIT and not ran_before:
            Stack(layout).down()
    count = PROCESSES * DOCUMENTS
    rate, cpu = count / max(each.seconds for each in found), sum(each.cpu for each in found) / count * 1e3
    possible = PROCESSES * count / sum(each.all_cpu for each in found)
    what = "sealed and deposited" if DEPOSIT else "sealed"
    memory = " → ".join(str(max(each.memory[look] for each in found)) for look in range(len(found[0].memory)))
    sys.stdout.write(
        f"{count} originals of {LINES} lines, {found[0].size / 1000:.0f} KB, {what} by {PROCESSES} processes: "
        f"{rate:.0f} a second (goal ≥ {50 if DEPOSIT else 300}; {possible:.0f} by the CPU they took), "
        f"{cpu:.2f} ms CPU each without the authority's, "
        f"memory {memory} MB (≤ 200, flat) (load {os.getloadavg()[0]:.1f})\n"
    )


if __name__ == "__main__":
    main()
