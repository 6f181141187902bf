"""What is locked is kept until its term is over and no hold lies on it; then one version can be removed, by its id.

The same promises by the store in memory, MinIO and SeaweedFS.
"""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.refs import DocumentRef
from local_stack.stores import RunningStore
from mesh.objects import MinioObjects, Objects, StillLocked
from mesh.objects.port import ObjectMissing
from mesh.testing import MemoryObjects

ARCHIVE = "archive"


async def _locked(objects: Objects, term: timedelta) -> DocumentRef:
    until = (datetime.now(UTC) + term).replace(microsecond=0) + timedelta(seconds=1)
    return await objects.put(ARCHIVE, f"term/{uuid4().hex}.pdf", b"sealed", "application/pdf", retain_until=until)


async def _eliminate(objects: Objects, ref: DocumentRef) -> None:
    """As soon as the store lets it happen, at most half a minute from now."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await objects.eliminate(ref)
            except StillLocked:
                await asyncio.sleep(0.2)


class EliminationContract:
    """Subclasses say which store."""

    async def test_before_its_term_a_version_stays(self, objects: Objects) -> None:
        ref = await _locked(objects, timedelta(days=1))
        with pytest.raises(StillLocked):
            await objects.eliminate(ref)
        assert await objects.read(ref) == b"sealed"

    async def test_after_its_term_one_version_goes_and_goes_once(self, objects: Objects) -> None:
        ref, other = [await _locked(objects, timedelta(0)) for _ in range(2)]
        await _eliminate(objects, ref)
        with pytest.raises(ObjectMissing):
            await objects.read(ref)
        await objects.eliminate(ref)
        assert await objects.read(other) == b"sealed"

    async def test_a_hold_keeps_what_has_outlived_its_term(self, objects: Objects) -> None:
        ref, twin = [await _locked(objects, timedelta(0)) for _ in range(2)]
        assert (await objects.lock_of(ref)).held is False
        await objects.hold(ref, held=True)
        await objects.hold(ref, held=True)
        assert (await objects.lock_of(ref)).held is True
        await _eliminate(objects, twin)
        with pytest.raises(StillLocked):
            await objects.eliminate(ref)
        assert await objects.read(ref) == b"sealed"
        await objects.hold(ref, held=False)
        await _eliminate(objects, ref)

    async def test_the_store_says_until_when_it_keeps_a_version(self, objects: Objects) -> None:
        ref = await _locked(objects, timedelta(days=1))
        until = (await objects.lock_of(ref)).until
        assert until is not None
        assert until > datetime.now(UTC) + timedelta(hours=23)
        free = await objects.put(ARCHIVE, f"term/{uuid4().hex}.pdf", b"x", "application/pdf")
        assert (await objects.lock_of(free)).until is None

    async def test_what_names_no_version_is_never_removed(self, objects: Objects) -> None:
        ref = await _locked(objects, timedelta(days=1))
        with pytest.raises(ValueError, match="no version"):
            await objects.eliminate(ref.model_copy(update={"version_id": None}))


class TestMemoryEliminates(EliminationContract):
    """In memory."""

    @pytest.fixture
    def objects(self) -> MemoryObjects:
        return MemoryObjects()


async def _opened(running: RunningStore) -> AsyncGenerator[MinioObjects]:
    objects = MinioObjects(running.endpoint, running.access_key, running.secret_key)
    yield objects
    await objects.close()


@pytest.mark.connected
class TestMinioEliminates(EliminationContract):
    """MinIO."""

    @pytest.fixture
    async def objects(self, minio_store: RunningStore) -> AsyncGenerator[MinioObjects]:
        async for each in _opened(minio_store):
            yield each


@pytest.mark.connected
class TestSeaweedEliminates(EliminationContract):
    """SeaweedFS."""

    @pytest.fixture
    async def objects(self, seaweed_store: RunningStore) -> AsyncGenerator[MinioObjects]:
        async for each in _opened(seaweed_store):
            yield each
