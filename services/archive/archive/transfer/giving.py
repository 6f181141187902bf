"""Writes the whole archive into a folder while the mesh runs: rows of one moment, then the bytes they refer to."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from archive.errors import not_in_log_yet
from archive.store import log
from archive.transfer import form
from archive.transfer.auditing import ref_of
from archive.transfer.form import Manifest, TransferRefused
from contracts.refs import DocumentRef
from mesh.db import Database
from mesh.objects import ObjectMissing, Objects, Tampered
from mesh.transaction import Transaction

_PAGE: Final = 1_000
_AT_ONCE: Final = 8


async def give(
    database: Database, objects: Objects, keys: Sequence[dict[str, Any]], folder: Path, at: datetime
) -> Manifest:
    """Export everything; `keys` are the log's public keys (JWK). Raises TransferRefused for a folder that has one."""
    if (folder / form.NAME).exists():
        raise TransferRefused(f"{folder} holds an export already")
    (folder / "rows").mkdir(parents=True, exist_ok=True)
    async with database.transaction() as tx:
        await tx.execute("set transaction isolation level repeatable read")
        head = await log.head(tx)
        if head is None:
            raise not_in_log_yet()
        rows = {table: await _rows(tx, folder, table) for table in form.TABLES}
    (folder / form.KEYS).write_bytes(orjson.dumps({"keys": list(keys)}, option=orjson.OPT_INDENT_2))
    count, size, missing = await _objects(objects, folder)
    names = [form.KEYS, *(f"rows/{table}.jsonl.gz" for table in form.TABLES)]
    manifest = Manifest(
        taken_at=at,
        size=head["size"],
        root=bytes(head["root"]).hex(),
        rows=rows,
        objects=count,
        bytes=size,
        missing=tuple(missing),
        files={name: await asyncio.to_thread(form.digest_of, folder / name) for name in names},
    )
    (folder / form.NAME).write_text(manifest.model_dump_json(indent=1), "utf-8")
    return manifest


async def _rows(tx: Transaction, folder: Path, table: str) -> int:
    """Through a cursor: the whole table is read once, however large."""
    order = " order by t.leaf_index nulls last" if table == "entry" else ""
    await tx.execute(
        f"declare give_{table} no scroll cursor for select cast(to_jsonb(t) as text) from {table} t{order}"  # noqa: S608 - names of our own
    )
    count = 0
    with gzip.open(form.rows_of(folder, table), "wb", compresslevel=3) as file:
        while page := await tx.values(f"fetch {_PAGE} from give_{table}"):
            await asyncio.to_thread(file.write, "".join(f"{row}\n" for row in page).encode())
            count += len(page)
    await tx.execute(f"close give_{table}")
    return count


async def _objects(objects: Objects, folder: Path) -> tuple[int, int, list[str]]:
    """Copy what entries refer to; how many, how many bytes, and what could not be read."""
    count = size = 0
    missing: list[str] = []
    async for refs in referred(folder):
        for first in range(0, len(refs), _AT_ONCE):
            page = refs[first : first + _AT_ONCE]
            for ref, data in zip(page, await asyncio.gather(*(_read(objects, ref) for ref in page)), strict=True):
                if data is None:
                    missing.append(f"{ref.bucket}/{ref.key}")
                    continue
                await asyncio.to_thread(_write, form.path_of(folder, ref.sha256), data)
                count, size = count + 1, size + len(data)
    return count, size, missing


async def referred(folder: Path) -> AsyncGenerator[list[DocumentRef]]:
    """Where the deposits of the export's entries lie, a page of entries at a time."""
    with gzip.open(form.rows_of(folder, "entry"), "rb") as file:
        while lines := await asyncio.to_thread(lambda: [line for _, line in zip(range(_PAGE), file, strict=False)]):
            yield [ref for line in lines if (ref := ref_of(orjson.loads(line))) is not None]


async def _read(objects: Objects, ref: DocumentRef) -> bytes | None:
    try:
        return await objects.read(ref)
    except (ObjectMissing, Tampered):
        return None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
