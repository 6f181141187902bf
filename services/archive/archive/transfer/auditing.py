"""What an export must be before a byte of it is written: one log, its references in their places, the root expected."""

import gzip
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from pydantic import ValidationError

from archive.domain import merkle
from archive.domain.audit import UNREADABLE, LogAudit
from archive.transfer import form
from archive.transfer.form import Manifest, TransferRefused
from contracts.refs import DocumentRef

BUCKET: Final = "archive"
_IDS: Final = ("id", "supplier_id", "buyer_id", "invoice_id")


def lines(folder: Path, table: str) -> Generator[dict[str, Any]]:
    """A table's rows. Raises TransferRefused at one that is no JSON object."""
    with gzip.open(form.rows_of(folder, table), "rb") as file:
        for number, line in enumerate(file, 1):
            row: Any = _json(line)
            if not isinstance(row, dict):
                raise TransferRefused(f"row {number} of {table} is no JSON object")
            yield row


def _json(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def ref_of(row: dict[str, Any]) -> DocumentRef | None:
    """Where a deposit lies; None of another entry, or of a deposit that is gone."""
    if row["kind"] != "deposit" or row["object"] is None:
        return None
    return DocumentRef.model_validate(row["object"])


def audit(folder: Path, manifest: Manifest, root: str | None) -> None:
    """Recompute the log from the rows, and look at every reference. Raises TransferRefused at the first fault.

    `root` (hex) is the newest head's as somebody kept it outside: without it, a log that was made anew as a whole fits.
    """
    if root is not None and root != manifest.root:
        raise TransferRefused(f"the export's newest head has the root {manifest.root}, not the one expected")
    try:
        heads = {row["size"]: _bytes(row["root"]) for row in lines(folder, "head")}
    except UNREADABLE as error:
        raise TransferRefused(f"a head cannot be read: {error!r}") from None
    if heads.get(manifest.size) != bytes.fromhex(manifest.root) or max(heads, default=0) != manifest.size:
        raise TransferRefused("the newest head is not the one that the manifest names")
    found = LogAudit(heads)
    for row in lines(folder, "entry"):
        _must_refer_to_its_own(row)
        if row["leaf_index"] is not None:
            _feed(found, row)
        if found.problems:
            raise TransferRefused(f"entry {row['id']}: {found.problems[0].code}, {found.problems[0].detail}")
    if problems := found.end({}):
        raise TransferRefused(f"{problems[0].code}: {problems[0].detail}")


def _feed(found: LogAudit, row: dict[str, Any]) -> None:
    try:
        leaf = _bytes(row["leaf"])
        read = row | {name: UUID(row[name]) for name in _IDS} | {"leaf": leaf}
        found.feed(read | {"entered_at": datetime.fromisoformat(row["entered_at"])}, merkle.leaf_hash(leaf))
    except UNREADABLE as error:
        raise TransferRefused(f"entry {row.get('id')} cannot be read: {error!r}") from None


def _must_refer_to_its_own(row: dict[str, Any]) -> None:
    """A row names where its bytes go: to its supplier's place in the locked bucket."""
    try:
        ref = ref_of(row)
        if ref is None:
            return
        place = f"{UUID(row['supplier_id'])}/{UUID(row['submission_id'])}.zip"
        found = {"deposit": ref.sha256} | {name: row["fact"][name]["sha256"] for name in ("original", "document")}
        right = (ref.bucket, ref.key) == (BUCKET, place) and found == {name: row["digests"][name] for name in found}
    except (ValidationError, *UNREADABLE) as error:
        raise TransferRefused(f"entry {row.get('id')} refers to nothing that can be read: {error!r}"[:300]) from None
    if not right:
        raise TransferRefused(f"entry {row['id']} refers to what is not its own")


def _bytes(text: str) -> bytes:
    """A `bytea` as PostgreSQL writes it into JSON."""
    return bytes.fromhex(text.removeprefix("\\x"))
