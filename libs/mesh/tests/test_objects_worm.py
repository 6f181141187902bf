"""Write once, read many: what is locked in the archive's bucket outlasts every attack its administrator can make.

Judged by outcome and not by status codes, which differ from store to store: whatever the attempt was answered with, the
version is still read, still locked in COMPLIANCE mode, still until the same day.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED, GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import MinioException
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

from contracts.refs import DocumentRef
from local_stack.stores import RunningStore
from mesh.objects import MinioObjects

ARCHIVE = "archive"
SEALED = b"%PDF-1.7 sealed"


@dataclass
class Locked:
    """One locked version, and its attacker's client with every right."""

    objects: MinioObjects
    attacker: Minio
    ref: DocumentRef
    until: datetime

    async def holds(self) -> None:
        """The version is what and as it was."""
        assert await self.objects.read(self.ref) == SEALED
        retention = self.attacker.get_object_retention(ARCHIVE, self.ref.key, version_id=self.ref.version_id)
        assert retention is not None
        assert retention.mode == COMPLIANCE
        assert retention.retain_until_date == self.until
        assert self.attacker.get_bucket_versioning(ARCHIVE).status == ENABLED


def _attempt(attack: Callable[[], object]) -> None:
    """Make an attack; being refused is one lawful answer, being ignored another."""
    with contextlib.suppress(MinioException):
        attack()


def _bypass_delete(locked: Locked) -> None:
    locked.attacker._execute(  # pyright: ignore[reportPrivateUsage] -- no public method sends this header
        "DELETE",
        ARCHIVE,
        locked.ref.key,
        headers={"x-amz-bypass-governance-retention": "true"},
        query_params={"versionId": locked.ref.version_id or ""},
    )


def _bypass_retention(locked: Locked, mode: str, until: datetime) -> None:
    body = (
        f"<Retention><Mode>{mode}</Mode><RetainUntilDate>{until:%Y-%m-%dT%H:%M:%SZ}</RetainUntilDate></Retention>"
    ).encode()
    locked.attacker._execute(  # pyright: ignore[reportPrivateUsage] -- no public method sends this header
        "PUT",
        ARCHIVE,
        locked.ref.key,
        body=body,
        headers={"x-amz-bypass-governance-retention": "true"},
        query_params={"retention": "", "versionId": locked.ref.version_id or ""},
    )


def _set_retention(locked: Locked, mode: str, until: datetime) -> None:
    locked.attacker.set_object_retention(
        ARCHIVE, locked.ref.key, Retention(mode, until), version_id=locked.ref.version_id
    )


def _batch_delete(locked: Locked) -> None:
    victim = DeleteObject(locked.ref.key, locked.ref.version_id)
    list(locked.attacker.remove_objects(ARCHIVE, [victim], bypass_governance_mode=True))


def _overwrite(locked: Locked) -> None:
    locked.attacker.put_object(ARCHIVE, locked.ref.key, BytesIO(b"forged"), 6)


def _restrict(locked: Locked) -> None:
    """Delete without a version: leaves a delete marker before the version."""
    locked.attacker.remove_object(ARCHIVE, locked.ref.key)


SOON = timedelta(seconds=2)
ATTACKS: dict[str, Callable[[Locked], object]] = {
    "delete the version": lambda it: it.attacker.remove_object(ARCHIVE, it.ref.key, version_id=it.ref.version_id),
    "delete it with a governance bypass": _bypass_delete,
    "delete it in a batch": _batch_delete,
    "hide it behind a delete marker": _restrict,
    "overwrite its key": _overwrite,
    "shorten the retention": lambda it: _set_retention(it, COMPLIANCE, datetime.now(UTC) + SOON),
    "shorten it with a bypass": lambda it: _bypass_retention(it, COMPLIANCE, datetime.now(UTC) + SOON),
    "downgrade it to governance": lambda it: _set_retention(it, GOVERNANCE, it.until),
    "downgrade it with a bypass": lambda it: _bypass_retention(it, GOVERNANCE, datetime.now(UTC) + SOON),
    "suspend the bucket's versioning": lambda it: it.attacker.set_bucket_versioning(
        ARCHIVE, VersioningConfig(SUSPENDED)
    ),
    "remove the bucket": lambda it: it.attacker.remove_bucket(ARCHIVE),
    "remove the bucket's lock": lambda it: it.attacker.delete_object_lock_config(ARCHIVE),
}


class WormContract:
    """Attacks that every store withstands; subclasses say which store."""

    @pytest.fixture
    async def locked(self, running: RunningStore) -> AsyncGenerator[Locked]:
        objects = MinioObjects(running.endpoint, running.access_key, running.secret_key)
        until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
        ref = await objects.put(ARCHIVE, f"worm/{uuid4().hex}.pdf", SEALED, "application/pdf", retain_until=until)
        yield Locked(objects, running.administrator(), ref, until)
        await objects.close()

    async def test_what_was_locked_says_so(self, locked: Locked) -> None:
        assert locked.ref.version_id
        await locked.holds()

    @pytest.mark.parametrize("attack", ATTACKS)
    async def test_the_attack_changes_nothing(self, locked: Locked, attack: str) -> None:
        _attempt(lambda: ATTACKS[attack](locked))
        await locked.holds()

    async def test_all_attacks_one_after_the_other_change_nothing(self, locked: Locked) -> None:
        for attack in ATTACKS.values():
            _attempt(lambda attack=attack: attack(locked))
        await locked.holds()

    async def test_the_same_attacks_do_remove_what_is_not_locked(self, locked: Locked) -> None:
        """The attacks are real: without a lock they succeed."""
        free = await locked.objects.put(ARCHIVE, f"worm/{uuid4().hex}.pdf", SEALED, "application/pdf")
        locked.attacker.remove_object(ARCHIVE, free.key, version_id=free.version_id)
        versions = locked.attacker.list_objects(ARCHIVE, prefix=free.key, include_version=True)
        assert [version.version_id for version in versions] == []


@pytest.mark.connected
class TestMinioIsWorm(WormContract):
    """MinIO."""

    @pytest.fixture
    def running(self, minio_store: RunningStore) -> RunningStore:
        return minio_store


@pytest.mark.connected
class TestSeaweedIsWorm(WormContract):
    """SeaweedFS."""

    @pytest.fixture
    def running(self, seaweed_store: RunningStore) -> RunningStore:
        return seaweed_store
