"""What operators reach of a service, under `/v1/ops/{service}`: how it stands, dead letters, parked facts,
replays, audit.

Every route needs the role `operator`; every change needs a reason and leaves an audit row.
"""

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field

from mesh import audit, dead_letters
from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.clock import Clock, OffsetClock
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.problems import responses
from mesh.replay.spec import MAX_RATE, ReplayPlan, ReplaySpec, ReplayStatus
from mesh.replay.watching import LONGEST, watch

if TYPE_CHECKING:
    from mesh.runtime import Runner


class Standing(Output):
    """How one service stands."""

    service: str
    parts: dict[str, str]
    lag: int
    outbox: int
    parked: int
    dead_letters: int
    positions: dict[str, int]
    revision: str


class ParkedFact(Output):
    """A fact that waits, and why."""

    event_id: UUID
    event_type: str
    subject: str
    key: str
    state: str
    attempts: int
    retries: int
    next_at: datetime
    parked_at: datetime
    reason: str
    fingerprint: str


class DeadLetterGroup(Output):
    """Open dead letters that failed in one way."""

    fingerprint: str
    letters: int
    first_at: datetime
    last_at: datetime
    error: str


class DeadLetter(Output):
    """A fact that ended without effect; `headers` and `payload` only where one letter is asked for."""

    id: UUID
    event_id: UUID | None
    event_type: str | None
    subject: str | None
    fingerprint: str
    error_class: str
    error: str
    attempts: int
    first_at: datetime
    last_at: datetime
    topic: str
    part: int
    off: int
    msg_key: str
    state: str
    redrives: int
    by_user: str | None
    reason: str | None
    headers: dict[str, str] | None = None
    payload: str | None = None


class Decision(Input):
    """Why an operator does it."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Chosen(Input):
    """Which dead letters: some by id, or all open ones of a group."""

    ids: tuple[UUID, ...] = ()
    fingerprint: str | None = None
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Start(Input):
    """The hash of the plan that was looked at."""

    plan_hash: str


class Rate(Input):
    """Facts a second."""

    rate: Annotated[int, Field(ge=1, le=MAX_RATE)]


class Moment(Input):
    """The business time to go on from."""

    now: AwareDatetime


class AuditState(Output):
    """The last number of the audit chain, recomputed from the first."""

    verified_to: int
    unnumbered: int


def _runner(request: Request) -> "Runner":
    return request.app.state.runner


def router(service: str, clock: Clock | None = None) -> APIRouter:
    """The operators' routes of one service. Its `clock` can be moved in development."""
    routes = APIRouter(prefix=f"/v1/ops/{service}", tags=["operations"], responses=responses(Forbidden))

    @routes.get("/status")
    async def service_status(request: Request, _: CurrentOperator) -> Standing:
        runner = _runner(request)
        async with runner.service.pipeline.transaction() as tx:
            row = await tx.row(
                """select (select count(*) from outbox) outbox, (select count(*) from parked) parked,
                (select count(*) from dead_letter where state = 'open') dead,
                (select revision from schema_release order by applied_at desc limit 1) revision"""
            )
            places = await tx.rows("select topic, part, next_offset from position order by topic, part")
        assert row is not None
        return Standing(
            service=service,
            parts=await runner.readiness(),
            lag=runner.lag,
            outbox=row["outbox"],
            parked=row["parked"],
            dead_letters=row["dead"],
            positions={f"{place['topic']}/{place['part']}": place["next_offset"] for place in places},
            revision=row["revision"],
        )

    @routes.get("/parked")
    async def parked_facts(
        request: Request,
        _: CurrentOperator,
        subject: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[ParkedFact]:
        async with _runner(request).service.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select *, msg_key as key from parked where cast(:subject as text) is null or subject = :subject
                order by msg_key, seq limit :limit""",
                subject=subject,
                limit=limit,
            )
        return [ParkedFact.model_validate(dict(row)) for row in rows]

    @routes.post("/parked/retry")
    async def retry_parked_facts(
        request: Request, operator: CurrentOperator, body: Decision, key: str | None = None
    ) -> int:
        async with _runner(request).service.pipeline.transaction() as tx:
            result = await tx.execute(
                """update parked set next_at = now() where state = 'waiting'
                and (cast(:key as text) is null or msg_key = :key)""",
                key=key,
            )
            audit.note(
                tx, actor=operator.actor, action="parked.retry", subject=key or "all", detail={"reason": body.reason}
            )
        _runner(request).hop.waiting.set()
        return result.rowcount

    @routes.get("/dead-letters/groups")
    async def dead_letter_groups(request: Request, _: CurrentOperator) -> list[DeadLetterGroup]:
        async with _runner(request).service.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select fingerprint, count(*) letters, min(first_at) first_at, max(last_at) last_at,
                (array_agg(error order by last_at desc))[1] error
                from dead_letter where state = 'open' group by fingerprint order by letters desc"""
            )
        return [DeadLetterGroup.model_validate(dict(row)) for row in rows]

    @routes.get("/dead-letters")
    async def dead_letters_listed(
        request: Request,
        _: CurrentOperator,
        state: Literal["open", "redriven", "discarded"] = "open",
        fingerprint: str | None = None,
        subject: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[DeadLetter]:
        async with _runner(request).service.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select * from dead_letter where state = :state
                and (cast(:fingerprint as text) is null or fingerprint = :fingerprint)
                and (cast(:subject as text) is null or subject = :subject) order by last_at desc limit :limit""",
                state=state,
                fingerprint=fingerprint,
                subject=subject,
                limit=limit,
            )
        return [_letter(row, whole=False) for row in rows]

    @routes.get("/dead-letters/{letter}", responses=responses(NotFound))
    async def dead_letter_shown(request: Request, _: CurrentOperator, letter: UUID) -> DeadLetter:
        async with _runner(request).service.pipeline.transaction() as tx:
            row = await tx.row("select * from dead_letter where id = :id", id=letter)
        if row is None:
            raise NotFound("NO_SUCH_DEAD_LETTER", f"There is no dead letter {letter} here.")
        return _letter(row, whole=True)

    @routes.post("/dead-letters/redrive", responses=responses(NotFound, Conflict))
    async def redrive_dead_letters(request: Request, operator: CurrentOperator, body: Chosen) -> list[UUID]:
        async with _runner(request).service.pipeline.transaction() as tx:
            chosen = await _chosen(tx, body)
            for letter in chosen:
                await dead_letters.redrive(tx, letter, actor=operator.actor, reason=body.reason)
        _runner(request).hop.waiting.set()
        return chosen

    @routes.post("/dead-letters/discard", responses=responses(NotFound, Conflict))
    async def discard_dead_letters(request: Request, operator: CurrentOperator, body: Chosen) -> list[UUID]:
        hop = _runner(request).hop
        async with hop.database.transaction() as tx:
            chosen = await _chosen(tx, body)
            for letter in chosen:
                await dead_letters.discard(tx, letter, hop.handlers, hop.env, actor=operator.actor, reason=body.reason)
        hop.waiting.set()
        return chosen

    @routes.post("/replays", status_code=201)
    async def plan_replay(request: Request, operator: CurrentOperator, body: ReplaySpec) -> ReplayPlan:
        return await _runner(request).jobs.plan(body, actor=operator.actor)

    @routes.get("/replays")
    async def replays(request: Request, _: CurrentOperator) -> list[ReplayStatus]:
        return await _runner(request).jobs.all()

    @routes.get("/replays/{job}", responses=responses(NotFound))
    async def replay_shown(request: Request, _: CurrentOperator, job: UUID) -> ReplayStatus:
        return await _runner(request).jobs.status(job)

    @routes.get(
        "/replays/{job}/events",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **responses(NotFound)},
    )
    async def replay_watched(request: Request, operator: CurrentOperator, job: UUID) -> StreamingResponse:
        """`event: replay` with what `GET …/replays/{job}` answers, each time it changed, until the replay ended, the
        token did, its rights did, or five minutes are over."""
        counts = request.app.state.authenticator.still_counts
        jobs = _runner(request).jobs
        await jobs.status(job)  # an unknown one is a 404, not a stream that breaks
        left = operator.expires_at.timestamp() - time.time()
        return StreamingResponse(
            watch(jobs, job, may=lambda: counts(operator), seconds=min(LONGEST, left)),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    @routes.post("/replays/{job}/start", responses=responses(NotFound, Conflict))
    async def start_replay(request: Request, operator: CurrentOperator, job: UUID, body: Start) -> ReplayStatus:
        return await _runner(request).jobs.start(job, body.plan_hash, actor=operator.actor)

    @routes.post("/replays/{job}/{verb}", responses=responses(NotFound, Conflict))
    async def steer_replay(
        request: Request, operator: CurrentOperator, job: UUID, verb: Literal["pause", "resume", "cancel"]
    ) -> ReplayStatus:
        return await _runner(request).jobs.steer(job, verb, actor=operator.actor)

    @routes.patch("/replays/{job}", responses=responses(NotFound))
    async def replay_rate(request: Request, operator: CurrentOperator, job: UUID, body: Rate) -> ReplayStatus:
        return await _runner(request).jobs.rate(job, body.rate, actor=operator.actor)

    @routes.get("/audit", responses=responses(Conflict))
    async def audit_verified(request: Request, _: CurrentOperator) -> AuditState:
        async with _runner(request).service.pipeline.transaction() as tx:
            await tx.execute("set local statement_timeout = 0")
            try:
                last = await audit.verify(tx)
            except ValueError as error:
                raise Conflict("AUDIT_CHAIN_BROKEN", f"{error}. Compare with a backup before anything else.") from None
            left = await tx.value("select count(*) from audit where number is null")
        return AuditState(verified_to=last, unnumbered=left)

    @routes.put("/clock", responses=responses(Conflict))
    async def move_clock(operator: CurrentOperator, body: Moment, request: Request) -> datetime:
        if not isinstance(clock, OffsetClock):
            raise Conflict("CLOCK_FIXED", "The business clock can be moved in development only.")
        clock.move_to(body.now)
        async with _runner(request).service.pipeline.transaction() as tx:
            audit.note(tx, actor=operator.actor, action="clock.move", subject=service, detail={"now": body.now})
        return clock.now()

    return routes


async def _chosen(tx: Any, body: Chosen) -> list[UUID]:
    if bool(body.ids) is bool(body.fingerprint):
        raise Conflict("CHOOSE_ONE_WAY", "Give either ids or a fingerprint.")
    if body.ids:
        return list(body.ids)
    rows = await tx.rows(
        "select id from dead_letter where state = 'open' and fingerprint = :f order by first_at, off limit 1000",
        f=body.fingerprint,
    )
    return [row["id"] for row in rows]


def _letter(row: Any, *, whole: bool) -> DeadLetter:
    fields = dict(row)
    payload = bytes(fields.pop("payload")).decode(errors="replace")
    headers = fields.pop("headers")
    return DeadLetter.model_validate(fields | ({"headers": headers, "payload": payload} if whole else {}))
