"""Runs a service: HTTP, consumers, publisher, sequencers and jobs in one process. The death of any of them ends
the process.

Start order: schema checked, HTTP open (not ready), state topics read to their end, then events.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from contracts.topics import replay_topic
from mesh import audit, collecting, migrations, openapi, ops, retention, telemetry
from mesh.consumer import Consumer
from mesh.db import Database
from mesh.freshness import Freshness
from mesh.handlers import Handlers
from mesh.hop import Hop, store_is_away
from mesh.kafka import KafkaConnection
from mesh.parked import Retrier
from mesh.publisher import Publisher
from mesh.replay.jobs import Jobs
from mesh.replay.runner import ReplayRunner
from mesh.retention import Term
from mesh.sequencer import Sequencer
from mesh.settings import MeshSettings

log = structlog.get_logger(__name__)
E = TypeVar("E")
Job = Callable[[], Awaitable[None]]
_STOP_SECONDS = 20.0


@dataclass
class Service(Generic[E]):
    """What `app.build` returns.

    `jobs` are further endless tasks; `probes` are asked by /readyz, each answers "" when all is well.
    """

    name: str
    settings: MeshSettings
    app: FastAPI
    env: E
    handlers: Handlers[E]
    api: Database
    pipeline: Database
    migrations: Path
    topics: tuple[str, ...] = ()
    state_topics: tuple[str, ...] = ()
    sequencers: Sequence[Sequencer] = ()
    retention: Sequence[Term] = ()
    jobs: Sequence[Job] = ()
    probes: dict[str, Callable[[], Awaitable[str]]] = field(default_factory=dict[str, Callable[[], Awaitable[str]]])
    start: Callable[[], Awaitable[None]] | None = None
    close: Callable[[], Awaitable[None]] | None = None


class Runner:
    """The tasks of one running service."""

    def __init__(self, service: Service[Any]) -> None:
        settings = service.settings
        self.service = service
        self.kafka = KafkaConnection.from_settings(settings)
        instance = f"{service.name}-{settings.instance}"
        self.publisher = Publisher(service.pipeline, self.kafka, holder=instance)
        self.publisher.watch(service.api)
        self.publisher.watch(service.pipeline)
        self.hop = Hop(service.pipeline, service.name, service.handlers, service.env)
        self.hop.on_outcome = lambda kind, outcome, count: telemetry.facts.labels(kind, outcome).inc(count)
        self._lags: dict[tuple[str, int], int] = {}
        self.state = self._consumer("state", service.state_topics)
        self.events = self._consumer("events", service.topics)
        self.replayed = self._consumer("replay", (replay_topic(service.name),) if service.topics else ())
        readers = [consumer for consumer in (self.state, self.events) if consumer is not None]
        self.freshness = Freshness(self.hop, self.kafka, readers) if readers else None
        self.retrier = Retrier(self.hop, holder=instance)
        self.jobs = Jobs(self.hop, self.kafka, (*service.state_topics, *service.topics))
        self.replays = ReplayRunner(self.hop, self.kafka, holder=instance, live_lag=lambda: self.lag)
        self.sequencers = [Sequencer(service.pipeline, "audit", audit.chain, left=audit.left), *service.sequencers]
        for sequencer in self.sequencers:
            sequencer.watch(service.api)
            sequencer.watch(service.pipeline)

    def _consumer(self, kind: str, topics: tuple[str, ...]) -> Consumer | None:
        if not topics:
            return None
        settings = self.service.settings
        return Consumer(
            self.hop,
            self.kafka,
            group=f"{self.service.name}.{kind}",
            instance=f"{self.service.name}-{kind}-{settings.instance}",
            topics=topics,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            lag=self._note_lag,
        )

    def _note_lag(self, topic: str, partition: int, lag: int) -> None:
        self._lags[topic, partition] = lag
        telemetry.consumer_lag.labels(topic).set(sum(v for (t, _), v in self._lags.items() if t == topic))

    @property
    def lag(self) -> int:
        """Records not yet handled, over all places this process reads but its replay topic."""
        own = replay_topic(self.service.name)
        return sum(lag for (topic, _), lag in self._lags.items() if topic != own)

    async def readiness(self) -> dict[str, str]:
        """Name → "" when all is well, else what is wrong."""
        found = {name: await probe() for name, probe in self.service.probes.items()}
        for name, consumer in (("state", self.state), ("events", self.events)):
            if consumer is not None:
                found[name] = consumer.problem or ("" if consumer.joined.is_set() else "starting")
        return found

    async def _consume(self, group: asyncio.TaskGroup) -> None:
        if self.state is not None:
            group.create_task(self.state.run(), name="state")
            await self.state.caught_up()
        for consumer in (self.events, self.replayed):
            if consumer is not None:
                group.create_task(consumer.run(), name=consumer.topics[0])
        if self.freshness is not None:
            group.create_task(self.freshness.run(), name="freshness")
        group.create_task(self.retrier.run(), name="retrier")

    async def _gauges(self) -> None:
        while True:
            (row,) = await self.service.pipeline.once(
                """select (select count(*) from outbox) pending, (select count(*) from parked) parked,
                (select count(*) from dead_letter where state = 'open') dead"""
            )
            telemetry.outbox_pending.set(row["pending"])
            telemetry.parked.set(row["parked"])
            telemetry.dead_letters.set(row["dead"])
            await asyncio.sleep(10)

    async def _forget(self) -> None:
        """Remove what is past its term."""
        while True:
            async with self.service.pipeline.transaction() as tx:
                gone = await retention.forget(tx, (*retention.KEPT, *self.service.retention))
            if gone:
                log.info("forgotten", rows=gone)
            await asyncio.sleep(1 if gone else 3600)

    async def serve(self) -> None:
        """Run until SIGTERM; raises when a task died."""
        service, settings = self.service, self.service.settings
        await migrations.check(service.pipeline, service.migrations)
        if service.start:
            await service.start()
        server = uvicorn.Server(
            uvicorn.Config(
                service.app,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                timeout_keep_alive=75,  # longer than the gateway's idle time, or it meets closed connections
                timeout_graceful_shutdown=8,
                server_header=False,
                date_header=False,
            )
        )
        collecting.settle()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self.publisher.run(), name="publisher"),
                    group.create_task(_waiting_out_store(self._gauges), name="gauges"),
                    group.create_task(self.replays.run(), name="replays"),
                    group.create_task(_waiting_out_store(self._forget), name="forget"),
                    *(group.create_task(sequencer.run(), name=sequencer.name) for sequencer in self.sequencers),
                    *(group.create_task(_ended(job()), name="job") for job in service.jobs),
                    group.create_task(self._consume(group), name="consume"),
                ]
                await server.serve()
                await self._stop(group, tasks)
        finally:
            if service.close:
                await service.close()
            await service.api.close()
            await service.pipeline.close()

    async def _stop(self, group: asyncio.TaskGroup, tasks: list[asyncio.Task[Any]]) -> None:
        """Finish the batches under way, send what they committed, then end everything."""
        for consumer in (self.state, self.events, self.replayed):
            if consumer is not None:
                consumer.stop()
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(_STOP_SECONDS / 2):
                await self.publisher.drained()
        except TimeoutError:
            log.info("outbox_left", reason="the publisher of the next start sends it")
        for task in tasks:
            task.cancel()
        self.retrier.stop()


async def _waiting_out_store(task: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await task()
        except Exception as error:
            if not store_is_away(error):
                raise
            await asyncio.sleep(2)


async def _ended(job: Awaitable[None]) -> None:
    await job
    raise RuntimeError("a job of the service ended, it should run for ever")


def run(build: Callable[[], Service[Any]], name: str) -> None:
    """The body of a service's `__main__`: serves, or `migrate`, or `openapi`."""
    verb = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if verb == "openapi":
        openapi.stand_in_settings(name)
    service = build()
    service.app.include_router(ops.router(name, getattr(service.env, "clock", None)))
    telemetry.configure_logs(name, service.settings.log_level)
    match verb:
        case "serve":
            telemetry.configure_traces(name)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_serve(service))
        case "migrate":
            head = asyncio.run(migrations.migrate(service.settings.database_owner, name, service.migrations))
            log.info("migrated", revision=head)
        case "openapi":
            sys.stdout.write(json.dumps(openapi.document(service.app), indent=2, ensure_ascii=False) + "\n")
        case _:
            sys.exit(f"{name}: there is no verb {verb!r}: serve (default), migrate, openapi")


async def _serve(service: Service[Any]) -> None:
    runner = Runner(service)
    service.app.state.runner = runner
    service.app.state.readiness = runner.readiness
    service.app.state.freshness = runner.freshness
    await runner.serve()
