"""The object store: every version of both buckets with its metadata and its retention, by digest.

Rows refer to archived originals by version id, so a restore gives each version the id it had (`versionId` of the put,
which MinIO takes). A store that numbers versions itself cannot stand in for the one that was backed up: it is refused
before anything is written.
"""

import gzip
import hashlib
import os
from collections.abc import Collection, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from minio.error import S3Error
from pydantic import BaseModel, ConfigDict

from mesh.objects.client import SHA256_HEADER, S3Client, lock_headers
from navette.errors import CommandError
from navette.recovery.progress import Advance

DOCUMENTS, ARCHIVE = "documents", "archive"
THREADS = 8
LIST = "objects.jsonl.gz"
_KEPT_HEADERS = ("content-type", "content-encoding", "content-language", "content-disposition", "cache-control")
_RETENTION = "x-amz-object-lock-retain-until-date"


class Version(BaseModel):
    """One version of one object; `headers` are those it is put back with. `retain_until` is COMPLIANCE's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str
    key: str
    version_id: str
    sha256: str
    size: int
    headers: dict[str, str]
    retain_until: datetime | None

    @property
    def place(self) -> "Place":
        """Where it is."""
        return Place(self.bucket, self.key, self.version_id)

    def __str__(self) -> str:
        return str(self.place)


class Place(NamedTuple):
    """Where an object version is; `version_id` is "" in a bucket without versions."""

    bucket: str
    key: str
    version_id: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}" + (f" version {self.version_id}" if self.version_id else "")


@dataclass(frozen=True)
class Put:
    """What a restore of objects did: written, found there already, and put without a lock since its term is over."""

    written: int
    there: int
    unlocked: int


def listed(client: S3Client) -> dict[Place, datetime]:
    """Where everything is and since when, the oldest version of a key first. Raises CommandError without a bucket."""
    found: list[tuple[datetime, Place]] = []
    for bucket in (DOCUMENTS, ARCHIVE):
        try:
            for each in client.list_objects(bucket, recursive=True, include_version=bucket == ARCHIVE):
                if not each.is_delete_marker:
                    version = each.version_id if bucket == ARCHIVE else ""
                    at = each.last_modified or datetime.min.replace(tzinfo=UTC)
                    found.append((at, Place(bucket, each.object_name or "", version or "")))
        except S3Error as error:
            raise CommandError(f"Bucket {bucket} cannot be listed: {error.code}.") from None
    found.reverse()  # a store lists the newest version of a key first, also where two have one time
    return {place: at for at, place in sorted(found, key=lambda each: each[0])}


def save(client: S3Client, folder: Path, places: list[Place], advance: Advance) -> list[Version]:
    """Copy every place; bytes that are in the folder already are not written again. Vanished documents are left out."""
    (folder / "objects").mkdir(exist_ok=True)
    kept: list[Version] = []
    with ThreadPoolExecutor(THREADS) as threads:
        for done in _in_turn(threads, [(_save_one, (client, folder, place)) for place in places]):
            if done is not None:
                kept.append(done)
            advance(1)
    with gzip.open(folder / LIST, "wb", compresslevel=3) as file:
        for version in kept:
            file.write(version.model_dump_json().encode() + b"\n")
    return kept


def _save_one(client: S3Client, folder: Path, place: Place) -> Version | None:
    bucket, key, version_id = place
    try:
        answer = client.get_object(bucket, key, version_id=version_id or None)
    except S3Error as error:
        if bucket == DOCUMENTS and error.code == "NoSuchKey":
            return None  # removed since it was listed, as drafts' uploads are
        raise CommandError(f"{bucket}/{key} cannot be read: {error.code}.") from None
    try:
        data = answer.read()
        headers = {name.lower(): value for name, value in answer.headers.items()}
    finally:
        answer.close()
        answer.release_conn()
    digest = hashlib.sha256(data).hexdigest()
    _write(path_of(folder, digest), data)
    until = headers.get(_RETENTION)
    return Version(
        bucket=bucket,
        key=key,
        version_id=version_id,
        sha256=digest,
        size=len(data),
        headers={n: v for n, v in headers.items() if n in _KEPT_HEADERS or n.startswith("x-amz-meta-")},
        retain_until=datetime.fromisoformat(until) if until else None,
    )


def path_of(folder: Path, digest: str) -> Path:
    """Where a backup keeps bytes."""
    return folder / "objects" / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{id(data)}")
    partial.write_bytes(data)
    partial.rename(path)


def damaged(versions: Iterable[Version]) -> list[str]:
    """Versions whose bytes are not those that their own metadata name."""
    return [str(each) for each in versions if each.headers.get(SHA256_HEADER, each.sha256) != each.sha256]


def read_list(folder: Path) -> list[Version]:
    """The versions of a backup in the order they are put back."""
    with gzip.open(folder / LIST, "rb") as file:
        return [Version.model_validate_json(line) for line in file]


def must_keep_version_ids(client: S3Client) -> None:
    """Raise CommandError when the store gives versions ids of its own choice."""
    probe, wanted = "navette-restore-probe", str(UUID(int=1, version=4))
    try:
        given = _put(client, ARCHIVE, probe, wanted, b"", {})
        client.remove_object(ARCHIVE, probe, version_id=given)
    except S3Error as error:
        raise CommandError(f"The object store does not let us write to bucket {ARCHIVE}: {error.code}.") from None
    if given != wanted:
        raise CommandError(
            "This object store gives versions ids of its own, and rows name originals by version. Restore into a store "
            "that keeps them (MinIO), or bring this store back from its own replica or snapshot."
        )


def put_back(client: S3Client, folder: Path, versions: list[Version], advance: Advance) -> Put:
    """Put back what is not there. Raises CommandError when something else stands in a place: nothing is overwritten."""
    there = listed(client)
    written = unlocked = 0
    with ThreadPoolExecutor(THREADS) as threads:
        # Versions of one key follow each other, so that the newest stays the one that is read without an id.
        by_key: dict[tuple[str, str], list[Version]] = {}
        for version in versions:
            by_key.setdefault((version.bucket, version.key), []).append(version)
        calls = [(_put_key, (client, folder, group, there)) for group in by_key.values()]
        for new, open_ in _in_turn(threads, calls):
            written, unlocked = written + new, unlocked + open_
            advance(1)
    return Put(written, len(versions) - written, unlocked)


def _put_key(client: S3Client, folder: Path, versions: list[Version], there: Collection[Place]) -> tuple[int, int]:
    written = unlocked = 0
    for version in versions:
        if version.place in there:
            if client.digest(version.bucket, version.key, version.version_id or None) != version.sha256:
                raise CommandError(f"{version} is there with other bytes than were backed up: look why, move it away.")
            continue
        data = path_of(folder, version.sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise CommandError(f"{version} is damaged in this backup. Use another copy of it.")
        locked = version.retain_until is not None and version.retain_until > datetime.now(UTC)
        headers = version.headers | (lock_headers(version.retain_until) if locked else {})
        _put(client, version.bucket, version.key, version.version_id, data, headers)
        written += 1
        unlocked += version.retain_until is not None and not locked
    return written, unlocked


def _put(client: S3Client, bucket: str, key: str, version_id: str, data: bytes, headers: dict[str, str]) -> str | None:
    return client.put(bucket, key, data, headers, version_id=version_id or None)


def _in_turn(threads: ThreadPoolExecutor, calls: list[tuple[Any, tuple[Any, ...]]]) -> Generator[Any]:
    """Results in the order of the calls, with only so many under way that memory stays small."""
    waiting: list[Future[Any]] = []
    for function, arguments in calls:
        waiting.append(threads.submit(function, *arguments))
        if len(waiting) > 4 * THREADS:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()
