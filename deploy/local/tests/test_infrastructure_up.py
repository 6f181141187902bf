"""What the running infrastructure promises to every connected test and to every service."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import aiokafka.errors
import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiosmtplib import send
from minio import Minio
from minio.error import S3Error
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from local_stack.fixtures import Infra

pytestmark = pytest.mark.connected


def _client(infra: Infra, keys: tuple[str, str]) -> Minio:
    return Minio(
        endpoint=infra.s3_endpoint.removeprefix("http://"), access_key=keys[0], secret_key=keys[1], secure=False
    )


async def test_the_admin_creates_topics_and_a_service_without_a_grant_may_not_write(infra: Infra) -> None:
    topic = f"test-{uuid.uuid4()}"
    sasl: dict[str, Any] = {
        "bootstrap_servers": infra.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": infra.kafka_mechanism,
    }
    admin = AIOKafkaAdminClient(
        **sasl, sasl_plain_username=infra.kafka_username, sasl_plain_password=infra.kafka_password
    )
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        user, secret = infra.principal("signing")
        producer = AIOKafkaProducer(**sasl, sasl_plain_username=user, sasl_plain_password=secret)
        await producer.start()
        try:
            with pytest.raises(aiokafka.errors.TopicAuthorizationFailedError):
                await producer.send_and_wait(topic, b"x")
        finally:
            await producer.stop()
    finally:
        await admin.delete_topics([topic])
        await admin.close()


async def test_each_role_reaches_its_own_schema_through_both_drivers_and_no_other(infra: Infra) -> None:
    owner = await asyncpg.connect(infra.dsn("po-sync", "owner"))
    try:
        assert await owner.fetchval("select current_schema()") == "po_sync"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute("create table signing.intruder (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute("create table public.intruder (id int)")
    finally:
        await owner.close()
    engine = create_async_engine(infra.dsn("po-sync", "api").replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        rights = (
            await connection.execute(text("select rolsuper, rolbypassrls from pg_roles where rolname = current_user"))
        ).one()
    await engine.dispose()
    assert tuple(rights) == (False, False)


async def test_a_wrong_password_is_refused_on_the_socket(infra: Infra) -> None:
    user = "signing_api"
    right = infra.dsn("signing", "api")
    wrong = right.replace(right.split("@")[0].removeprefix(f"postgresql://{user}:"), "guess")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


def test_only_archive_writes_the_locked_bucket(infra: Infra) -> None:
    key = f"test/{uuid.uuid4()}"
    signing, archive = _client(infra, infra.s3_keys("signing")), _client(infra, infra.s3_keys("archive"))
    signing.put_object(bucket_name="documents", object_name=key, data=BytesIO(b"x"), length=1)
    with pytest.raises(S3Error, match="AccessDenied"):
        signing.put_object(bucket_name="archive", object_name=key, data=BytesIO(b"x"), length=1)
    written = archive.put_object(bucket_name="archive", object_name=key, data=BytesIO(b"x"), length=1)
    assert written.version_id
    with pytest.raises(S3Error, match="AccessDenied"):
        archive.put_object(bucket_name="documents", object_name=key, data=BytesIO(b"x"), length=1)


async def test_a_mail_is_caught_and_shown(infra: Infra) -> None:
    recipient = f"{uuid.uuid4().hex}@example.org"
    source = f"From: a@example.org\r\nTo: {recipient}\r\nSubject: Bonjour\r\n\r\nSee https://portal.localhost/x?a=1\r\n"
    await send(
        source.encode(), sender="a@example.org", recipients=[recipient], hostname="127.0.0.1", port=infra.smtp_port
    )
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{infra.mail_url}/api/messages", params={"to": recipient})
        page = await client.get(infra.mail_url)
    (mail,) = answer.json()
    assert mail["subject"] == "Bonjour"
    assert mail["links"] == ["https://portal.localhost/x?a=1"]
    assert recipient in page.text
