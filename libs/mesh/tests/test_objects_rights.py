"""Each service reaches only the buckets it needs, with its own user, through the port it uses in production."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from local_stack.fixtures import Infra
from local_stack.objects import current
from mesh.errors import NavetteError
from mesh.objects import AlreadyThere, MinioObjects, ObjectMissing, StillLocked

pytestmark = pytest.mark.connected

DOCUMENTS, ARCHIVE = "documents", "archive"


@asynccontextmanager
async def _as(infra: Infra, service: str) -> AsyncGenerator[MinioObjects]:
    objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys(service))
    try:
        yield objects
    finally:
        await objects.close()


def _key() -> str:
    return f"rights/{uuid4().hex}"


def _until() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


async def test_signing_stores_one_sealed_file_and_adopts_it_the_second_time(infra: Infra) -> None:
    async with _as(infra, "signing") as objects:
        first = await objects.put(DOCUMENTS, _key(), b"sealed", "application/pdf", if_absent=True)
        with pytest.raises(AlreadyThere) as there:
            await objects.put(DOCUMENTS, first.key, b"sealed again", "application/pdf", if_absent=True)
        assert await objects.read(there.value.ref) == b"sealed"
        await objects.delete(first)


async def test_archive_locks_what_notifications_then_reads(infra: Infra) -> None:
    async with _as(infra, "archive") as archive, _as(infra, "notifications") as notifications:
        ref = await archive.put(ARCHIVE, _key(), b"original", "application/pdf", retain_until=_until())
        assert await notifications.read(ref) == b"original"


@pytest.mark.parametrize("service", ["invoicing", "validation", "signing", "notifications"])
async def test_only_archive_writes_the_locked_bucket(infra: Infra, service: str) -> None:
    async with _as(infra, service) as objects:
        with pytest.raises(NavetteError, match="AccessDenied"):
            await objects.put(ARCHIVE, _key(), b"forged", "application/pdf", retain_until=_until())


async def test_only_archive_removes_a_version_and_only_what_nothing_locks_any_more(infra: Infra) -> None:
    async with _as(infra, "archive") as archive, _as(infra, "notifications") as reader:
        ref = await archive.put(ARCHIVE, _key(), b"original", "application/pdf", retain_until=_until())
        with pytest.raises(StillLocked):
            await archive.eliminate(ref)
        free = await archive.put(ARCHIVE, _key(), b"original", "application/pdf")
        with pytest.raises(StillLocked, match="AccessDenied"):
            await reader.eliminate(free)
        await archive.hold(free, held=True)
        with pytest.raises(StillLocked):
            await archive.eliminate(free)
        await archive.hold(free, held=False)
        await archive.eliminate(free)
        with pytest.raises(ObjectMissing):
            await archive.read(free)


async def test_archive_itself_cannot_delete_from_the_locked_bucket(infra: Infra) -> None:
    store = current(infra.layout)
    if store and store.kind != "minio":
        pytest.skip("SeaweedFS has no right to write without the right to hide; its object lock keeps the version")
    async with _as(infra, "archive") as objects:
        ref = await objects.put(ARCHIVE, _key(), b"original", "application/pdf", retain_until=_until())
        marker = ref.model_copy(update={"version_id": None})
        with pytest.raises(NavetteError, match="AccessDenied"):
            await objects.delete(marker)
        assert await objects.read(ref) == b"original"


@pytest.mark.parametrize("service", ["validation", "notifications"])
async def test_who_only_reads_documents_cannot_change_them(infra: Infra, service: str) -> None:
    async with _as(infra, "invoicing") as invoicing, _as(infra, service) as reader:
        ref = await invoicing.put(DOCUMENTS, _key(), b"<Invoice/>", "application/xml")
        assert await reader.read(ref) == b"<Invoice/>"
        changes: list[Callable[[], Awaitable[object]]] = [
            lambda: reader.put(DOCUMENTS, ref.key, b"forged", "application/xml"),
            lambda: reader.delete(ref),
        ]
        for change in changes:
            with pytest.raises(NavetteError, match="AccessDenied"):
                await change()
        await invoicing.delete(ref)


async def test_registration_reaches_nothing_but_logos(infra: Infra) -> None:
    store = current(infra.layout)
    if store and store.kind != "minio":
        pytest.skip("SeaweedFS gives rights on whole buckets")
    async with _as(infra, "registration") as registration, _as(infra, "invoicing") as invoicing:
        invoice = await invoicing.put(DOCUMENTS, _key(), b"<Invoice/>", "application/xml")
        for forbidden in (registration.read(invoice), registration.put(DOCUMENTS, _key(), b"forged", "text/plain")):
            with pytest.raises(NavetteError, match="AccessDenied"):
                await forbidden
        logo = await registration.put(DOCUMENTS, f"logos/{uuid4().hex}", b"logo", "image/png", if_absent=True)
        assert await registration.read(logo) == b"logo"
        await invoicing.delete(invoice)
        await registration.delete(logo)
