"""What each principal may do follows from the contract, and the broker is brought to it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from contracts.topics import INVOICES_EVENTS, ORDERS_EVENTS, SERVICES, TOPICS, Topic, dlq_topic, replay_topic
from local_stack.fixtures import Infra
from mesh import topics
from mesh.broker_admin import Operation, Pattern, Resource, Right, administrator
from mesh.kafka import KafkaConnection
from mesh.topics import Layout, PartitionsDiffer

LOCAL = Layout(partitions=2, replication=1)


def _may(service: str, operation: Operation) -> set[str]:
    return {
        right.name
        for right in topics.rights()
        if right.principal == f"User:{service}" and right.resource == Resource.TOPIC and right.operation == operation
    }


def test_a_service_writes_only_where_the_contract_lets_it() -> None:
    for service in SERVICES:
        assert _may(service, Operation.WRITE) == {topic.name for topic in TOPICS if service in topic.writers}


def test_a_service_reads_only_what_it_needs() -> None:
    assert ORDERS_EVENTS not in _may("signing", Operation.READ)
    assert INVOICES_EVENTS in _may("signing", Operation.READ)


def test_nobody_reads_the_dead_letters_or_replays_of_another_service() -> None:
    for service in SERVICES:
        others = {name(other) for other in SERVICES if other != service for name in (dlq_topic, replay_topic)}
        assert not others & (_may(service, Operation.READ) | _may(service, Operation.WRITE))


def test_no_service_has_rights_on_the_consumer_groups_of_another() -> None:
    prefixes = {right.name for right in topics.rights() if right.resource == Resource.GROUP}
    assert prefixes == set(SERVICES)
    assert not [(one, two) for one in prefixes for two in prefixes if one != two and one.startswith(two)]


def test_three_replicas_keep_a_write_on_at_least_two() -> None:
    assert Layout(12, 3).settings(TOPICS[0])["min.insync.replicas"] == "2"
    assert Layout(6, 1).settings(TOPICS[0])["min.insync.replicas"] == "1"


def test_a_missing_address_is_named_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NAVETTE_KAFKA_BOOTSTRAP", raising=False)
    assert topics.main(["diff"]) == 2
    assert "no Kafka address" in capsys.readouterr().err


@pytest.fixture
def broker(infra: Infra) -> KafkaConnection:
    return KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)


def _topic(writers: frozenset[str], readers: frozenset[str]) -> Topic:
    return Topic(f"navette.test{uuid4().hex}.events.v1", "events", writers, readers)


@asynccontextmanager
async def _only(broker: KafkaConnection, topic: Topic) -> AsyncGenerator[Right]:
    """A topic of the test's own with one reader's right; both are removed at the end."""
    right = Right("User:signing", Resource.TOPIC, topic.name, Pattern.LITERAL, Operation.READ)
    async with administrator(broker) as admin:
        await admin.create(2, 1, {topic.name: LOCAL.settings(topic)})
        await admin.led([topic.name], seconds=20)
        try:
            yield right
        finally:
            await admin.revoke(right)
            await admin.delete_topics([topic.name])


async def _until(seen: Callable[[], Awaitable[bool]]) -> None:
    """A broker answers from its copy of the controller's log, a moment behind what it accepted."""
    async with asyncio.timeout(20):
        while True:
            if await seen():
                return
            await asyncio.sleep(0.05)


@pytest.mark.connected
async def test_a_changed_setting_is_shown_and_put_right(broker: KafkaConnection) -> None:
    topic = _topic(frozenset(), frozenset())
    async with _only(broker, topic), administrator(broker) as admin:
        await admin.change(topic.name, {"retention.ms": "1000"})

        async def shows(settings: dict[str, str]) -> bool:
            return dict((await admin.standing())[topic.name].settings) == settings

        await _until(lambda: shows({"retention.ms": "1000"}))
        await admin.change(topic.name, LOCAL.settings(topic))
        await _until(lambda: shows(LOCAL.settings(topic)))


@pytest.mark.connected
async def test_a_right_that_was_granted_is_there_until_it_is_revoked(broker: KafkaConnection) -> None:
    topic = _topic(frozenset(), frozenset())
    async with _only(broker, topic) as right, administrator(broker) as admin:

        async def granted() -> bool:
            return right in (await admin.rights() or ())

        async def gone() -> bool:
            return not await granted()

        await admin.grant(right)
        await _until(granted)
        await admin.revoke(right)
        await _until(gone)


@pytest.mark.connected
async def test_applying_the_contract_twice_changes_nothing_the_second_time(
    infra: Infra, broker: KafkaConnection
) -> None:
    layout = Layout(partitions=6, replication=1)
    await topics.apply(broker, layout)
    assert await topics.apply(broker, layout) == []
    assert await topics.diff(broker, layout) == []


@pytest.mark.connected
async def test_another_number_of_partitions_is_refused_and_nothing_is_changed(broker: KafkaConnection) -> None:
    await topics.apply(broker, Layout(partitions=6, replication=1))
    with pytest.raises(PartitionsDiffer, match="6 partitions, not 12"):
        await topics.apply(broker, Layout(partitions=12, replication=1))
    assert await topics.diff(broker, Layout(partitions=6, replication=1)) == []


@pytest.mark.connected
async def test_a_surplus_right_of_a_service_is_revoked(broker: KafkaConnection) -> None:
    layout = Layout(partitions=6, replication=1)
    await topics.apply(broker, layout)
    surplus = Right("User:signing", Resource.TOPIC, ORDERS_EVENTS, Pattern.LITERAL, Operation.WRITE)
    async with administrator(broker) as admin:
        await admin.grant(surplus)
    assert [(change.kind, change.subject) for change in await topics.diff(broker, layout)] == [("revoke", str(surplus))]
    await topics.apply(broker, layout)
    assert await topics.diff(broker, layout) == []


@pytest.mark.connected
async def test_a_service_is_kept_from_a_topic_that_is_not_its_own(infra: Infra, broker: KafkaConnection) -> None:
    await topics.apply(broker, Layout(partitions=6, replication=1))
    signing = KafkaConnection(infra.bootstrap, *infra.principal("signing"))
    producer = AIOKafkaProducer(**signing.kwargs(), enable_idempotence=True)
    await producer.start()
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(producer.send_and_wait(ORDERS_EVENTS, b"forged"), 20)
    finally:
        await producer.stop()


@pytest.mark.connected
async def test_a_service_cannot_join_the_consumer_group_of_another(infra: Infra, broker: KafkaConnection) -> None:
    await topics.apply(broker, Layout(partitions=6, replication=1))
    signing = KafkaConnection(infra.bootstrap, *infra.principal("signing"))
    consumer = AIOKafkaConsumer(INVOICES_EVENTS, group_id="archive-test", **signing.kwargs())
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await asyncio.wait_for(consumer.start(), 20)
    finally:
        await consumer.stop()
