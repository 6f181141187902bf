"""What operators decide about and no request makes: rows that the services themselves write, put there as they do."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg

from actors.mesh import Mesh
from contracts.topics import SERVICES
from local_stack import postgres
from local_stack.roles import package_of
from mesh.replay.spec import ReplayPlan, ReplaySpec

_LETTER = """insert into {schema}.dead_letter (id, consumer, fingerprint, error_class, error, attempts, first_at, topic,
    part, off, msg_key, headers, payload) values ($1, 'tests', 'tests', 'Poison', 'planted by the tenant matrix', 1,
    now(), 'tests', 0, 0, 'tests', '{{}}', '')"""
_JOB = """insert into {schema}.replay_job (id, mode, state, spec, plan, plan_hash, rate, created_by, reason)
    values ($1, 'fill', 'planned', $2, $3, 'tests', 1, 'tests', 'planted by the tenant matrix')"""
_ELIMINATION = """insert into archive.elimination (id, term_before, state, items, digest, reason, proposed_by,
    proposed_at) values ($1, now(), 'proposed', 0, $2, 'planted by the tenant matrix', 'tests', now())"""


def _plan(job: UUID) -> tuple[str, str]:
    """Of a replay that matches nothing."""
    spec = ReplaySpec(reason="planted by the tenant matrix")
    plan = ReplayPlan(
        job_id=job, spec=spec, ends={}, matched=0, by_type={}, by_tenant={}, outcomes={}, samples=(), seconds=0,
        plan_hash="tests",
    )  # fmt: skip
    return spec.model_dump_json(), plan.model_dump_json()


async def _all(mesh: Mesh, *statements: tuple[str, tuple[Any, ...]]) -> None:
    connection: Any = cast(Any, await asyncpg.connect(postgres.superuser_dsn(mesh.layout, "navette")))
    try:
        for statement, arguments in statements:
            await connection.execute(statement, *arguments)
    finally:
        await connection.close()


@contextmanager
def by_services(mesh: Mesh) -> Generator[dict[str, str]]:
    """A dead letter and a planned replay in every service, by one id each, and two eliminations of nothing."""
    letter, job, approved, refused = (uuid4() for _ in range(4))
    schemas = [package_of(service) for service in SERVICES]
    asyncio.run(
        _all(
            mesh,
            *[(_LETTER.format(schema=schema), (letter,)) for schema in schemas],
            *[(_JOB.format(schema=schema), (job, *_plan(job))) for schema in schemas],
            *[(_ELIMINATION, (each, bytes(32))) for each in (approved, refused)],
        )
    )
    try:
        yield {
            "letter_id": str(letter),
            "job_id": str(job),
            "approved_elimination_id": str(approved),
            "refused_elimination_id": str(refused),
        }
    finally:
        rows = [("dead_letter", letter), ("replay_job", job)]
        gone = [(f"delete from {schema}.{table} where id = $1", (row,)) for schema in schemas for table, row in rows]  # noqa: S608 - names of ours
        asyncio.run(_all(mesh, *gone))
