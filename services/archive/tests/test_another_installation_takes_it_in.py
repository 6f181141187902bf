"""A full export is the whole archive: a second installation, with another store and other keys, audits equal."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

import archive
from archive import checking, eliminating, evidencing, packages
from archive.keys import LogKey
from archive.store import checks, log
from archive.transfer import form
from archive.transfer.auditing import audit
from archive.transfer.form import TransferRefused
from archive.transfer.giving import give
from archive.transfer.taking import take
from contracts.refs import DocumentRef
from local_stack.fixtures import Infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.testing import MemoryObjects
from mesh.vault import Vault

pytestmark = pytest.mark.connected


async def exported(desk: Any, folder: Path) -> Any:
    """Three originals, one of them held, one gone after its term; evidence; everything in a folder."""
    desk.objects.now = desk.clock.now
    object.__setattr__(desk.env, "lock_days", 1)  # as the test's own archive: an environment never changes
    await desk.archive("F-0")
    await evidencing.stamp_batch(desk.env)
    desk.clock.advance(timedelta(days=2))
    old = await eliminating.propose(desk.env, "user:1", "term is over", None)
    row = (await desk.env.pipeline.once("select encode(digest, 'hex') d from elimination"))[0]
    await eliminating.approve(desk.env, old, "user:2", "agreed", row["d"])
    while await eliminating.once(desk.env):
        pass
    sealed = await desk.archive("F-1", "F-2")
    await evidencing.stamp_batch(desk.env)
    hold = {"invoice_id": str(sealed[0].invoice_id), "reason": "court file"}
    await desk.client.post("/v1/ops/archive/holds", json=hold, headers=desk.operator())
    keys = await desk.env.key.public()
    return sealed, await give(desk.env.pipeline, desk.objects, keys, folder, desk.clock.now())


async def problems(env: Any) -> set[str]:
    """What the check finds that was asked for last."""
    assert await checking.once(env)
    async with env.pipeline.transaction() as tx:
        (newest,) = await checks.latest(tx, 1)
        return {row["code"] for row in await checks.problems_of(tx, newest["id"], 100)}


async def test_a_second_installation_audits_equal_and_goes_on_with_keys_of_its_own(
    desk: Any, infra: Infra, tmp_path: Path
) -> None:
    sealed, manifest = await exported(desk, tmp_path / "export")
    assert (manifest.missing, manifest.objects) == ((), 2)
    async with fresh_database(infra, "archive", Path(archive.__file__).parent / "migrations") as fresh:
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service="archive", role="pipeline")
        api = Database(SecretStr(fresh.dsn("api")), service="archive", role="api")
        other = MemoryObjects()
        key = f"{desk.supplier}/{sealed[0].submission_id}.zip"
        there = await desk.objects.read(await desk.objects.stat("archive", key))
        await other.put("archive", key, there, "application/zip")
        administrator = Database(SecretStr(fresh.superuser_dsn), service="archive", role="transfer")
        assert (await take(administrator, other, tmp_path / "export", desk.clock.now())) == manifest
        with pytest.raises(TransferRefused, match="archive of its own"):
            await take(administrator, other, tmp_path / "export", desk.clock.now())
        key = LogKey(pipeline, Vault([os.urandom(32)]))
        env = replace(desk.env, pipeline=pipeline, api=api, objects=other, key=key)
        assert await problems(env) == set()
        async with pipeline.transaction() as tx:
            assert bytes((await log.head(tx))["root"]).hex() == manifest.root  # pyright: ignore[reportOptionalSubscript] - imported just now
            held = await tx.values("select object from entry e join legal_hold h using (invoice_id)")
        assert (await other.lock_of(DocumentRef.model_validate(held[0]))).held
        for fact in sealed:
            of_first = await packages.bundle(desk.env, [desk.buyer], fact.invoice_id)
            of_second = await packages.bundle(env, [desk.buyer], fact.invoice_id)
            with zipfile.ZipFile(io.BytesIO(of_first)) as one, zipfile.ZipFile(io.BytesIO(of_second)) as two:
                assert one.read("proof.json") == two.read("proof.json")
                assert one.read("evidence.ers") == two.read("evidence.ers")
                two.extractall(tmp_path / fact.invoice_id.hex)
            script = [sys.executable, "-I", str(tmp_path / fact.invoice_id.hex / "verify_bundle.py")]
            assert subprocess.run(script, capture_output=True, check=False, timeout=60).returncode == 0  # noqa: ASYNC221 - nothing else runs meanwhile
        first, own = await key.public()
        assert [first] == await desk.env.key.public()
        assert await key.sign(9, b"", desk.clock.now()) and own["kid"] != first["kid"]
        for database in (pipeline, api, administrator):
            await database.close()


async def test_an_export_that_was_changed_or_lacks_something_is_refused(desk: Any, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    await exported(desk, folder)
    entries = form.rows_of(folder, "entry")
    kept = entries.read_bytes()
    entries.write_bytes(gzip.compress(gzip.decompress(kept).replace(b"F-1", b"F-9") + b" "))
    with pytest.raises(TransferRefused, match="not what was exported"):
        form.read(folder)
    entries.unlink()
    with pytest.raises(TransferRefused, match="is missing"):
        form.read(folder)
    with pytest.raises(TransferRefused, match="holds an export already"):
        await give(desk.env.pipeline, desk.objects, [], folder, desk.clock.now())
    with pytest.raises(TransferRefused, match="no finished export"):
        form.read(tmp_path)


def forge(folder: Path, table: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change each row of a table, and the manifest so that it fits."""
    rows = [orjson.loads(line) for line in gzip.decompress(form.rows_of(folder, table).read_bytes()).splitlines()]
    for row in rows:
        change(row)
    form.rows_of(folder, table).write_bytes(gzip.compress(b"".join(orjson.dumps(row) + b"\n" for row in rows)))
    manifest = orjson.loads((folder / form.NAME).read_bytes())
    manifest["files"][f"rows/{table}.jsonl.gz"] = form.digest_of(form.rows_of(folder, table))
    (folder / form.NAME).write_bytes(orjson.dumps(manifest))


def _elsewhere(row: dict[str, Any]) -> None:
    if row["object"]:
        row["object"]["key"] = "anything.zip"


def _other_bytes(row: dict[str, Any]) -> None:
    if row["object"]:
        row["object"]["sha256"] = row["fact"]["document"]["sha256"]


def _another_document(row: dict[str, Any]) -> None:
    if row["object"]:
        row["fact"]["document"]["sha256"] = row["object"]["sha256"]


FORGED: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "a deposit in another place": ("entry", _elsewhere, "not its own"),
    "a deposit with the digest of another": ("entry", _other_bytes, "not its own"),
    "a document that its leaf does not name": ("entry", _another_document, "not its own"),
    "an invoice of somebody else": ("entry", lambda row: row.update(buyer_id=str(uuid4())), "ROW_CHANGED"),
    "no reference that can be read": ("entry", lambda row: row.update(fact=row["object"] and {}), "can be read"),
    "another place in the log": (
        "entry",
        lambda row: row.update(leaf_index=row["leaf_index"] + 1),
        "LEAF_OUT_OF_PLACE",
    ),
    "another root": ("head", lambda row: row.update(root="\\x" + "00" * 32), "newest head"),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_export_is_refused_before_anything_is_written(desk: Any, tmp_path: Path, kind: str) -> None:
    table, change, why = FORGED[kind]
    await desk.archive("F-1", "F-2")
    folder, keys = tmp_path / "export", await desk.env.key.public()
    other: Any = MemoryObjects()
    manifest = await give(desk.env.pipeline, desk.objects, keys, folder, desk.clock.now())
    audit(folder, manifest, manifest.root)
    forge(folder, table, change)
    with pytest.raises(TransferRefused, match=why):
        await take(desk.env.pipeline, other, folder, desk.clock.now())
    assert not other._kept


async def test_the_root_that_was_kept_outside_is_asked_for(desk: Any, tmp_path: Path) -> None:
    await desk.archive("F-1")
    manifest = await give(desk.env.pipeline, desk.objects, [], tmp_path / "export", desk.clock.now())
    with pytest.raises(TransferRefused, match="not the one expected"):
        audit(tmp_path / "export", manifest, "00" * 32)


async def test_private_keys_and_open_eliminations_do_not_come_along(desk: Any, infra: Infra, tmp_path: Path) -> None:
    desk.objects.now = desk.clock.now
    object.__setattr__(desk.env, "lock_days", 1)  # as the test's own archive: an environment never changes
    await desk.archive("F-1")
    desk.clock.advance(timedelta(days=2))
    await eliminating.propose(desk.env, "user:1", "term is over", None)
    private = ECKey.generate_key("P-256", private=True, auto_kid=True)
    folder = tmp_path / "export"
    await give(desk.env.pipeline, desk.objects, [dict(private.as_dict(private=True))], folder, desk.clock.now())
    async with fresh_database(infra, "archive", Path(archive.__file__).parent / "migrations") as fresh:
        administrator = Database(SecretStr(fresh.superuser_dsn), service="archive", role="transfer")
        await take(administrator, MemoryObjects(), folder, desk.clock.now())
        keys = await administrator.once("select public from archive.log_key")
        states = await administrator.once(
            "select e.state, i.state item from archive.elimination e join archive.elimination_item i on true"
        )
        await administrator.close()
    assert [set(row["public"]) & {"d"} for row in keys] == [set()]
    assert [(row["state"], row["item"]) for row in states] == [("refused", "kept")]


async def test_what_could_not_be_read_is_named_by_the_export(desk: Any, tmp_path: Path) -> None:
    (fact,) = await desk.archive("F-1")
    key = f"{desk.supplier}/{fact.submission_id}.zip"
    desk.objects._kept.pop(("archive", key))
    manifest = await give(desk.env.pipeline, desk.objects, [], tmp_path / "export", desk.clock.now())
    assert manifest.missing == (f"archive/{key}",)
    with pytest.raises(TransferRefused, match="lacks 1 objects"):
        await take(desk.env.pipeline, desk.objects, tmp_path / "export", desk.clock.now())
