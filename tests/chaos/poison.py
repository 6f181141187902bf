"""Records that are no facts, put on the topic of invoices with the rights of a service that may write there."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

from aiokafka import AIOKafkaProducer
from history import Poison

from contracts.envelope import Envelope
from contracts.ids import new_id
from contracts.topics import INVOICES_EVENTS, TOPICS
from local_stack.fixtures import Infra
from mesh.kafka import KafkaConnection

Headers = list[tuple[str, bytes]]
_READERS = next(topic.readers for topic in TOPICS if topic.name == INVOICES_EVENTS)


def _envelope(key: str, kind: str, source: str) -> Headers:
    return Envelope(
        id=new_id(),
        type=f"navette.{kind}.v1",
        source=f"/svc/{source}",
        subject=key,
        time=datetime.now(UTC),
        data_schema=f"urn:navette:schema:{kind}:1.0",
        partition_key=key,
        sequence=1,
        tenant=key,
        correlation_id=new_id(),
    ).headers()


def _only_type(_: str) -> Headers:
    return [("ce_type", b"navette.invoice.validated.v1")]


KINDS: dict[str, tuple[Callable[[str], Headers], bytes]] = {
    "no JSON": (lambda key: _envelope(key, "invoice.submitted", "invoicing"), b"\xff\x00 no fact"),
    "not its schema": (lambda key: _envelope(key, "invoice.validated", "validation"), b'{"invoice_id": 7}'),
    "no right to say so": (lambda key: _envelope(key, "invoice.sealed", "notifications"), b"{}"),
    "no envelope": (_only_type, b"{}"),
    "no headers": (lambda _: [], b"{}"),
    "an unknown type": (lambda key: _envelope(key, "invoice.dreamt", "signing"), b"{}"),
}


def _readers(headers: Headers) -> frozenset[str]:
    """The services that must keep a dead letter: those that handle the type, all where no type is named."""
    kind = dict(headers).get("ce_type", b"").decode()
    if not kind:
        return _READERS
    return frozenset(
        service
        for service in _READERS
        if import_module(f"{service.replace('-', '_')}.handlers").handlers.find(kind) is not None
    )


async def inject(infra: Infra) -> list[Poison]:
    """One record of each kind, each with a key of its own."""
    sent: list[Poison] = []
    connection = KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)
    producer = AIOKafkaProducer(**connection.kwargs(), acks="all")
    await producer.start()
    try:
        for kind, (make, value) in KINDS.items():
            key = str(new_id())
            headers = make(key)
            await producer.send_and_wait(INVOICES_EVENTS, value, key=key.encode(), headers=headers)
            sent.append(Poison(kind, key, hashlib.sha256(value).hexdigest(), _readers(headers)))
    finally:
        await producer.stop()
    return sent
