"""The rows of replay jobs: planned, started, paused, resumed, cancelled; every change leaves an audit row."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from contracts.ids import milliseconds, new_id
from mesh import audit, schema
from mesh.errors import Conflict, Invalid, NotFound
from mesh.hop import Hop
from mesh.kafka import KafkaConnection
from mesh.positions import Place
from mesh.replay import reader
from mesh.replay.spec import ReplayPlan, ReplaySpec, ReplayStatus
from mesh.transaction import Transaction

_MOVES = {
    "pause": (("running",), "paused"),
    "resume": (("paused",), "running"),
    "cancel": (("planned", "running", "paused"), "cancelled"),
}


class Jobs:
    """Plans and steers the replays of one service."""

    def __init__(self, hop: Hop, kafka: KafkaConnection, topics: tuple[str, ...]) -> None:
        self._hop = hop
        self._kafka = kafka
        self._topics = topics

    async def plan(self, spec: ReplaySpec, *, actor: str) -> ReplayPlan:
        """Read what the spec matches, count it and keep the plan; nothing is replayed.

        Raises Invalid for a topic this service does not read, and when a matched fact is older than the inbox
        remembers.
        """
        unknown = set(spec.topics) - set(self._topics)
        if unknown:
            raise Invalid("TOPIC_NOT_READ_HERE", f"This service does not read {', '.join(sorted(unknown))}.")
        spec = spec.model_copy(update={"topics": spec.topics or self._topics})
        ends = await reader.ends(self._kafka, spec.topics)
        counted = await self._count(spec, ends)
        plan = ReplayPlan(
            job_id=new_id(),
            spec=spec,
            ends={reader.place_name(place): end for place, end in ends.items()},
            matched=sum(counted["by_type"].values()),
            seconds=round(sum(counted["by_type"].values()) / spec.rate, 1),
            plan_hash=_digest(spec, ends, counted["outcomes"]),
            **counted,
        )
        async with self._hop.database.transaction() as tx:
            await tx.execute(
                """insert into replay_job (id, mode, state, spec, plan, plan_hash, rate, created_by, reason)
                values (:id, :mode, 'planned', cast(:spec as jsonb), cast(:plan as jsonb), :hash, :rate, :actor,
                :reason)""",
                id=plan.job_id,
                mode=spec.mode,
                spec=spec.model_dump_json(),
                plan=plan.model_dump_json(),
                hash=plan.plan_hash,
                rate=spec.rate,
                actor=actor,
                reason=spec.reason,
            )
            audit.note(
                tx, actor=actor, action="replay.plan", subject=str(plan.job_id), detail={"matched": plan.matched}
            )
        return plan

    async def _count(self, spec: ReplaySpec, ends: dict[Place, int]) -> dict[str, Any]:
        by_type: Counter[str] = Counter()
        by_tenant: Counter[str] = Counter()
        outcomes: Counter[str] = Counter()
        samples: list[UUID] = []
        horizon = schema.inbox_horizon(datetime.now(UTC)).timestamp() * 1000
        async for batch in reader.read(self._kafka, ends):
            matched = [r for r in batch if spec.matches(r) and self._hop.handlers.find(r.header("ce_type")) is not None]
            ids = [UUID(r.header("ce_id")) for r in matched]
            if spec.mode == "fill" and any(milliseconds(identifier) < horizon for identifier in ids):
                raise Invalid(
                    "BEYOND_INBOX_HORIZON",
                    "Some of these facts are older than the inbox remembers; filling could do them twice. "
                    "Give a later `since`, or rebuild.",
                )
            async with self._hop.database.transaction() as tx:
                rows = await tx.rows(
                    "select event_id, outcome from inbox where consumer = :c and event_id = any(cast(:ids as uuid[]))",
                    c=self._hop.consumer,
                    ids=ids,
                )
            found = {row["event_id"]: row["outcome"] for row in rows}
            outcomes.update(found.get(identifier, "missing") for identifier in set(ids))
            samples += [identifier for identifier in ids if identifier not in found][: 10 - len(samples)]
            by_type.update(r.header("ce_type") or "" for r in matched)
            by_tenant.update(r.header("ce_tenant") or "" for r in matched)
        return {"by_type": by_type, "by_tenant": by_tenant, "outcomes": outcomes, "samples": tuple(samples)}

    async def start(self, job_id: UUID, plan_hash: str, *, actor: str) -> ReplayStatus:
        """Start a planned job; raises Conflict PLAN_MOVED when what it would do is no longer what was planned."""
        async with self._hop.database.transaction() as tx:
            plan = ReplayPlan.model_validate((await _row(tx, job_id))["plan"])
        ends = {reader.named_place(name): end for name, end in plan.ends.items()}
        now = _digest(plan.spec, ends, (await self._count(plan.spec, ends))["outcomes"])
        if plan_hash != plan.plan_hash or now != plan_hash:
            raise Conflict("PLAN_MOVED", "What this replay would do has changed since it was planned. Plan it again.")
        return await self._move(job_id, ("planned",), "running", "start", actor)

    async def steer(self, job_id: UUID, verb: str, *, actor: str) -> ReplayStatus:
        """`pause`, `resume` or `cancel` a job; raises Conflict when its state does not allow that."""
        expected, state = _MOVES[verb]
        return await self._move(job_id, expected, state, verb, actor)

    async def _move(self, job_id: UUID, expected: tuple[str, ...], state: str, verb: str, actor: str) -> ReplayStatus:
        async with self._hop.database.transaction() as tx:
            row = await _row(tx, job_id, lock=True)
            if row["state"] not in expected:
                raise Conflict(
                    "REPLAY_STATE", f"This replay is {row['state']}; {verb} needs it {' or '.join(expected)}."
                )
            await tx.execute(
                """update replay_job set state = :state, started_at = coalesce(started_at,
                    case when :state = 'running' then now() end),
                    ended_at = case when :state = 'cancelled' then now() end where id = :id""",
                state=state,
                id=job_id,
            )
            audit.note(tx, actor=actor, action=f"replay.{verb}", subject=str(job_id))
            moved = _status(await _row(tx, job_id))
        if state == "running":
            self._hop.replaying.set()
        return moved

    async def rate(self, job_id: UUID, rate: int, *, actor: str) -> ReplayStatus:
        """Set how many facts a second a job feeds."""
        async with self._hop.database.transaction() as tx:
            await _row(tx, job_id, lock=True)
            await tx.execute("update replay_job set rate = :rate where id = :id", rate=rate, id=job_id)
            audit.note(tx, actor=actor, action="replay.rate", subject=str(job_id), detail={"rate": rate})
            return _status(await _row(tx, job_id))

    async def status(self, job_id: UUID) -> ReplayStatus:
        """Where a job stands; raises NotFound."""
        async with self._hop.database.transaction() as tx:
            return _status(await _row(tx, job_id))

    async def all(self) -> list[ReplayStatus]:
        """The last hundred jobs, newest first."""
        async with self._hop.database.transaction() as tx:
            return [_status(row) for row in await tx.rows("select * from replay_job order by id desc limit 100")]


def _digest(spec: ReplaySpec, ends: dict[Place, int], outcomes: dict[str, int]) -> str:
    # What a fill does depends on what is missing now. A rebuild reads everything up to the ends whatever became of it,
    # and a service at work has facts on their way all the time.
    content = [
        spec.model_dump(mode="json"),
        sorted((reader.place_name(p), e) for p, e in ends.items()),
        sorted(outcomes.items()) if spec.mode == "fill" else [],
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _row(tx: Transaction, job_id: UUID, *, lock: bool = False) -> Any:
    row = await tx.row(f"select * from replay_job where id = :id{' for update' if lock else ''}", id=job_id)  # noqa: S608 - a constant
    if row is None:
        raise NotFound("NO_SUCH_REPLAY", f"There is no replay {job_id} here.")
    return row


def _status(row: Any) -> ReplayStatus:
    return ReplayStatus(
        job_id=row["id"],
        mode=row["mode"],
        state=row["state"],
        rate=row["rate"],
        matched=row["plan"]["matched"],
        counts=row["counts"],
        created_by=row["created_by"],
        reason=row["reason"],
        error=row["error"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )
