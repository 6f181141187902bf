"""What the services ask of an object store, whichever it is."""

import hashlib
from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from contracts.refs import DocumentRef
from mesh.errors import Poison, Undone


class AlreadyThere(Poison):
    """`if_absent` found an object under the key; `ref` is the one that stands there, to be adopted or compared.

    A handler that does neither would meet it again each time, hence poison.
    """

    def __init__(self, ref: DocumentRef) -> None:
        super().__init__(f"{ref.bucket}/{ref.key} is there already (sha256 {ref.sha256})")
        self.ref = ref


class ObjectMissing(Poison):
    """The store holds no such object or version. Trying again does not help; restoring the store does."""

    def __init__(self, bucket: str, key: str, version_id: str | None = None) -> None:
        version = f" in version {version_id}" if version_id else ""
        super().__init__(f"{bucket}/{key}{version} is not in the object store")
        self.bucket = bucket
        self.key = key
        self.version_id = version_id


class Tampered(Poison):
    """The bytes in the store are not those that the reference names."""

    def __init__(self, ref: DocumentRef, found: str) -> None:
        super().__init__(f"{ref.bucket}/{ref.key} should have sha256 {ref.sha256} and {ref.size} bytes; {found}")
        self.ref = ref


class StillLocked(Undone):
    """The store keeps a version: its term runs, or a legal hold lies on it."""

    def __init__(self, ref: DocumentRef, why: str) -> None:
        super().__init__(f"{ref.bucket}/{ref.key} stays: {why}")
        self.ref = ref


@dataclass(frozen=True)
class Lock:
    """What keeps a version: COMPLIANCE mode until then (None: no term), and whether a legal hold lies on it."""

    until: datetime | None
    held: bool


class Objects(Protocol):
    """Bytes kept under a bucket and a key, read back by reference and verified at each read.

    Every operation raises ResourceDown("objects", …) when the store does not answer and Transient when it refuses for a
    reason not named below. Buckets are made by the installation, never here.
    """

    async def put(
        self,
        bucket: str,
        key: str,
        data: bytes,
        media_type: str,
        *,
        if_absent: bool = False,
        retain_until: datetime | None = None,
    ) -> DocumentRef:
        """Store `data` and say where: the SHA-256 is computed here, the version id is the store's.

        `if_absent` stores nothing over what is there (`If-None-Match: *`, RFC 9110 §13.1.2) and raises AlreadyThere.
        `retain_until`, an aware datetime, locks the version in COMPLIANCE mode until then (S3 Object Lock); the bucket
        must be lockable.
        """
        ...

    async def stream(
        self, bucket: str, key: str, chunks: AsyncIterable[bytes], media_type: str, *, limit: int
    ) -> DocumentRef:
        """Store what arrives in `chunks` without holding more than one part of it in memory.

        Raises TooLarge (413, `UPLOAD_TOO_LARGE`) past `limit` bytes. Nothing becomes visible under the key unless all
        arrived, and no open upload stays behind.
        """
        ...

    async def read(self, ref: DocumentRef) -> bytes:
        """The bytes of a reference, by version id when it has one.

        Raises ObjectMissing, and Tampered when their SHA-256 or their size is not the reference's.
        """
        ...

    async def save(self, ref: DocumentRef, path: Path) -> None:
        """Write the bytes of a reference to a file, for what is too large to hold in memory.

        Raises ObjectMissing, and Tampered as `read` does; the file is then not to be used.
        """
        ...

    async def stat(self, bucket: str, key: str, version_id: str | None = None) -> DocumentRef:
        """The reference of what stands under a key now, or of one version. Raises ObjectMissing."""
        ...

    async def delete(self, ref: DocumentRef) -> None:
        """Remove an object of an unlocked bucket; that it is gone already is no error.

        Raises ValueError for a reference with a version id: versions are evidence and stay.
        """
        ...

    async def retain(self, ref: DocumentRef, until: datetime) -> datetime:
        """Lock a version in COMPLIANCE mode until then at least; returns until when it is locked now.

        For what is adopted: whoever stored it may have asked for less. Raises ObjectMissing.
        """
        ...

    async def hold(self, ref: DocumentRef, *, held: bool) -> None:
        """Lay a legal hold on a version, or take it away: while it lies there, nobody removes the version, whatever its
        term. Raises ObjectMissing.
        """
        ...

    async def lock_of(self, ref: DocumentRef) -> Lock:
        """What keeps a version now, as the store says. Raises ObjectMissing."""
        ...

    async def eliminate(self, ref: DocumentRef) -> None:
        """Remove a version whose term has run out; that it is gone already is no error.

        Nothing is bypassed: raises StillLocked while the store keeps it, ValueError without a version id.
        """
        ...

    async def ready(self, bucket: str) -> None:
        """Return when the store answers and shows the bucket. Raises Transient when there is no such bucket."""
        ...


def probe(objects: Objects, bucket: str) -> Callable[[], Awaitable[str]]:
    """What `/readyz` asks: "" when the store answers and shows the bucket, else what is wrong."""

    async def ask() -> str:
        try:
            await objects.ready(bucket)
        except Undone as error:
            return str(error)
        return ""

    return ask


def content_key(prefix: str, sha256: str) -> str:
    """The key of content-addressed bytes, `prefix/ab/cd/abcd…`: equal bytes have one key, whoever stores them."""
    return f"{prefix.rstrip('/')}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def reference(bucket: str, key: str, data: bytes, media_type: str, version_id: str | None = None) -> DocumentRef:
    """The reference of bytes held in memory."""
    return DocumentRef(
        bucket=bucket,
        key=key,
        version_id=version_id,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=media_type,
    )


def check(ref: DocumentRef, data: bytes) -> bytes:
    """`data` itself, once it is shown to be what the reference names. Raises Tampered."""
    if len(data) != ref.size:
        raise Tampered(ref, f"the store gave {len(data)} bytes or more")
    digest = hashlib.sha256(data).hexdigest()
    if digest != ref.sha256:
        raise Tampered(ref, f"the store gave sha256 {digest}")
    return data


def must_be_aware(retain_until: datetime | None) -> None:
    """Refuse a retention without a time zone: it could end hours before the law says. Raises ValueError."""
    if retain_until is not None and retain_until.tzinfo is None:
        raise ValueError("retain_until needs a time zone")
