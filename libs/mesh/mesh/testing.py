"""Doubles and builders for tests. Nothing in the product imports this module."""

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import new_id
from contracts.refs import DocumentRef
from contracts.topics import WRITERS
from mesh.errors import TooLarge
from mesh.objects import AlreadyThere, Lock, ObjectMissing, StillLocked, check, reference
from mesh.objects.port import must_be_aware
from mesh.records import RawRecord, Received

F = TypeVar("F", bound=Fact)


@dataclass
class _Version:
    data: bytes
    ref: DocumentRef
    retain_until: datetime | None
    held: bool = False


@dataclass
class MemoryObjects:
    """`Objects` in memory; it passes the suite that the real stores pass.

    Any bucket exists; those in `locked` are versioned and lockable.
    """

    locked: frozenset[str] = frozenset({"archive"})
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """The store's own clock, by which terms run out."""
    _kept: dict[tuple[str, str], list[_Version]] = field(default_factory=dict[tuple[str, str], list[_Version]])

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
        """See `Objects.put`."""
        must_be_aware(retain_until)
        if retain_until is not None and bucket not in self.locked:
            raise ValueError(f"bucket {bucket} is not lockable")
        versions = self._kept.setdefault((bucket, key), [])
        if if_absent and versions:
            raise AlreadyThere(versions[-1].ref)
        version_id = f"{len(versions) + 1:08d}" if bucket in self.locked else None
        ref = reference(bucket, key, data, media_type, version_id)
        if version_id is None:
            versions.clear()
        versions.append(_Version(data, ref, retain_until))
        return ref

    async def stream(
        self, bucket: str, key: str, chunks: AsyncIterable[bytes], media_type: str, *, limit: int
    ) -> DocumentRef:
        """See `Objects.stream`."""
        held = bytearray()
        async for chunk in chunks:
            held += chunk
            if len(held) > limit:
                raise TooLarge("UPLOAD_TOO_LARGE", f"At most {limit} bytes are taken here.")
        return await self.put(bucket, key, bytes(held), media_type)

    async def read(self, ref: DocumentRef) -> bytes:
        """See `Objects.read`."""
        return check(ref, self._find(ref.bucket, ref.key, ref.version_id).data)

    async def save(self, ref: DocumentRef, path: Path) -> None:
        """See `Objects.save`."""
        await asyncio.to_thread(path.write_bytes, await self.read(ref))

    async def stat(self, bucket: str, key: str, version_id: str | None = None) -> DocumentRef:
        """See `Objects.stat`."""
        return self._find(bucket, key, version_id).ref

    async def delete(self, ref: DocumentRef) -> None:
        """See `Objects.delete`."""
        if ref.version_id is not None:
            raise ValueError(f"{ref.bucket}/{ref.key} is a version of a locked bucket and stays")
        self._kept.pop((ref.bucket, ref.key), None)

    async def retain(self, ref: DocumentRef, until: datetime) -> datetime:
        """See `Objects.retain`."""
        must_be_aware(until)
        version = self._find(ref.bucket, ref.key, ref.version_id)
        version.retain_until = max(version.retain_until or until, until)
        return version.retain_until

    async def hold(self, ref: DocumentRef, *, held: bool) -> None:
        """See `Objects.hold`."""
        self._find(ref.bucket, ref.key, ref.version_id).held = held

    async def lock_of(self, ref: DocumentRef) -> Lock:
        """See `Objects.lock_of`."""
        version = self._find(ref.bucket, ref.key, ref.version_id)
        return Lock(version.retain_until, version.held)

    async def eliminate(self, ref: DocumentRef) -> None:
        """See `Objects.eliminate`."""
        if ref.version_id is None:
            raise ValueError(f"{ref.bucket}/{ref.key} names no version")
        try:
            version = self._find(ref.bucket, ref.key, ref.version_id)
        except ObjectMissing:
            return
        if version.held or (version.retain_until is not None and version.retain_until > self.now()):
            raise StillLocked(ref, "a hold lies on it" if version.held else f"its term runs to {version.retain_until}")
        self._kept[ref.bucket, ref.key].remove(version)

    async def ready(self, bucket: str) -> None:
        """See `Objects.ready`."""

    def tamper(self, ref: DocumentRef, data: bytes) -> None:
        """Change the bytes behind a reference, as somebody with the disks could."""
        self._find(ref.bucket, ref.key, ref.version_id).data = data

    def keys(self, bucket: str) -> list[str]:
        """The keys of a bucket in order."""
        return sorted(key for kept, key in self._kept if kept == bucket)

    def retained_until(self, ref: DocumentRef) -> datetime | None:
        """Until when a version is locked."""
        return self._find(ref.bucket, ref.key, ref.version_id).retain_until

    def _find(self, bucket: str, key: str, version_id: str | None) -> _Version:
        for version in reversed(self._kept.get((bucket, key), [])):
            if version_id in (None, version.ref.version_id):
                return version
        raise ObjectMissing(bucket, key, version_id)


class FrozenClock:
    """Business time that stands still until a test moves it."""

    def __init__(self, moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._moment

    def today(self, zone: str) -> date:
        """The calendar day of that moment in a zone."""
        return self._moment.astimezone(ZoneInfo(zone)).date()

    def advance(self, distance: timedelta) -> None:
        """Move on (or back)."""
        self._moment += distance


def envelope(fact: Fact, *, subject: UUID, tenant: UUID | None = None, **attributes: Any) -> Envelope:
    """The envelope that the lawful writer of a fact would give it; `attributes` replace single ones."""
    identifier = attributes.pop("id", None) or new_id()
    writer = WRITERS.get(fact.type_name, "validation")  # of those who may write `invoice.failed`, one
    made = Envelope(
        id=identifier,
        type=fact.event_type(),
        source=f"/svc/{writer}",
        subject=str(subject),
        time=datetime.now(UTC),
        data_schema=fact.data_schema(),
        partition_key=str(subject),
        sequence=1,
        tenant=str(tenant or new_id()),
        correlation_id=identifier,
    )
    return made._replace(**attributes)


def record(fact: Fact, of: Envelope, *, offset: int = 0, partition: int = 0) -> RawRecord:
    """A fact as it lies in its topic."""
    return RawRecord(
        topic=fact.topic,
        partition=partition,
        offset=offset,
        key=of.partition_key,
        headers=tuple(of.headers()),
        value=fact.model_dump_json().encode(),
    )


def received(
    fact: F, *, subject: UUID, tenant: UUID | None = None, offset: int = 0, partition: int = 0, **attributes: Any
) -> Received[F]:
    """A fact as a handler gets it.

    `attributes` replace single ones of the envelope: `sequence=3`, `source="/svc/archive"`, `causation_id=…`.
    """
    of = envelope(fact, subject=subject, tenant=tenant, **attributes)
    return Received(of, fact, record(fact, of, offset=offset, partition=partition))
