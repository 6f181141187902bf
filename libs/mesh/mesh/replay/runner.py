"""Feeds the running replay job to the service's replay topic, at its rate, behind live traffic; one process at a
time (a lease).

The topic is read by the service's own consumer with the service's own inbox: what was done before has no second
effect. The cursor is stored
with each batch; a crash between sending and storing sends a batch again, which the inbox drops.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.topics import replay_topic
from mesh import crash
from mesh.errors import Conflict
from mesh.hop import Hop, store_is_away
from mesh.kafka import KafkaConnection
from mesh.leases import Lease
from mesh.records import RawRecord
from mesh.replay import reader
from mesh.replay.rebuild import Rebuild
from mesh.replay.spec import ReplayPlan

log = structlog.get_logger(__name__)
_TICK_SECONDS = 1.0
_IDLE_SECONDS = 5.0
"""How late a job is begun that was started at another process."""
_BATCH = 200


class ReplayRunner:
    """The background task;
    `live_lag` tells how far the live consumers are behind, above `lag_limit` the replay waits.
    """

    def __init__(
        self, hop: Hop, kafka: KafkaConnection, *, holder: str, live_lag: Callable[[], int], lag_limit: int = 1000
    ) -> None:
        self._hop = hop
        self._kafka = kafka
        self._lease = Lease(hop.database, "replay", holder)
        self._live_lag = live_lag
        self._lag_limit = lag_limit

    async def run(self) -> None:
        """Work jobs off until cancelled; Kafka or the database being away is waited out."""
        while True:
            self._hop.replaying.clear()
            try:
                if await self._lease.take():
                    job = await self._next()
                    if job is not None:
                        await self._work(job)
            except (KafkaError, OSError) as error:
                log.warning("replay_waits", error=str(error))
            except Exception as error:
                if not store_is_away(error):
                    raise
                log.warning("replay_waits", error=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._hop.replaying.wait()

    async def _next(self) -> UUID | None:
        rows = await self._hop.database.once(
            "select id from replay_job where state = 'running' order by started_at limit 1"
        )
        return rows[0]["id"] if rows else None

    async def _work(self, job: UUID) -> None:
        async with self._hop.database.transaction() as tx:
            row = await tx.row("select mode, plan, cursor, counts from replay_job where id = :id", id=job)
        assert row is not None
        plan = ReplayPlan.model_validate(row["plan"])
        try:
            if row["mode"] == "rebuild":
                await self._rebuild(job, swap=plan.spec.swap)
            else:
                await self._fill(job, plan, row["cursor"], Counter(row["counts"]))
        except (KafkaError, OSError):
            raise
        except Exception as error:
            if store_is_away(error):
                raise
            # It would fail again at each start and take the service with it: the job says why, an operator decides.
            log.exception("replay_failed", job=str(job))
            await self._end(job, "failed", dict(row["counts"]), f"{type(error).__name__}: {error}"[:2000])

    async def _rebuild(self, job: UUID, *, swap: bool) -> None:
        rebuild = Rebuild(self._hop.database, self._kafka, self._hop.consumer, self._hop.handlers, self._hop.env)
        try:
            rebuilt = await rebuild.run(swap=swap)
        except Conflict as error:
            await self._end(job, "failed", {}, str(error))
            return
        crash.site("rebuild.compared")
        counts = {
            "facts": rebuilt.facts,
            "seconds": round(rebuilt.seconds, 2),
            "swapped": rebuilt.swapped,
            "tables": {table: {"live": live, "rebuilt": new} for table, (live, new) in rebuilt.tables.items()},
        }
        differing = [table for table, (live, new) in rebuilt.tables.items() if live != new]
        await self._end(
            job, "failed" if differing else "done", counts, f"differs: {', '.join(differing)}" if differing else None
        )

    async def _fill(self, job: UUID, plan: ReplayPlan, cursor: dict[str, int], counts: Counter[str]) -> None:
        ends = {reader.named_place(name): end for name, end in plan.ends.items()}
        start = {reader.named_place(name): offset for name, offset in cursor.items()}
        producer = AIOKafkaProducer(**self._kafka.kwargs(), enable_idempotence=True, acks="all")
        await producer.start()
        try:
            async for batch in reader.read(self._kafka, ends, start, _BATCH):
                rate = await self._may_go_on(job)
                if rate is None:
                    return
                matched = [
                    r
                    for r in batch
                    if plan.spec.matches(r) and self._hop.handlers.find(r.header("ce_type")) is not None
                ]
                await self._send(producer, job, matched)
                counts["fed"] += len(matched)
                counts["read"] += len(batch)
                start.update({(r.topic, r.partition): r.offset + 1 for r in batch})
                await self._store(job, start, counts)
                await asyncio.sleep(len(matched) / rate)
        finally:
            await producer.stop()
        await self._end(job, "done", dict(counts), None)

    async def _may_go_on(self, job: UUID) -> int | None:
        """The job's rate when it may go on; None when it was paused or cancelled, or the lease was lost."""
        while True:
            if not await self._lease.take():
                return None
            async with self._hop.database.transaction() as tx:
                row = await tx.row("select state, rate from replay_job where id = :id", id=job)
            if row is None or row["state"] != "running":
                return None
            if self._live_lag() <= self._lag_limit:
                return row["rate"]
            await asyncio.sleep(_TICK_SECONDS)

    async def _send(self, producer: AIOKafkaProducer, job: UUID, records: list[RawRecord]) -> None:
        topic = replay_topic(self._hop.database.service)
        crash.site("replay.before_send")
        acks = [
            await producer.send(
                topic,
                record.value,
                key=record.key.encode(),
                headers=[*record.headers, ("ce_replayid", str(job).encode())],
            )
            for record in records
        ]
        await asyncio.gather(*acks)
        crash.site("replay.sent")

    async def _store(self, job: UUID, cursor: dict[Any, int], counts: Counter[str]) -> None:
        async with self._hop.database.transaction() as tx:
            await tx.execute(
                "update replay_job set cursor = cast(:cursor as jsonb), counts = cast(:counts as jsonb) where id = :id",
                id=job,
                cursor=orjson.dumps({reader.place_name(place): offset for place, offset in cursor.items()}).decode(),
                counts=orjson.dumps(counts).decode(),
            )

    async def _end(self, job: UUID, state: str, counts: dict[str, Any], error: str | None) -> None:
        async with self._hop.database.transaction() as tx:
            await tx.execute(
                """update replay_job set state = :state, counts = cast(:counts as jsonb), error = :error, ended_at
                = now()
                where id = :id and state = 'running'""",
                id=job,
                state=state,
                counts=orjson.dumps(counts).decode(),
                error=error,
            )
