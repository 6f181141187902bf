"""Takes a full export into an installation whose archive is empty: the same log, locked anew in another store.

Bytes come first and are there once, however often it is tried; rows come last, in one transaction. The leaf names no
place in a store, so a version id of another store changes no proof. The first installation's keys sign nothing here.
"""

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from archive.store import checks
from archive.transfer import form
from archive.transfer.auditing import audit, lines, ref_of
from archive.transfer.form import Manifest, TransferRefused
from contracts.ids import new_id
from contracts.refs import DocumentRef
from mesh.db import Database
from mesh.objects import AlreadyThere, Objects
from mesh.transaction import Transaction

_PAGE: Final = 500
_ELSEWHERE: Final = "decided in another installation: propose it here"


async def take(
    database: Database, objects: Objects, folder: Path, at: datetime, *, root: str | None = None
) -> Manifest:
    """Import an export, and ask for a check of everything; `at`: the time by the store's clock.

    `root` is the newest head's as somebody kept it outside. Raises TransferRefused; then nothing is in the database,
    and in the store only if bytes are not what the log names.
    """
    manifest = form.read(folder)
    if manifest.missing:
        raise TransferRefused(f"the export lacks {len(manifest.missing)} objects, {manifest.missing[0]} first")
    await asyncio.to_thread(audit, folder, manifest, root)
    keys = _public(folder)
    async with database.transaction() as tx:
        await _must_be_empty(tx)
    held = {row["invoice_id"] for row in lines(folder, "legal_hold") if row["lifted_at"] is None}
    places: dict[str, dict[str, Any]] = {}
    for row in lines(folder, "entry"):
        if (ref := ref_of(row)) is not None:
            put = await _put(objects, folder, ref, _until(row, at))
            places[row["id"]] = put.model_dump(mode="json")
            if row["invoice_id"] in held:
                await objects.hold(put, held=True)
    async with database.transaction() as tx:
        await _must_be_empty(tx)
        for table in form.TABLES:
            count = await _insert(tx, folder, table, places)
            if count != manifest.rows[table]:
                raise TransferRefused(f"{table} has {count} rows, {manifest.rows[table]} were exported")
        for key in keys:
            await tx.execute(
                """insert into log_key (kid, public, created_at) values (:kid, cast(:key as jsonb), '-infinity')
                on conflict do nothing""",
                kid=key["kid"],
                key=orjson.dumps(key).decode(),
            )
        root = await tx.value("select encode(root, 'hex') from head order by size desc limit 1")
        if root != manifest.root:
            raise TransferRefused("the newest head is not the one that was exported")
        await checks.ask(tx, new_id(), "import", f"imported from {folder.name}", at)
    return manifest


async def _must_be_empty(tx: Transaction) -> None:
    if await tx.value("select exists (select 1 from entry) or exists (select 1 from head)"):
        raise TransferRefused("this installation has an archive of its own: two logs never become one")


def _public(folder: Path) -> list[dict[str, Any]]:
    """The first installation's keys, their public halves alone: here they verify and sign nothing."""
    try:
        given = orjson.loads((folder / form.KEYS).read_bytes())["keys"]
        return [dict(ECKey.import_key(key).as_dict(private=False)) | {"kid": str(key["kid"])} for key in given]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise TransferRefused(f"{form.KEYS} holds no keys that can be read: {type(error).__name__}") from None


def _until(row: dict[str, Any], at: datetime) -> datetime | None:
    """Until when the new store locks it; None when its term is over."""
    until = datetime.fromisoformat(row["retain_until"]).astimezone(UTC)
    return until if until > at else None


async def _put(objects: Objects, folder: Path, ref: DocumentRef, until: datetime | None) -> DocumentRef:
    path = form.path_of(folder, ref.sha256)
    if not path.is_file():
        raise TransferRefused(f"{path} is missing")
    data = await asyncio.to_thread(path.read_bytes)
    if hashlib.sha256(data).hexdigest() != ref.sha256:
        raise TransferRefused(f"{path} is not what was exported")
    try:
        return await objects.put(ref.bucket, ref.key, data, ref.media_type, if_absent=True, retain_until=until)
    except AlreadyThere as there:
        if there.ref.sha256 != ref.sha256:
            raise TransferRefused(f"{ref.bucket}/{ref.key} holds other bytes in this store") from None
        if until is not None:
            await objects.retain(there.ref, until)
        return there.ref


async def _insert(tx: Transaction, folder: Path, table: str, places: dict[str, dict[str, Any]]) -> int:
    """Insert the rows of a table; deposits refer to where their bytes are here."""
    count = 0
    page: list[str] = []
    for row in lines(folder, table):
        if table == "entry" and row["id"] in places:
            row["object"] = places[row["id"]]
        page.append(orjson.dumps(_closed(table, row)).decode())
        count += 1
        if len(page) == _PAGE:
            await _insert_page(tx, table, page)
            page.clear()
    if page:
        await _insert_page(tx, table, page)
    return count


def _closed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """What two persons did not end deciding and doing there is not done here."""
    if table == "elimination" and row["state"] in ("proposed", "running"):
        return row | {"state": "refused", "decision": _ELSEWHERE}
    if table == "elimination_item" and row["state"] in ("waiting", "under_way"):
        return row | {"state": "kept", "why": _ELSEWHERE}
    return row


async def _insert_page(tx: Transaction, table: str, page: list[str]) -> None:
    await tx.execute(
        f"""insert into {table} select r.* from unnest(cast(:rows as text[])) v,
        jsonb_populate_record(cast(null as {table}), cast(v as jsonb)) r""",  # noqa: S608 - names of our own
        rows=page,
    )
