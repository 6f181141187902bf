"""Bulk export: originals as zips, made while they are sent, so that memory does not grow with what is taken along.

An export is cut in parts of a few hundred originals. Each part is a zip of its own with a sheet that says what is in
it; a part that broke off is asked for again, and the rest stays as it was.
"""

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from sqlalchemy import RowMapping

from archive import packages
from archive.env import Env
from archive.opening import parts_of
from archive.store import exports, search
from archive.store.exports import Part
from mesh.errors import Refusal
from mesh.objects import ObjectMissing, Tampered

PART: Final = 500
"""Originals in one zip: about 35 MB, well within the time that the gateway gives a download."""
MOST: Final = 100_000
_AT_ONCE: Final = 8
_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)
_UNSAFE: Final = re.compile(r"[^\w.-]+")
_SHEET: Final = (
    *("file", "sha256", "number", "kind", "issue_date", "currency", "gross", "supplier_id", "buyer_id"),
    *("sequence", "leaf_index", "entered_at", "retain_until", "legal", "problem"),
)


class _Pipe(io.RawIOBase):
    """What a zip is written to, and taken from bit by bit."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        data = bytes(self._held)
        self._held.clear()
        return data


async def zipped(env: Env, tenants: Sequence[Any], part: Part) -> AsyncGenerator[bytes]:
    """The bytes of one part; its progress is kept as it goes. Raises ResourceDown when the store goes away."""
    pipe, sheet = _Pipe(), io.StringIO()
    rows = csv.writer(sheet)
    rows.writerow(_SHEET)
    after, done, size = part.after, 0, 0
    with zipfile.ZipFile(pipe, "w") as files:
        while True:
            async with env.api.transaction(tenants) as tx:
                page = await search.between(tx, part.wanted, after, part.upto, _AT_ONCE)
            if not page:
                break
            for row, content in zip(
                page, await asyncio.gather(*(_files(env, tenants, part, r) for r in page)), strict=True
            ):
                problem = content if isinstance(content, str) else ""
                named = {} if isinstance(content, str) else content
                for name, data in named.items():
                    await asyncio.to_thread(_write, files, name, data)
                    chunk = pipe.taken()
                    size += len(chunk)
                    yield chunk
                rows.writerow([_cell(each) for each in _line(row, next(iter(named), ""), problem)])
            done += len(page)
            after = page[-1]["leaf_index"]
            async with env.api.transaction(tenants) as tx:
                await exports.progress(tx, part, done, size, None)
        _write(files, "index.csv", sheet.getvalue().encode("utf-8-sig"))
    chunk = pipe.taken()
    yield chunk
    async with env.api.transaction(tenants) as tx:
        await exports.progress(tx, part, done, size + len(chunk), env.clock.now())


async def _files(env: Env, tenants: Sequence[Any], part: Part, row: RowMapping) -> dict[str, bytes] | str:
    """The files of one original by name, the original first; or why they cannot be given."""
    stem = f"{_UNSAFE.sub('_', row['number'] or 'invoice')[:60]}-{str(row['invoice_id'])[-8:]}"
    try:
        if part.content == "bundles":
            return {f"{stem}.zip": await packages.bundle(env, tenants, row["invoice_id"])}
        parts = await parts_of(env, row)
    except (ObjectMissing, Tampered, Refusal) as error:
        return str(error)
    return {f"{stem}.pdf": parts["original"], f"{stem}.xml": parts["document"]}


def _write(files: zipfile.ZipFile, name: str, data: bytes) -> None:
    is_packed = name.endswith((".pdf", ".zip"))
    kind = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    files.writestr(zipfile.ZipInfo(name, _DAY_ONE), data, kind)


def _line(row: RowMapping, name: str, problem: str) -> list[Any]:
    return [name, *(row[column] for column in _SHEET[1:-1]), problem]


def _cell(value: Any) -> str:
    """As text that no spreadsheet takes for a formula (CWE-1236)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
