"""How a transaction is opened, and what one that only looks refuses to lose."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from sqlalchemy.exc import DBAPIError

from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.refs import DocumentRef
from mesh import audit, lingering, outbox
from mesh.hop import store_is_away
from mesh.problems import refusal_of
from mesh.sequencer import Sequencer, by_itself

pytestmark = pytest.mark.connected
POOL = 10
"""Connections that a pool has when nobody says how many."""
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")


async def _plan(tx: Any) -> str:
    return await tx.value("select current_setting('plan_cache_mode')")


async def test_one_plan_for_statements_by_key_is_a_matter_of_its_transaction_alone(service_schema: Any) -> None:
    async with service_schema.pipeline.transaction(replan=False) as tx:
        assert await _plan(tx) == "force_generic_plan"
    async with service_schema.pipeline.transaction() as tx:
        assert await _plan(tx) == "auto"


async def test_a_request_sees_its_companies_rows_with_either_kind_of_plan(service_schema: Any) -> None:
    company = new_id()
    for replan in (True, False):
        async with service_schema.api.transaction([company], replan=replan) as tx:
            assert await tx.value("select current_setting('navette.companies')") == f"{{{company.hex}}}"


async def test_a_fact_left_where_nothing_commits_is_an_error_and_not_lost_in_silence(service_schema: Any) -> None:
    sealed = InvoiceSealed(
        invoice_id=new_id(), supplier_id=new_id(), buyer_id=new_id(), unit_id=new_id(), submission_id=new_id(),
        document=DOCUMENT, original=DOCUMENT, level="B-LTA", certificate_sha256="0" * 64, legal=True,
        sealed_at=datetime.now(UTC),
    )  # fmt: skip
    with pytest.raises(RuntimeError, match="leave by a transaction"):
        async with service_schema.pipeline.autocommit() as tx:
            outbox.emit(tx, sealed, subject=sealed.invoice_id, tenant=sealed.supplier_id)


async def test_who_goes_away_in_the_middle_leaves_no_open_transaction_to_the_next(service_schema: Any) -> None:
    """A cancelled scope cancels every wait in it (anyio): also that for the rollback."""
    database = service_schema.pipeline
    for _ in range(2 * POOL):
        with anyio.CancelScope() as scope:
            async with database.transaction() as tx:
                await tx.execute("create temporary table left_behind (x int)")
                scope.cancel()
                await tx.value("select pg_sleep(5)")
        async with database.transaction() as tx:
            assert await tx.value("select to_regclass('pg_temp.left_behind')") is None


@pytest.mark.parametrize("rounds", range(5))
async def test_a_session_that_the_server_ended_is_a_store_that_does_not_answer_whenever_it_is_noticed(
    service_schema: Any, rounds: int
) -> None:
    """A process that slept wakes up with a farewell of the server in its buffers, read to any place."""
    database = service_schema.pipeline
    with pytest.raises(DBAPIError) as raised:
        async with database.transaction() as tx:
            await tx.execute("set local idle_in_transaction_session_timeout = '20ms'")
            time.sleep(0.3)  # noqa: ASYNC251 - the whole process sleeps
            for _ in range(rounds):
                await asyncio.sleep(0)
            await tx.value("select 1")
    assert store_is_away(raised.value)
    refusal = refusal_of(raised.value)
    assert refusal is not None
    assert refusal.code == "STORE_UNAVAILABLE"
    async with database.transaction() as tx:
        assert await tx.value("select 1") == 1


def test_an_idle_machine_hardly_lingers_a_busy_one_long_and_none_for_somebody_elses_slowness() -> None:
    now = time.monotonic()
    quick, slow = lingering.seconds(now - 0.003), lingering.seconds(now - 0.03)
    assert quick < 0.003
    assert 0.1 < slow < lingering.LONGEST
    assert lingering.seconds(now - 60) == lingering.LONGEST


async def test_a_step_is_woken_by_what_was_left_to_it_and_by_no_other_commit(service_schema: Any) -> None:
    """A service commits a hundred times a second: a step for each of them would be most of what it does."""
    database, ran, came = service_schema.pipeline, Counter[str](), asyncio.Event()

    def sequencer(name: str, **left: Any) -> Sequencer:
        async def step(_: Any) -> int:
            ran[name] += 1
            came.set()
            return 0

        made = Sequencer(database, name, step, seconds=60, **left)
        made.watch(database)
        return made

    async def until(**expected: int) -> None:
        async with asyncio.timeout(20):
            while ran != expected:
                came.clear()
                await came.wait()

    steps = [sequencer("audit", left=audit.left), sequencer("rows"), sequencer("due", left=by_itself)]
    tasks = [asyncio.create_task(step.run()) for step in steps]
    try:
        await until(audit=1, rows=1, due=1)
        async with database.transaction() as tx:
            audit.note(tx, actor="user:1", action="thing.do", subject="1")
        await until(audit=2, rows=1, due=1)
        async with database.transaction() as tx:
            tx.unnumbered = True
        await until(audit=2, rows=2, due=1)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
