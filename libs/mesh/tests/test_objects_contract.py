"""One suite that every object store passes: the one in memory, MinIO and SeaweedFS."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refs import DocumentRef
from local_stack.stores import RunningStore
from mesh.errors import Poison, TooLarge, Transient
from mesh.objects import AlreadyThere, MinioObjects, ObjectMissing, Objects, Tampered, content_key
from mesh.objects.client import S3Client, connect
from mesh.objects.upload import PART_SIZE
from mesh.testing import MemoryObjects

DOCUMENTS, ARCHIVE = "documents", "archive"
MIB = 1024 * 1024


@dataclass
class Store:
    """A store under test and a look at the uploads that stayed open under a key."""

    objects: Objects
    open_uploads: Callable[[str], int]


def _key(name: str = "object") -> str:
    return f"contract/{uuid4().hex}/{name}"


def _until() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


async def _chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


class ObjectsContract:
    """What the services rely on; subclasses say which store."""

    async def test_bytes_come_back_as_they_went(self, store: Store, tmp_path: Path) -> None:
        for data in (b"", b"x", bytes(range(256)) * 40):
            ref = await store.objects.put(DOCUMENTS, _key(), data, "application/xml")
            assert await store.objects.read(ref) == data
            await store.objects.save(ref, tmp_path / "saved")
            assert (tmp_path / "saved").read_bytes() == data
            assert (ref.sha256, ref.size, ref.media_type) == (sha256(data).hexdigest(), len(data), "application/xml")
            assert ref.version_id is None
            assert await store.objects.stat(DOCUMENTS, ref.key) == ref

    async def test_a_key_may_hold_any_letter(self, store: Store) -> None:
        ref = await store.objects.put(DOCUMENTS, _key("pièce jointe + 100 % (1).pdf"), b"x", "application/pdf")
        assert await store.objects.read(ref) == b"x"

    async def test_what_is_not_there_is_missing(self, store: Store) -> None:
        ref = DocumentRef(bucket=DOCUMENTS, key=_key(), sha256="0" * 64, size=1, media_type="text/plain")
        with pytest.raises(ObjectMissing, match=ref.key):
            await store.objects.read(ref)
        with pytest.raises(ObjectMissing, match=ref.key):
            await store.objects.stat(DOCUMENTS, ref.key)

    @pytest.mark.parametrize("other", [b"altered", b"short", b"much longer than what was stored", b""])
    async def test_other_bytes_than_the_references_are_never_returned(self, store: Store, other: bytes) -> None:
        ref = await store.objects.put(DOCUMENTS, _key(), b"genuine", "text/plain")
        await store.objects.put(DOCUMENTS, ref.key, other, "text/plain")
        with pytest.raises(Tampered) as found:
            await store.objects.read(ref)
        assert isinstance(found.value, Poison)

    async def test_a_conditional_put_shows_what_stands_there_and_leaves_it(self, store: Store) -> None:
        first = await store.objects.put(DOCUMENTS, _key(), b"first", "text/plain", if_absent=True)
        with pytest.raises(AlreadyThere) as found:
            await store.objects.put(DOCUMENTS, first.key, b"second", "text/csv", if_absent=True)
        assert found.value.ref == first
        assert await store.objects.read(found.value.ref) == b"first"

    async def test_of_many_conditional_puts_at_once_one_wins_and_all_agree_which(self, store: Store) -> None:
        key = _key()

        async def attempt(number: int) -> tuple[bool, DocumentRef]:
            data = f"attempt {number}".encode()
            while True:
                try:
                    return True, await store.objects.put(DOCUMENTS, key, data, "text/plain", if_absent=True)
                except AlreadyThere as there:
                    return False, there.ref
                except Transient:  # the winner's bytes are not readable yet: the caller's ladder tries again
                    continue

        outcomes = await asyncio.gather(*(attempt(number) for number in range(12)))
        winners = [ref for won, ref in outcomes if won]
        assert len(winners) == 1
        assert {ref.sha256 for _, ref in outcomes} == {winners[0].sha256}
        assert sha256(await store.objects.read(winners[0])).hexdigest() == winners[0].sha256

    async def test_a_locked_put_is_read_by_its_version_whatever_comes_after(self, store: Store) -> None:
        first = await store.objects.put(ARCHIVE, _key(), b"sealed", "application/pdf", retain_until=_until())
        second = await store.objects.put(ARCHIVE, first.key, b"later", "application/pdf", retain_until=_until())
        assert first.version_id
        assert second.version_id
        assert first.version_id != second.version_id
        assert await store.objects.read(first) == b"sealed"
        assert await store.objects.read(second) == b"later"
        assert await store.objects.stat(ARCHIVE, first.key, first.version_id) == first
        assert await store.objects.stat(ARCHIVE, first.key) == second

    async def test_a_version_that_never_was_is_missing(self, store: Store) -> None:
        ref = await store.objects.put(ARCHIVE, _key(), b"sealed", "application/pdf", retain_until=_until())
        unknown = ref.model_copy(update={"version_id": str(uuid4())})
        with pytest.raises(ObjectMissing):
            await store.objects.read(unknown)

    async def test_a_conditional_put_in_the_locked_bucket_gives_the_standing_version(self, store: Store) -> None:
        first = await store.objects.put(ARCHIVE, _key(), b"one", "text/plain", if_absent=True, retain_until=_until())
        with pytest.raises(AlreadyThere) as found:
            await store.objects.put(ARCHIVE, first.key, b"two", "text/plain", if_absent=True, retain_until=_until())
        assert found.value.ref == first

    async def test_a_lock_is_made_longer_and_never_shorter(self, store: Store) -> None:
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=2)
        ref = await store.objects.put(ARCHIVE, _key(), b"one", "text/plain", retain_until=until)
        assert await store.objects.retain(ref, until - timedelta(minutes=1)) == until
        longer = until + timedelta(minutes=1)
        assert await store.objects.retain(ref, longer) == longer
        assert await store.objects.retain(ref, until) == longer

    async def test_what_was_put_without_a_lock_can_be_locked(self, store: Store) -> None:
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=2)
        ref = await store.objects.put(ARCHIVE, _key(), b"one", "text/plain")
        assert await store.objects.retain(ref, until) == until
        assert await store.objects.retain(ref, until - timedelta(minutes=1)) == until

    async def test_a_retention_without_a_time_zone_is_refused(self, store: Store) -> None:
        naive = datetime(2099, 1, 1)  # noqa: DTZ001 - what must be refused
        with pytest.raises(ValueError, match="time zone"):
            await store.objects.put(ARCHIVE, _key(), b"x", "text/plain", retain_until=naive)

    async def test_a_deleted_object_is_gone_and_deleting_it_again_is_no_error(self, store: Store) -> None:
        ref = await store.objects.put(DOCUMENTS, _key(), b"x", "text/plain")
        await store.objects.delete(ref)
        await store.objects.delete(ref)
        with pytest.raises(ObjectMissing):
            await store.objects.read(ref)

    async def test_a_version_is_not_ours_to_delete(self, store: Store) -> None:
        ref = await store.objects.put(ARCHIVE, _key(), b"x", "text/plain", retain_until=_until())
        with pytest.raises(ValueError, match="stays"):
            await store.objects.delete(ref)

    @pytest.mark.parametrize("sizes", [(), (0,), (1, 2, 3), (PART_SIZE,), (PART_SIZE, 1), (MIB, 7 * MIB, 3 * MIB + 5)])
    async def test_a_streamed_object_is_the_same_as_a_put_one(self, store: Store, sizes: tuple[int, ...]) -> None:
        parts = [bytes([number]) * size for number, size in enumerate(sizes)]
        key = _key()
        ref = await store.objects.stream(DOCUMENTS, key, _chunks(*parts), "application/zip", limit=16 * MIB)
        data = b"".join(parts)
        assert (ref.sha256, ref.size) == (sha256(data).hexdigest(), len(data))
        assert await store.objects.read(ref) == data
        assert await store.objects.stat(DOCUMENTS, key) == ref
        assert store.open_uploads(key) == 0

    @pytest.mark.parametrize("limit", [10, 8 * MIB])
    async def test_a_stream_past_its_limit_leaves_nothing(self, store: Store, limit: int) -> None:
        key = _key()
        with pytest.raises(TooLarge) as refused:
            await store.objects.stream(DOCUMENTS, key, _chunks(*[b"x" * MIB] * 9), "application/zip", limit=limit)
        assert refused.value.code == "UPLOAD_TOO_LARGE"
        await self._nothing_stands(store, key)

    async def test_a_stream_that_breaks_off_leaves_nothing(self, store: Store) -> None:
        async def breaks_off() -> AsyncIterator[bytes]:
            for _ in range(7):
                yield b"x" * MIB
            raise ConnectionResetError("the client went away")

        key = _key()
        with pytest.raises(ConnectionResetError):
            await store.objects.stream(DOCUMENTS, key, breaks_off(), "application/zip", limit=16 * MIB)
        await self._nothing_stands(store, key)

    async def test_a_stream_that_is_cancelled_leaves_nothing(self, store: Store) -> None:
        sent = asyncio.Event()

        async def stalls() -> AsyncIterator[bytes]:
            for _ in range(7):
                yield b"x" * MIB
            sent.set()
            await asyncio.Event().wait()

        key = _key()
        task = asyncio.create_task(store.objects.stream(DOCUMENTS, key, stalls(), "application/zip", limit=16 * MIB))
        await sent.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await self._nothing_stands(store, key)

    async def test_a_stream_cancelled_in_the_midst_of_a_request_leaves_nothing(self, store: Store) -> None:
        for yields in range(1, 12):
            key = _key()
            task = asyncio.create_task(
                store.objects.stream(DOCUMENTS, key, _chunks(*[b"x" * MIB] * 12), "application/zip", limit=16 * MIB)
            )
            for _ in range(yields * 3):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert store.open_uploads(key) == 0

    async def test_it_says_whether_it_is_ready(self, store: Store) -> None:
        await store.objects.ready(DOCUMENTS)

    async def _nothing_stands(self, store: Store, key: str) -> None:
        with pytest.raises(ObjectMissing):
            await store.objects.stat(DOCUMENTS, key)
        assert store.open_uploads(key) == 0


class TestMemory(ObjectsContract):
    """The double that unit tests of services use."""

    @pytest.fixture
    def store(self) -> Store:
        return Store(MemoryObjects(), lambda _key: 0)

    async def test_bytes_changed_behind_its_back_are_noticed(self, store: Store) -> None:
        assert isinstance(store.objects, MemoryObjects)
        ref = await store.objects.put(ARCHIVE, _key(), b"sealed", "text/plain", retain_until=_until())
        store.objects.tamper(ref, b"seaIed")
        with pytest.raises(Tampered):
            await store.objects.read(ref)


class S3Contract(ObjectsContract):
    """Stores that are processes."""

    @pytest.fixture
    async def store(self, running: RunningStore) -> AsyncGenerator[Store]:
        objects = MinioObjects(running.endpoint, running.access_key, running.secret_key)
        looking = connect(running.endpoint, running.access_key, running.secret_key, connections=1)
        yield Store(objects, lambda key: _uploads(looking, key))
        await objects.close()
        looking.disconnect()

    async def test_a_bucket_that_is_not_there_is_named(self, store: Store) -> None:
        with pytest.raises(Transient, match="no bucket nowhere"):
            await store.objects.ready("nowhere")

    async def test_no_thread_and_no_connection_outlives_it(self, running: RunningStore) -> None:
        objects = MinioObjects(running.endpoint, running.access_key, running.secret_key)
        await objects.ready(DOCUMENTS)
        await objects.close()
        with pytest.raises(RuntimeError):
            await objects.ready(DOCUMENTS)


@pytest.mark.connected
class TestMinio(S3Contract):
    """MinIO, the store the installation runs on."""

    @pytest.fixture
    def running(self, minio_store: RunningStore) -> RunningStore:
        return minio_store


@pytest.mark.connected
class TestSeaweed(S3Contract):
    """SeaweedFS, which must be able to take its place."""

    @pytest.fixture
    def running(self, seaweed_store: RunningStore) -> RunningStore:
        return seaweed_store


def _uploads(client: S3Client, key: str) -> int:
    # MinIO lists open uploads by their whole key only.
    return len(client._list_multipart_uploads(DOCUMENTS, prefix=key).uploads)  # pyright: ignore[reportPrivateUsage] -- the client has no public method for it


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_a_content_key_is_the_same_for_the_same_bytes_only(one: bytes, two: bytes) -> None:
    keys = [content_key("xml", sha256(data).hexdigest()) for data in (one, two)]
    assert (keys[0] == keys[1]) == (one == two)
    assert all(key.startswith("xml/") for key in keys)
