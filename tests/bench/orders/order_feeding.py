"""A file of orders from its keeping to its last row: seconds, processor seconds by process, and how far this one grew.

One row in a hundred is bad: it is reported, and the others do not wait for it.
"""

import io
import os
import resource
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from order_ground import Ground

from contracts.ids import new_id
from documents.order import Order
from documents.ubl.order import write_order
from local_stack.layout import REPOSITORY
from po_sync.intake.files import FileWorker
from po_sync.store import files

_GOLDEN = REPOSITORY / "examples" / "order-simple" / "order.json"


def _orders(count: int) -> list[Order]:
    golden = Order.model_validate_json(_GOLDEN.read_bytes())
    today = datetime.now(UTC).date()
    return [golden.model_copy(update={"number": f"BENCH-{n:06d}", "issue_date": today}) for n in range(count)]


def _is_bad(n: int) -> bool:
    return n % 100 == 50


def in_json(count: int) -> tuple[bytes, str]:
    """One JSON document a line."""
    lines = [order.model_dump_json(exclude_defaults=True).encode() for order in _orders(count)]
    return b"\n".join(b"{" if _is_bad(n) else line for n, line in enumerate(lines)), "application/x-ndjson"


def in_ubl(count: int) -> tuple[bytes, str]:
    """A zip of Peppol orders."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n, order in enumerate(_orders(count)):
            xml = write_order(order)
            sums = xml.replace(b">1014.00<", b">1015.00<") if _is_bad(n) else xml
            archive.writestr(f"{order.number}.xml", sums)
    return file.getvalue(), "application/zip"


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_TICKS = os.sysconf("SC_CLK_TCK")


def _processor_seconds(ground: Ground) -> Counter[str]:
    """What this process, the one that checks rules, the object store and the database have spent (proc(5))."""
    run = str(ground.database.infra.layout.run).encode()
    spent: Counter[str] = Counter()
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # no process, or one that has just ended
        if process.name == str(os.getpid()):
            name = "po-sync"
        elif b"rules.worker" in command and fields[1] == str(os.getpid()):
            name = "rules"
        elif b"minio" in command and run in command:
            name = "objects"
        elif command.startswith(b"postgres") and ground.database.name.encode() in command:
            name = "database"
        else:
            continue
        spent[name] += int(fields[11]) + int(fields[12])
    return spent


@dataclass(frozen=True)
class Worked:
    """What a file took: wall seconds, processor seconds by process, MiB by which the peak of resident memory rose."""

    seconds: float
    processor: dict[str, float]
    grown: float


async def work_through(ground: Ground, content: bytes, media_type: str, bad: int) -> Worked:
    """Let a file in and work through it; `bad` is how many of its rows must be rejected."""
    env = ground.env
    document = await env.objects.put("documents", f"bench/{new_id()}", content, media_type)
    async with env.pipeline.transaction() as tx:
        await files.put(
            tx,
            new_id(),
            ground.buyer,
            unit_asked=ground.unit,
            media_type=media_type,
            name=None,
            document=document,
            actor="bench",
            now=env.clock.now(),
        )
    before, spent, began = _peak_mib(), _processor_seconds(ground), time.perf_counter()
    worker = FileWorker(env, "bench")
    if not await worker.once():
        raise RuntimeError("the file was not worked through")
    seconds = time.perf_counter() - began
    processor = {name: ticks / _TICKS for name, ticks in (_processor_seconds(ground) - spent).items()}
    async with env.pipeline.transaction() as tx:
        state = await tx.row("select state, taken, rejected from order_file order by created_at desc limit 1")
    if state is None or (state["state"], state["rejected"]) != ("done", bad):
        raise RuntimeError(f"other rows than the bad ones were rejected: {state}")
    return Worked(seconds, processor, _peak_mib() - before)
