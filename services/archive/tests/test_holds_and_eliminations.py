"""After its term an original goes when two persons say so, unless a hold lies on it; what proves the others stays."""

import asyncio
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from archive import checking, eliminating, evidencing
from archive.domain import merkle
from archive.store import eliminations as store
from contracts.refs import DocumentRef
from mesh.objects import ObjectMissing

pytestmark = pytest.mark.connected
HOLDS, ELIMINATIONS, CHECKS = (f"/v1/ops/archive/{name}" for name in ("holds", "eliminations", "checks"))
ONE, OTHER = UUID(int=11), UUID(int=12)
TERM = timedelta(days=3653)
WHY = {"reason": "the term is over"}


async def said(desk: Any, method: str, path: str, body: Any = None, *, by: UUID = ONE) -> Any:
    answer = await desk.client.request(method, path, json=body, headers=desk.operator(by))
    return answer.json() | {"status": answer.status_code} if isinstance(answer.json(), dict) else answer.json()


async def eliminated(desk: Any) -> dict[str, Any]:
    """One proposes, another approves, the worker does it."""
    proposed = await said(desk, "POST", ELIMINATIONS, WHY)
    assert proposed["status"] == 201, proposed
    approved = WHY | {"digest": proposed["digest"]}
    assert (await said(desk, "POST", f"{ELIMINATIONS}/{proposed['id']}/approve", approved, by=OTHER))["status"] == 202
    await worked(desk)
    return (await said(desk, "GET", ELIMINATIONS))[0]


async def worked(desk: Any) -> None:
    while await eliminating.once(desk.env):
        pass
    while await desk.number():
        pass


async def problems(desk: Any) -> set[str]:
    await checking.ask(desk.env, "operator", "asked by a test")
    assert await checking.once(desk.env)
    return {problem["code"] for problem in (await said(desk, "GET", CHECKS))[0]["found"]}


def original(desk: Any, invoice: Any, end: str = "original.pdf") -> Any:
    return desk.client.get(f"/v1/archive/{invoice.invoice_id}/{end}", headers=desk.who(desk.buyer))


async def test_before_its_term_nothing_can_go(desk: Any) -> None:
    await desk.archive("F-1")
    refused = await said(desk, "POST", ELIMINATIONS, WHY)
    assert (refused["status"], refused["code"]) == (409, "NOTHING_DUE")


async def test_two_persons_eliminate_and_a_certificate_with_the_digest_stays(desk: Any, tmp_path: Path) -> None:
    desk.objects.now = desk.clock.now
    old, held = await desk.archive("F-1", "F-2")
    await evidencing.stamp_batch(desk.env)
    desk.clock.advance(TERM / 2)
    (young,) = await desk.archive("F-3")
    hold = await said(desk, "POST", HOLDS, {"invoice_id": str(held.invoice_id), "reason": "court file 26/114"})
    assert (hold["status"], hold["placed_by"]) == (201, f"user:{ONE}")
    desk.clock.advance(TERM / 2 + timedelta(days=1))

    proposed = await said(desk, "POST", ELIMINATIONS, WHY)
    (item,) = await said(desk, "GET", f"{ELIMINATIONS}/{proposed['id']}/items")
    assert item["invoice_id"] == str(old.invoice_id)
    path, plan = f"{ELIMINATIONS}/{proposed['id']}/approve", WHY | {"digest": proposed["digest"]}
    assert (await said(desk, "POST", path, plan))["code"] == "SECOND_PERSON_REQUIRED"
    assert (await said(desk, "POST", path, WHY | {"digest": "0" * 64}, by=OTHER))["code"] == "OTHER_PLAN"
    await worked(desk)
    assert (await original(desk, old)).status_code == 200
    assert (await said(desk, "POST", path, plan, by=OTHER))["status"] == 202
    assert (await said(desk, "POST", path, plan, by=OTHER))["code"] == "ALREADY_DECIDED"
    await worked(desk)
    (done,) = await said(desk, "GET", ELIMINATIONS)
    assert (done["state"], done["done"], done["kept"]) == ("done", 1, 0)

    gone = await original(desk, old)
    assert (gone.status_code, gone.json()["code"]) == (410, "ELIMINATED")
    kept = (await original(desk, old, "certificate")).json()
    for name in ("deposit", "certificate"):
        assert old.original.sha256 in kept[name]["leaf"]
        place = merkle.leaf_hash(kept[name]["leaf"].encode()), kept[name]["leaf_index"], kept[name]["tree_size"]
        path = [bytes.fromhex(each) for each in kept[name]["inclusion"]]
        assert merkle.root_from_inclusion(*place, path).hex() == kept[name]["root"]
    assert f'"decided_by":"user:{OTHER}"' in kept["certificate"]["leaf"]
    verified = await desk.client.post("/v1/archive/verify", content=b"%PDF F-1", headers=desk.who())
    assert verified.json()["original"] is True
    assert verified.json()["eliminated_at"] is not None

    assert await problems(desk) == set()
    for invoice in (held, young):
        assert (await original(desk, invoice)).status_code == 200
        assert (await original(desk, invoice, "certificate")).json()["code"] == "NOT_ELIMINATED"
    folder = tmp_path / "bundle"
    with zipfile.ZipFile(io.BytesIO((await original(desk, young, "bundle.zip")).content)) as files:
        files.extractall(folder)
    script = [sys.executable, "-I", str(folder / "verify_bundle.py")]
    done = await asyncio.to_thread(subprocess.run, script, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    with pytest.raises(ObjectMissing):
        await desk.objects.stat("archive", f"{desk.supplier}/{old.submission_id}.zip")


async def test_a_hold_that_comes_between_proposal_and_approval_keeps_it_until_all_holds_are_lifted(desk: Any) -> None:
    desk.objects.now = desk.clock.now
    (invoice,) = await desk.archive("F-1")
    desk.clock.advance(TERM + timedelta(days=1))
    proposed = await said(desk, "POST", ELIMINATIONS, WHY)
    wanted = {"invoice_id": str(invoice.invoice_id), "reason": "tax audit"}
    first, second = [await said(desk, "POST", HOLDS, wanted) for _ in range(2)]
    approved = WHY | {"digest": proposed["digest"]}
    await said(desk, "POST", f"{ELIMINATIONS}/{proposed['id']}/approve", approved, by=OTHER)
    await worked(desk)
    (item,) = await said(desk, "GET", f"{ELIMINATIONS}/{proposed['id']}/items")
    assert (item["state"], item["why"]) == ("kept", "a legal hold lies on it")
    assert (await said(desk, "POST", ELIMINATIONS, WHY))["code"] == "NOTHING_DUE"

    entry = await desk.env.pipeline.once("select object from entry where kind = 'deposit'")
    ref = DocumentRef.model_validate(entry[0]["object"])
    for hold, lies in ((first, True), (second, False)):
        assert (await desk.objects.lock_of(ref)).held is True
        assert (await said(desk, "POST", f"{HOLDS}/{hold['id']}/lift", WHY))["lifted_by"] == f"user:{ONE}"
        assert (await desk.objects.lock_of(ref)).held is lies
    assert (await said(desk, "POST", f"{HOLDS}/{first['id']}/lift", WHY))["code"] == "HOLD_LIFTED"
    assert (await eliminated(desk))["done"] == 1
    assert (await said(desk, "POST", HOLDS, wanted))["code"] == "ELIMINATED"
    noted = await desk.env.pipeline.once("select action, actor from audit where subject = :of", of=wanted["invoice_id"])
    assert sorted(row["action"] for row in noted) == ["hold.lift", "hold.lift", "hold.place", "hold.place"]


async def test_what_the_store_keeps_longer_than_the_row_says_stays(desk: Any) -> None:
    """Whoever shortens the row's term in the database gains nothing."""
    desk.objects.now = desk.clock.now
    (invoice,) = await desk.archive("F-1")
    server = await asyncpg.connect(desk.dsn)
    await server.execute("update archive.entry set retain_until = now() - interval '100 years'")
    assert (await eliminated(desk))["kept"] == 1
    assert (await original(desk, invoice)).status_code == 200
    await server.close()


async def test_a_removal_that_broke_off_is_ended_and_no_check_takes_it_for_a_loss(desk: Any) -> None:
    desk.objects.now = desk.clock.now
    (invoice,) = await desk.archive("F-1")
    desk.clock.advance(TERM + timedelta(days=1))
    proposed = await said(desk, "POST", ELIMINATIONS, WHY)
    await eliminating.approve(desk.env, UUID(proposed["id"]), f"user:{OTHER}", "yes, go", proposed["digest"])
    rows = await desk.env.pipeline.once("select * from entry where kind = 'deposit'")
    assert await eliminating.begin(desk.env, UUID(proposed["id"]), rows[0]["id"]) is not None
    await desk.objects.eliminate(DocumentRef.model_validate(rows[0]["object"]))
    assert await problems(desk) == set()
    refused = {"invoice_id": str(invoice.invoice_id), "reason": "too late"}
    assert (await said(desk, "POST", HOLDS, refused))["code"] == "BEING_ELIMINATED"
    await worked(desk)
    assert (await original(desk, invoice, "certificate")).status_code == 200
    assert await problems(desk) == set()


async def test_a_row_that_only_pretends_to_be_eliminated_is_found(desk: Any) -> None:
    await desk.archive("F-1")
    server = await asyncpg.connect(desk.dsn)
    await server.execute("update archive.entry set object = null, eliminated_at = now()")
    assert await problems(desk) == {"OBJECT_UNACCOUNTED"}
    await server.close()


async def after_its_term(desk: Any, *numbers: str, **changed: Any) -> tuple[Any, Any]:
    """Deposits whose term is over; a connection of whoever administrates the database."""
    desk.objects.now = desk.clock.now
    invoices = await desk.archive(*numbers, **changed)
    desk.clock.advance(TERM + timedelta(days=1))
    return invoices, await asyncpg.connect(desk.dsn)


@pytest.mark.parametrize(
    "damage",
    ["object = object - 'size'", "object = object - 'version_id'", "fact = '[]'", "object = null"],
)
async def test_a_row_that_cannot_be_read_is_kept_and_ends_no_elimination(desk: Any, damage: str) -> None:
    (broken, _), server = await after_its_term(desk, "F-1", "F-2")
    await server.execute(f"update archive.entry set {damage} where invoice_id = $1", broken.invoice_id)  # noqa: S608 - from above
    done = await eliminated(desk)
    assert (done["state"], done["done"], done["kept"]) == ("done", 1, 1)
    assert len(desk.objects._kept["archive", f"{desk.supplier}/{broken.submission_id}.zip"]) == 1
    await server.close()


async def test_what_was_lost_is_kept_on_the_list_and_not_certified_as_eliminated(desk: Any) -> None:
    (lost,), server = await after_its_term(desk, "F-1")
    desk.objects._kept.pop(("archive", f"{desk.supplier}/{lost.submission_id}.zip"))
    done = await eliminated(desk)
    (item,) = await said(desk, "GET", f"{ELIMINATIONS}/{done['id']}/items")
    assert (item["state"], item["why"]) == ("kept", "the store does not have it")
    assert await problems(desk) == {"OBJECT_MISSING"}
    await server.close()


async def test_what_broke_off_comes_first_and_what_is_done_does_not_begin_again(desk: Any) -> None:
    _, server = await after_its_term(desk, "F-1", "F-2", "F-3")
    proposed = UUID((await said(desk, "POST", ELIMINATIONS, WHY))["id"])
    ids = [row["id"] for row in await desk.env.pipeline.once("select id from entry order by id")]
    await server.execute("update archive.elimination_item set state = 'under_way' where entry_id = $1", ids[2])
    async with desk.env.pipeline.transaction() as tx:
        assert await store.open_items(tx, proposed, 2) == [ids[2], ids[0]]
    await server.execute("update archive.elimination_item set state = 'done' where entry_id = $1", ids[0])
    assert await eliminating.begin(desk.env, proposed, ids[0]) is None
    assert await server.fetchval("select state from archive.elimination_item where entry_id = $1", ids[0]) == "done"
    await server.close()


async def test_equal_documents_go_with_the_last_of_their_deposits(desk: Any) -> None:
    _, server = await after_its_term(desk, "F-1", xml="<Invoice>same</Invoice>")
    desk.clock.advance(-TERM / 2)
    await desk.archive("F-2", xml="<Invoice>same</Invoice>")
    desk.clock.advance(TERM / 2)
    told: list[bool] = []
    for _ in range(2):
        await eliminated(desk)
        rows = await server.fetch("select payload told from archive.outbox")
        facts = [json.loads(row["told"]) for row in rows]
        told = sorted(fact["document_unused"] for fact in facts if "document_unused" in fact)
        desk.clock.advance(TERM)
    assert told == [False, True]
    await server.close()
