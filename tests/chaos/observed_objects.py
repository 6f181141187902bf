"""Reads what a run left in the object store: each deposit by its version, and what else lies there."""

import hashlib
import io
import re
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pikepdf
from history import Entry, History, Stored
from minio import Minio
from minio.error import S3Error
from observed_rows import connected

from local_stack.fixtures import Infra

_GROSS = re.compile(rb"GrandTotalAmount[^>]*>([0-9.]+)<")
"""CII D16B: BT-112. Read without the product's own reader, on purpose."""


async def archived(infra: Infra, run: History) -> None:
    """Fill in the archive's entries with the objects they name, and count the copies of every original."""
    store = Minio(infra.s3_endpoint.partition("//")[2], infra.s3_access_key, infra.s3_secret_key, secure=False)
    async with connected(infra) as connection:
        rows = await connection.fetch("select * from archive.entry")
    with ThreadPoolExecutor(4) as several:
        run.entries += several.map(partial(_entry, store), rows)
    copies: Counter[str] = Counter()
    for bucket, prefix in (("archive", ""), ("documents", "sealed/")):
        listed = store.list_objects(bucket, prefix=prefix, recursive=True, include_version=True)
        copies.update(f"{bucket}/{found.object_name}" for found in listed)
        run.uploads += len(store._list_multipart_uploads(bucket).uploads)  # pyright: ignore[reportPrivateUsage] - the client has no other way
    run.copies = dict(copies)


def _entry(store: Minio, row: Any) -> Entry:
    deposit = row["object"]
    found, original = _stored(store, deposit) if deposit else (None, b"")
    until = f"{row['retain_until']:%Y-%m-%dT%H:%M:%S}" if row["retain_until"] else ""
    return Entry(
        submission=str(row["submission_id"]),
        kind=row["kind"],
        supplier=str(row["supplier_id"]),
        sequence=row["sequence"],
        leaf_index=row["leaf_index"],
        leaf=bytes(row["leaf"] or b""),
        noted=Stored(deposit["sha256"], deposit["size"], until=until) if deposit else None,
        found=found,
        gross=_gross(original) if original else None,
        original=hashlib.sha256(original).hexdigest() if original else "",
    )


def _stored(store: Minio, ref: dict[str, Any]) -> tuple[Stored | None, bytes]:
    """The object as the store has it, and the sealed file in it."""
    try:
        answer = store.get_object(ref["bucket"], ref["key"], version_id=ref["version_id"])
        content = answer.read()
        answer.close()
        answer.release_conn()
        kept = store.get_object_retention(ref["bucket"], ref["key"], version_id=ref["version_id"])
    except S3Error:
        return None, b""
    locked = kept is not None and kept.mode == "COMPLIANCE"
    until = f"{kept.retain_until_date:%Y-%m-%dT%H:%M:%S}" if kept is not None else ""
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        original = files.read("original.pdf")
    return Stored(hashlib.sha256(content).hexdigest(), len(content), locked, until), original


def _gross(pdf: bytes) -> Decimal | None:
    """The total of the XML that a PDF embeds."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name, attached in document.attachments.items():
            if name.endswith(".xml") and (found := _GROSS.search(attached.get_file().read_bytes())):
                return Decimal(found[1].decode())
    return None
