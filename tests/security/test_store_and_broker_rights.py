"""What one service can do to another's topics and to the archive, with its own credentials."""

import asyncio
from io import BytesIO

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError
from minio import Minio
from minio.error import S3Error

from actors.mesh import Mesh
from contracts.topics import SERVICES, TOPICS
from local_stack import kafka, objects
from local_stack.credentials import password

pytestmark = pytest.mark.e2e


def _producer(mesh: Mesh, service: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap(mesh.ports),
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=kafka.MECHANISM,
        sasl_plain_username=service,
        sasl_plain_password=password(mesh.layout, "kafka", service),
        metadata_max_age_ms=600_000,
    )


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_write_where_it_is_no_writer(mesh: Mesh, service: str) -> None:
    forbidden = [topic.name for topic in TOPICS if service not in topic.writers]
    producer = _producer(mesh, service)
    await producer.start()

    async def refused(topic: str) -> str:
        try:
            await asyncio.wait_for(producer.send_and_wait(topic, b"not ours", key=b"intruder"), 15)
        except TopicAuthorizationFailedError:
            return ""
        return topic

    try:
        written = [await refused(topic) for topic in forbidden]
    finally:
        await producer.stop()
    assert forbidden
    assert [topic for topic in written if topic] == []


def _store(mesh: Mesh, service: str) -> Minio:
    return Minio(
        objects.endpoint(mesh.ports).removeprefix("http://"),
        access_key=service,
        secret_key=password(mesh.layout, "s3", service),
        secure=False,
    )


@pytest.mark.parametrize("service", [service for service in SERVICES if service != "archive"])
def test_only_the_archive_writes_the_locked_bucket(mesh: Mesh, service: str) -> None:
    store = _store(mesh, service)
    with pytest.raises(S3Error):
        store.put_object("archive", f"intruder/{service}", BytesIO(b"not ours"), 8)
    with pytest.raises(S3Error):
        store.remove_object("archive", f"intruder/{service}")


def test_not_even_the_archive_removes_from_the_locked_bucket(mesh: Mesh) -> None:
    store = _store(mesh, "archive")
    first = next(iter(store.list_objects("archive", recursive=True)), None)
    assert first is not None, "something was archived before"
    assert first.object_name
    with pytest.raises(S3Error):
        store.remove_object("archive", first.object_name)
