"""What is past its term goes, a batch at a time; what may still be asked for stays."""

from typing import Any

import pytest

from mesh import retention
from mesh.retention import Term

pytestmark = pytest.mark.connected

_JOB = """insert into replay_job (id, mode, state, spec, plan, plan_hash, rate, created_by, reason, created_at)
    values (gen_random_uuid(), 'fill', :state, '{}', '{}', '', 1, '', '', now() - make_interval(days => :days))"""


async def test_only_what_has_ended_and_is_past_its_term_goes(service_schema: Any) -> None:
    term = Term("replay_job", "created_at", 400, "t.state in ('done', 'cancelled', 'failed')")
    async with service_schema.pipeline.transaction() as tx:
        for state, days in (("done", 401), ("failed", 402), ("running", 500), ("done", 399)):
            await tx.execute(_JOB, state=state, days=days)
        assert await retention.forget(tx, [term], limit=1) == {"replay_job": 1}
        assert await retention.forget(tx, [term]) == {"replay_job": 1}
        assert await retention.forget(tx, [term]) == {}
        left = await tx.rows("select state from replay_job order by created_at")
    assert [row["state"] for row in left] == ["running", "done"]
