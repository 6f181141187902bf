"""Whatever is changed, put in between, taken out or cut off is found: row, leaf, series, head, object."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws

from archive import checking, evidencing, rereading
from archive.domain import merkle
from archive.domain.audit import LogAudit
from archive.domain.entry import Entry
from archive.store import checks
from contracts.refs import DocumentRef
from mesh.leases import Lease

Rows = list[dict[str, Any]]
NOBODY = UUID(int=5)
BLANK = Entry(NOBODY, "deposit", NOBODY, NOBODY, NOBODY, 0, {}, {"level": "B-LTA"}, datetime(2026, 1, 1, tzinfo=UTC))


def log_of(size: int) -> tuple[Rows, dict[int, bytes], dict[UUID, int]]:
    """A log of two suppliers' entries, a head after each third one and at its end, and the series' counters."""
    rows: Rows = []
    nodes: dict[merkle.Node, bytes] = {}
    heads: dict[int, bytes] = {}
    counters: dict[UUID, int] = {}
    for index in range(size):
        supplier = UUID(int=index % 2)
        counters[supplier] = counters.get(supplier, 0) + 1
        entry = replace(
            BLANK,
            id=UUID(int=100 + index),
            supplier_id=supplier,
            sequence=counters[supplier],
            digests={"deposit": f"{index:064x}"},
        )
        leaf = merkle.leaf_hash(entry.leaf())
        nodes.update(merkle.appended(index, leaf, nodes.__getitem__))
        row = vars(entry) | {"leaf_index": index, "leaf": entry.leaf(), "stored": leaf}
        rows.append(row | {"object": {"sha256": f"{index:064x}"}})
        if index % 3 == 2 or index == size - 1:
            heads[index + 1] = merkle.subtree(0, index + 1, nodes.__getitem__)
    return rows, heads, counters


def found(rows: Rows, heads: dict[int, bytes], counters: dict[UUID, int]) -> set[str]:
    audit = LogAudit(heads)
    for row in rows:
        audit.feed(row, row["stored"])
    return {problem.code for problem in audit.end(counters)}


@given(st.integers(0, 40))
def test_a_log_as_it_was_written_has_no_problem(size: int) -> None:
    assert found(*log_of(size)) == set()


def _content(row: dict[str, Any]) -> None:
    row["content"] = {"level": "B-T"}


def _digest(row: dict[str, Any]) -> None:
    row["digests"] = {"deposit": "f" * 64}


def _reference(row: dict[str, Any]) -> None:
    row["object"] = {"sha256": "f" * 64}


def _leaf(row: dict[str, Any]) -> None:
    row["leaf"] = row["leaf"].replace(b"B-LTA", b"B-T")


def _node(row: dict[str, Any]) -> None:
    row["stored"] = bytes(32)


def _invoice(row: dict[str, Any]) -> None:
    row["invoice_id"] = UUID(int=7)


def _all_of_it(row: dict[str, Any]) -> None:
    """Row, leaf and stored hash fit each other: only the head tells."""
    changed = replace(Entry(**{name: row[name] for name in vars(BLANK)}), content={"level": "B-T"})
    row |= vars(changed) | {"leaf": changed.leaf(), "stored": merkle.leaf_hash(changed.leaf())}


@pytest.mark.parametrize("change", [_content, _digest, _reference, _leaf, _node, _invoice, _all_of_it])
@given(size=st.integers(1, 30), data=st.data())
def test_a_changed_row_is_found(change: Callable[[dict[str, Any]], None], size: int, data: st.DataObject) -> None:
    rows, heads, counters = log_of(size)
    change(rows[data.draw(st.integers(0, size - 1))])
    assert found(rows, heads, counters)


@given(size=st.integers(1, 30), data=st.data())
def test_a_row_that_was_taken_out_doubled_or_moved_is_found(size: int, data: st.DataObject) -> None:
    rows, heads, counters = log_of(size)
    at = data.draw(st.integers(0, size - 1))
    row = rows.pop(at)
    assert found(rows, heads, counters)
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != at or size == 1))
    rows.insert(other, row)
    if size > 1:
        assert found(rows, heads, counters)
    rows.insert(at, row)
    assert found(rows, heads, counters)


@given(size=st.integers(2, 30), data=st.data())
def test_an_end_that_was_cut_off_is_found_while_a_head_or_a_counter_remembers_it(
    size: int, data: st.DataObject
) -> None:
    rows, heads, counters = log_of(size)
    left = data.draw(st.integers(0, size - 1))
    assert "LOG_CUT_OFF" in found(rows[:left], heads, counters)
    without = {length: root for length, root in heads.items() if length <= left}
    assert "SERIES_CUT_OFF" in found(rows[:left], without, counters)


@given(size=st.integers(1, 30), data=st.data())
def test_a_changed_head_is_found(size: int, data: st.DataObject) -> None:
    rows, heads, counters = log_of(size)
    heads[data.draw(st.sampled_from(sorted(heads)))] = bytes(32)
    assert found(rows, heads, counters) == {"HEAD_DIFFERS"}


def _no_leaf(row: dict[str, Any]) -> None:
    row["leaf"] = None


def _no_time(row: dict[str, Any]) -> None:
    row["entered_at"] = None


def _reference_of_another_kind(row: dict[str, Any]) -> None:
    row["object"] = ["sha256"]


def _no_digest_in_the_reference(row: dict[str, Any]) -> None:
    row["object"] = {}


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_no_leaf, "ROW_UNREADABLE"),
        (_no_time, "ROW_UNREADABLE"),
        (_reference_of_another_kind, "ROW_UNREADABLE"),
        (_no_digest_in_the_reference, "REFERENCE_CHANGED"),
    ],
)
@given(size=st.integers(1, 30), data=st.data())
def test_a_row_that_cannot_be_read_is_named_and_no_other(
    damage: Callable[[dict[str, Any]], None], code: str, size: int, data: st.DataObject
) -> None:
    rows, heads, counters = log_of(size)
    damage(rows[data.draw(st.integers(0, size - 1))])
    assert found(rows, heads, counters) == {code}


# ---- the same on a database and an object store -------------------------------------------------------------------
async def problems(desk: Any) -> set[str]:
    """The codes that a check of everything finds, as an operator asks for it."""
    path, reason = "/v1/ops/archive/checks", {"reason": "asked by a test"}
    assert (await desk.client.post(path, json=reason, headers=desk.operator())).status_code == 202
    assert await checking.once(desk.env)
    newest = (await desk.client.get(path, headers=desk.operator())).json()[0]
    assert newest["problems"] == len(newest["found"])
    return {problem["code"] for problem in newest["found"]}


_TABLES = ("entry", "head", "merkle_node", "evidence_item", "evidence_token")
TAMPERING = {
    "update archive.entry set content = '{\"level\": \"B-B\"}' where leaf_index = 1": "ROW_CHANGED",
    "update archive.entry set buyer_id = gen_random_uuid() where leaf_index = 1": "ROW_CHANGED",
    "update archive.entry set object = jsonb_set(object, '{sha256}', '\"00\"')": "REFERENCE_CHANGED",
    "update archive.entry set leaf = null where leaf_index = 1": "ROW_UNREADABLE",
    "update archive.entry set object = object - 'sha256' where leaf_index = 1": "REFERENCE_CHANGED",
    "update archive.entry set object = object - 'size' where leaf_index = 1": "REFERENCE_CHANGED",
    "update archive.entry set object = '[]' where leaf_index = 1": "ROW_UNREADABLE",
    "update archive.entry set eliminated_at = now() where leaf_index = 1": "ELIMINATION_CHANGED",
    "update archive.merkle_node set hash = sha256('x') where level = 0 and index = 1": "LEAF_CHANGED",
    "update archive.merkle_node set hash = sha256('x') where level = 1": "NODE_CHANGED",
    "delete from archive.merkle_node where level = 1": "NODE_CHANGED",
    "insert into archive.merkle_node values (9, 9, sha256('x'))": "NODE_UNKNOWN",
    "insert into archive.merkle_node values (63, 0, sha256('x'))": "NODE_UNKNOWN",
    "insert into archive.merkle_node values (1, 1, sha256('x'))": "NODE_UNKNOWN",
    "insert into archive.merkle_node values (0, -1, sha256('x'))": "NODE_UNKNOWN",
    "update archive.entry set fact = jsonb_set(fact, '{document,sha256}', '\"00\"')": "REFERENCE_CHANGED",
    "update archive.entry set fact = jsonb_set(fact, '{original,sha256}', '\"00\"')": "REFERENCE_CHANGED",
    "update archive.evidence_item set digest = sha256('x') where position = 1": "EVIDENCE_CHANGED",
    "delete from archive.evidence_item where position = 0": "EVIDENCE_MISSING",
    "update archive.evidence_token set token = token || 'x'": "TOKEN_CHANGED",
    "update archive.evidence_token set token = token || 'x', sha256 = sha256(token || 'x')": "TOKEN_CHANGED",
    "update archive.head set root = sha256('x') where size = 3": "HEAD_DIFFERS",
    "delete from archive.head where size = 2": "HEAD_MISSING",
    "update archive.head set jws = overlay(jws placing 'AAAA' from length(jws) - 20)": "HEAD_NOT_SIGNED",
    "delete from archive.entry where leaf_index = 1": "LEAF_OUT_OF_PLACE",
    "delete from archive.entry where leaf_index = 2": "LOG_CUT_OFF",
    "delete from archive.entry where leaf_index = 2; delete from archive.head where size = 3": "SERIES_CUT_OFF",
}  # fmt: skip


@pytest.mark.connected
async def test_tampering_in_the_database_or_the_store_is_named(desk: Any) -> None:
    for number in ("F-1", "F-2", "F-3"):
        await desk.archive(number)
        desk.clock.advance(timedelta(seconds=1))
    await evidencing.stamp_batch(desk.env)
    assert await problems(desk) == set()
    server = await asyncpg.connect(desk.dsn)
    await server.execute("set session_replication_role = replica")
    for table in _TABLES:
        await server.execute(f"create table kept_{table} as table archive.{table}")
    for statement, code in TAMPERING.items():
        await server.execute(statement)
        assert code in await problems(desk), statement
        for table in _TABLES:
            await server.execute(f"delete from archive.{table}")  # noqa: S608 - names from above
            await server.execute(f"insert into archive.{table} select * from kept_{table}")  # noqa: S608 - names from above
    assert await problems(desk) == set()
    await server.close()


@pytest.mark.connected
async def test_an_object_that_was_changed_or_is_gone_is_named(desk: Any) -> None:
    await desk.archive("F-1", "F-2")
    async with desk.env.pipeline.transaction() as tx:
        refs = [DocumentRef.model_validate(ref) for ref in await tx.values("select object from entry order by id")]
    desk.objects.tamper(refs[0], b"%PDF other bytes")
    assert await problems(desk) == {"OBJECT_CHANGED"}
    desk.objects._kept.pop((refs[1].bucket, refs[1].key))
    assert await problems(desk) == {"OBJECT_CHANGED", "OBJECT_MISSING"}


@pytest.mark.connected
async def test_a_head_whose_signed_content_lacks_its_size_or_root_is_named(desk: Any) -> None:
    await desk.archive("F-1")
    (key,) = await desk.env.key._load()
    server = await asyncpg.connect(desk.dsn)
    for content in (b"{}", b"[]", b"1"):
        await server.execute("update archive.head set jws = $1", jws.serialize_compact({"alg": "ES256"}, content, key))
        assert await problems(desk) == {"HEAD_NOT_SIGNED"}
    await server.close()


@pytest.mark.connected
async def test_a_check_stops_when_its_lease_is_lost_and_stays_open(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.archive("F-1", "F-2", "F-3")
    monkeypatch.setattr(rereading, "_PAGE", 1)
    lost, kept = (Lease(desk.env.pipeline, "checks", holder, seconds=60) for holder in ("archive-0", "archive-1"))
    assert await kept.take()
    check_id = await checking.ask(desk.env, "archive", "regular")
    assert not await checking.once(desk.env, lease=lost)
    async with desk.env.pipeline.transaction() as tx:
        (row,) = await checks.latest(tx, 1)
    assert (row["id"], row["entries"], row["ended_at"]) == (check_id, 1, None)
    assert await checking.once(desk.env, lease=kept)
