"""The archive's figures: everything read again, and evidence renewed. `OBJECTS`, `DOCUMENTS`, `BATCHES` at will.

Objects lie in the MinIO of the test stack; time-stamps come from an authority in this process, whose own work is
counted with the rest.
"""

import asyncio
import hashlib
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

import archive
from archive import checking, evidencing
from archive.domain import deposit
from archive.domain.evidence.trust import Trust
from archive.env import Env
from archive.keys import LogKey
from archive.numbering import number_entries
from archive.store import checks, entries
from archive.testing import YEAR, Generation, Outside
from archive.timestamping import TimeStamping
from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from local_stack.fixtures import Infra, describe
from local_stack.fresh import fresh_database
from local_stack.layout import Layout
from local_stack.stack import Stack
from mesh.db import Database
from mesh.objects import MinioObjects, Objects
from mesh.objects.port import reference
from mesh.sequencer import Sequencer
from mesh.testing import FrozenClock, received
from mesh.vault import Vault

OBJECTS = int(os.environ.get("OBJECTS", "1000"))
DOCUMENTS, BATCHES = int(os.environ.get("DOCUMENTS", "20000")), int(os.environ.get("BATCHES", "20"))
ORIGINAL, DOCUMENT = 60 * 1024, 8 * 1024
"""Bytes of a one-page original, and of its XML."""
REPORT = 1024


def say(name: str, figure: str, goal: str) -> None:
    """One line of the table."""
    load = Path("/proc/loadavg").read_text().split()[0]
    sys.stdout.write(f"{name:<44}{figure:<60}{goal}   (load {load})\n")
    sys.stdout.flush()


async def _deposit(env: Env, objects: Objects) -> None:
    """One deposit in the store, and its entry."""
    of = {name: new_id() for name in ("invoice_id", "submission_id", "supplier_id", "buyer_id", "unit_id")}
    sizes = {"original": ORIGINAL, "document": DOCUMENT, "validation": REPORT, "seal": REPORT}
    parts = {name: os.urandom(size) for name, size in sizes.items()}
    stored = await objects.put("archive", f"bench/{uuid4().hex}.zip", deposit.pack(parts), deposit.MEDIA_TYPE)
    original, document = (reference("bench", "", parts[name], "") for name in ("original", "document"))
    sealed = InvoiceSealed(
        **of,  # pyright: ignore[reportArgumentType] - names of ids
        document=document,
        original=original,
        level="B-LTA",
        certificate_sha256="0" * 64,
        legal=True,
        sealed_at=env.clock.now(),
    )
    entry = entries.NewEntry(
        new_id(),
        "deposit",
        received(sealed, subject=sealed.invoice_id),
        submission_id=sealed.submission_id,
        digests={name: hashlib.sha256(part).hexdigest() for name, part in parts.items()} | {"deposit": stored.sha256},
        content={"level": "B-LTA"},
        object=stored,
        retain_until=env.clock.now(),
        archive_option=True,
    )
    async with env.pipeline.transaction() as tx:
        await entries.add(tx, [entry], env.clock.now())


async def _read_again(env: Env, objects: Objects) -> None:
    for first in range(0, OBJECTS, 16):
        await asyncio.gather(*(_deposit(env, objects) for _ in range(min(16, OBJECTS - first))))
    numbering = Sequencer(env.pipeline, "entries", lambda tx: number_entries(tx, env))
    while await numbering.once():
        pass
    await checking.ask(env, "bench", "a figure")
    began, cpu = time.perf_counter(), time.process_time()
    assert await checking.once(env)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    async with env.pipeline.transaction() as tx:
        (found,) = await checks.latest(tx, 1)
    assert found["problems"] == 0
    done = found["objects"]
    figure = f"{done / seconds:.0f} objects/s, {cpu / done * 1e3:.2f} ms CPU each, {done} objects"
    say("re-hash of the archive", figure, "≥ 500 objects/s")


async def _renewed(env: Env, outside: Outside) -> None:
    clock = env.clock
    assert isinstance(clock, FrozenClock)
    size = DOCUMENTS // BATCHES
    last = OBJECTS
    for _ in range(BATCHES):
        async with env.pipeline.transaction() as tx:
            await tx.execute(
                """insert into entry (id, kind, invoice_id, supplier_id, buyer_id, digests, content, cause, fact,
                    sequence, leaf_index, leaf, entered_at, deposited_at)
                select gen_random_uuid(), 'deposit', gen_random_uuid(), :supplier, :supplier,
                    jsonb_build_object('original', encode(sha256(gen_random_uuid()::text::bytea), 'hex')), '{}', '{}',
                    '{}', n, n + :last, '', now(), now() from generate_series(1, cast(:size as int)) n""",
                supplier=UUID(int=uuid4().int),
                last=last,
                size=size,
            )
        last += size
        while await evidencing.stamp_batch(env) > size:
            pass
        clock.advance(timedelta(days=1))
    began, cpu = time.perf_counter(), time.process_time()
    done = await evidencing.renew(env, None)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert not done.refused
    figure = f"{cpu / DOCUMENTS * 1e3:.4f} ms CPU, {seconds / DOCUMENTS * 1e3:.4f} ms a document"
    say("evidence renewal", f"{figure}, {DOCUMENTS} documents in {done.batches} batches", "≤ 1 ms a document")


async def main(infra: Infra) -> None:
    """Both figures, in a database of their own."""
    async with fresh_database(infra, "archive", Path(archive.__file__).parent / "migrations") as fresh:
        clock = FrozenClock(datetime.now(UTC))
        outside = Outside(clock)
        outside.generations["First"] = first = Generation("First", clock.now() - timedelta(days=1), 5)
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service="archive", role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, infra.s3_access_key, infra.s3_secret_key)
        trust = Trust((first.root.certificate,))
        stamps = TimeStamping(["http://tsa.test/First"], trust, httpx.AsyncClient(transport=outside), 5)
        key = LogKey(pipeline, Vault([os.urandom(32)]))
        env = Env(pipeline, pipeline, objects, key, clock, round(10 * YEAR / timedelta(days=1)), 366, stamps)
        await _read_again(env, objects)
        await _renewed(env, outside)
        await objects.close()
        await pipeline.close()


if __name__ == "__main__":
    layout = Layout.of_tests()
    Stack(layout).up(only_infrastructure=True)
    asyncio.run(main(describe(layout)))
