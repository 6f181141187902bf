"""What a backup says of itself: what it holds, of which moment, and the digest of each of its files.

A backup is a folder: `manifest.json`, `postgres/<schema>.dump` (pg_dump's custom format), `topics/<topic>.jsonl.gz`,
`objects.jsonl.gz` (a line an object version) and `objects/ab/abcd…` (bytes by their SHA-256).
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from navette.errors import CommandError

FORMAT = 1
NAME = "manifest.json"
_CHUNK = 1024 * 1024


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableState(_Part):
    """How many rows a table has, and a digest of them that does not depend on their order."""

    rows: int
    digest: str


class Position(_Part):
    """How far a consumer had read, in its own database."""

    schema_name: str
    consumer: str
    topic: str
    part: int
    next_offset: int


class TopicState(_Part):
    """What a backup holds of a topic: the end of each partition it was read to, and how many records it kept."""

    ends: dict[int, int]
    records: int


class Objects(_Part):
    """How many object versions and bytes; versions whose bytes are not what their own metadata say; references of
    rows to objects that the store does not have; versions in the locked bucket that no row of the snapshot names, which
    are not in the backup."""

    versions: int
    bytes: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...] = ()


class Manifest(_Part):
    """The whole backup; `files` are digests (SHA-256) by path, except those of `objects/`, which are their names."""

    format: Literal[1] = FORMAT
    taken_at: datetime
    seconds: float
    snapshot: str
    server: str
    kafka_cluster: str
    revisions: dict[str, str]
    tables: dict[str, dict[str, TableState]]
    positions: tuple[Position, ...]
    topics: dict[str, TopicState]
    objects: Objects
    key_ids: dict[str, tuple[str, ...]]
    files: dict[str, str]

    @property
    def whole(self) -> bool:
        """Whether every object that rows refer to is there, with the bytes it should have."""
        return not self.objects.damaged and not self.objects.missing

    def write(self, folder: Path) -> str:
        """Write it; returns its own digest, to be kept elsewhere."""
        content = self.model_dump_json(indent=1).encode()
        (folder / NAME).write_bytes(content)
        return hashlib.sha256(content).hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a finished backup, every file's digest checked. Raises CommandError naming what is wrong."""
    path = folder / NAME
    if not path.is_file():
        raise CommandError(f"{folder} is no finished backup: it has no {NAME}.")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CommandError(f"{path} is not a manifest this release reads: {error.errors()[0]['msg']}") from None
    for name, digest in manifest.files.items():
        if not (folder / name).is_file() or file_digest(folder / name) != digest:
            raise CommandError(f"{folder / name} is not what was backed up. Use another copy of this backup.")
    return manifest


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
