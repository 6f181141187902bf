"""What a full export looks like: `manifest.json`, `keys.json`, `rows/<table>.jsonl.gz`, `objects/ab/abcd…`.

Open formats throughout: who has no second installation reads it with what every system brings.
"""

import hashlib
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from mesh.errors import NavetteError

NAME: Final = "manifest.json"
KEYS: Final = "keys.json"
TABLES: Final = (
    *("entry", "series", "merkle_node", "head", "described", "wording", "legal_hold"),
    *("elimination", "elimination_item"),
    *("evidence_batch", "evidence_item", "evidence_token", "evidence_link"),
)
"""In the order in which their rows may refer to each other; entries stand in the order of their leaves."""


class TransferRefused(NavetteError):
    """The folder or the installation is not as it must be; nothing was changed."""


class Manifest(BaseModel):
    """What the folder holds. `files`: SHA-256 by path, but for `objects/`, whose names are their digests.

    `missing` names deposits that the first installation could not read any more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[2] = 2
    taken_at: AwareDatetime
    size: int
    root: str
    rows: dict[str, int]
    objects: int
    bytes: int
    missing: tuple[str, ...]
    files: dict[str, str]


def path_of(folder: Path, digest: str) -> Path:
    """Where bytes are."""
    return folder / "objects" / digest[:2] / digest


def rows_of(folder: Path, table: str) -> Path:
    """Where a table's rows are, a JSON object a line."""
    return folder / "rows" / f"{table}.jsonl.gz"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a finished export, every file of it checked. Raises TransferRefused."""
    path = folder / NAME
    if not path.is_file():
        raise TransferRefused(f"{folder} is no finished export: it has no {NAME}")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise TransferRefused(f"{path} is not a manifest that is read here: {error.errors()[0]['msg']}") from None
    for name in (KEYS, *(f"rows/{table}.jsonl.gz" for table in TABLES)):
        if name not in manifest.files or not (folder / name).is_file():
            raise TransferRefused(f"{folder / name} is missing")
        if digest_of(folder / name) != manifest.files[name]:
            raise TransferRefused(f"{folder / name} is not what was exported")
    return manifest
