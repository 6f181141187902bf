"""A file of orders from its keeping to its last row: seconds, and how far this process grew meanwhile."""

import io
import resource
import time
import zipfile
from datetime import UTC, datetime

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


def in_json(count: int) -> tuple[bytes, str]:
    """One JSON document a line."""
    lines = (order.model_dump_json(exclude_defaults=True).encode() for order in _orders(count))
    return b"\n".join(lines), "application/x-ndjson"


def in_ubl(count: int) -> tuple[bytes, str]:
    """A zip of Peppol orders."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for order in _orders(count):
            archive.writestr(f"{order.number}.xml", write_order(order))
    return file.getvalue(), "application/zip"


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def work_through(ground: Ground, content: bytes, media_type: str) -> tuple[float, float]:
    """Seconds for the whole file, and MiB by which the peak of resident memory rose."""
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
    before, began = _peak_mib(), time.perf_counter()
    worker = FileWorker(env, "bench")
    if not await worker.once():
        raise RuntimeError("the file was not worked through")
    seconds = time.perf_counter() - began
    async with env.pipeline.transaction() as tx:
        state = await tx.row("select state, taken, rejected from order_file order by created_at desc limit 1")
    if state is None or (state["state"], state["rejected"]) != ("done", 0):
        raise RuntimeError(f"rows were rejected: {state}")
    return seconds, _peak_mib() - before
