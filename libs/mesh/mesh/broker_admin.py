"""Administration of the broker: topics, their settings, and rights by access control lists (ACLs).

aiokafka's admin client, extended with the ACL requests it can encode but has no methods for.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from mesh.errors import NavetteError, ResourceDown
from mesh.kafka import KafkaConnection

_ANY: Final = 1
_ALLOW: Final = 3
_EVERY_HOST: Final = "*"
_DYNAMIC_TOPIC_CONFIG: Final = 1  # DescribeConfigs: a setting of this topic, not of the broker or a default
_SECURITY_DISABLED: Final = 54  # error code SECURITY_DISABLED
_LEADER_POLL_SECONDS: Final = 0.1


class Resource(IntEnum):
    """What a right is about (Kafka protocol, ResourceType)."""

    TOPIC = 2
    GROUP = 3
    CLUSTER = 4


class Pattern(IntEnum):
    """How a right names its resource (Kafka protocol, ResourcePatternType)."""

    LITERAL = 3
    PREFIXED = 4


class Operation(IntEnum):
    """What a right allows (Kafka protocol, AclOperation)."""

    READ = 3
    WRITE = 4
    DESCRIBE = 8
    IDEMPOTENT_WRITE = 12


class BrokerRefusal(NavetteError):
    """The broker answered a request of its administrator with an error."""


@dataclass(frozen=True, order=True)
class Right:
    """One ALLOW entry, from any host, of one principal (`User:signing`)."""

    principal: str
    resource: int
    name: str
    pattern: int
    operation: int

    def __str__(self) -> str:
        kind = _word(Resource, self.resource)
        prefix = "*" if self.pattern == Pattern.PREFIXED else ""
        return f"{self.principal} {_word(Operation, self.operation)} {kind} {self.name}{prefix}"


@dataclass(frozen=True)
class Standing:
    """A topic as the broker has it; `settings` are those set on the topic itself."""

    partitions: int
    replication: int
    settings: Mapping[str, str]


class BrokerAdmin(AIOKafkaAdminClient):
    """Asks and tells the broker. Raises BrokerRefusal when it refuses."""

    async def standing(self) -> dict[str, Standing]:
        """Every topic but the broker's own, with its partitions and settings."""
        described = {
            topic["topic"]: topic["partitions"]
            for topic in await self.describe_topics()
            if not topic["topic"].startswith("__")
        }
        settings = await self._settings(described)
        return {
            name: Standing(len(partitions), len(partitions[0]["replicas"]), settings[name])
            for name, partitions in described.items()
        }

    async def create(self, partitions: int, replication: int, settings: Mapping[str, Mapping[str, str]]) -> None:
        """Create topics, given with their settings by name."""
        new = [NewTopic(name, partitions, replication, topic_configs=dict(its)) for name, its in settings.items()]
        answer: Any = await self.create_topics(new)
        for topic, code, *message in answer.topic_errors:
            _demand(code, f"topic {topic} was not created", *message)

    async def change(self, name: str, settings: Mapping[str, str]) -> None:
        """Set a topic's settings to exactly these; others fall back to the broker's."""
        resource = ConfigResource(ConfigResourceType.TOPIC, name, dict(settings))
        answers: list[Any] = await self.alter_configs([resource])
        for answer in answers:
            for code, message, *_ in answer.resources:
                _demand(code, f"the settings of {name} were not changed", message)

    async def led(self, names: Iterable[str], *, seconds: float) -> None:
        """Return once every partition of these topics has a leader; before that a first write or read may fail.

        Raises ResourceDown("kafka", …) when it takes longer than `seconds`.
        """
        waiting = set(names)
        try:
            async with asyncio.timeout(seconds):
                while waiting:
                    for topic in await self.describe_topics(sorted(waiting)):
                        if topic["error_code"] == 0 and all(part["leader"] >= 0 for part in topic["partitions"]):
                            waiting.discard(topic["topic"])
                    if waiting:
                        await asyncio.sleep(_LEADER_POLL_SECONDS)
        except TimeoutError:
            raise ResourceDown("kafka", f"no leader after {seconds:.0f} s: {', '.join(sorted(waiting))}") from None

    async def rights(self) -> frozenset[Right] | None:
        """Every ALLOW entry for any host; None when the broker has no authorizer."""
        answer: Any = await self._send_request(DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY))  # pyright: ignore[reportArgumentType] -- null means any (KIP-133), though the annotation says str
        if answer.error_code == _SECURITY_DISABLED:
            return None
        _demand(answer.error_code, "rights cannot be read", answer.error_message)
        return frozenset(
            Right(principal, resource, name, pattern, operation)
            for resource, name, pattern, entries in answer.resources
            for principal, host, operation, permission in entries
            if permission == _ALLOW and host == _EVERY_HOST
        )

    async def grant(self, right: Right) -> None:
        """Add one entry."""
        answer: Any = await self._send_request(CreateAclsRequest(*_wire(right)))
        for code, message in answer.creation_responses:
            _demand(code, f"not granted: {right}", message)

    async def revoke(self, right: Right) -> None:
        """Remove one entry."""
        answer: Any = await self._send_request(DeleteAclsRequest(*_wire(right)))
        for code, message, _ in answer.filter_responses:
            _demand(code, f"not revoked: {right}", message)

    async def _settings(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        found: dict[str, dict[str, str]] = {}
        answers: list[Any] = await self.describe_configs(resources) if resources else []
        for answer in answers:
            for code, message, _, name, entries in answer.resources:
                _demand(code, f"the settings of {name} cannot be read", message)
                found[name] = {key: value for key, value, _, source, *_ in entries if source == _DYNAMIC_TOPIC_CONFIG}
        return found


@asynccontextmanager
async def administrator(connection: KafkaConnection) -> AsyncGenerator[BrokerAdmin]:
    """A connected BrokerAdmin. Raises ResourceDown("kafka", …) when the broker does not answer or the sign-in fails."""
    admin = BrokerAdmin(**connection.kwargs(), client_id="navette-topics", request_timeout_ms=20_000)
    try:
        try:
            await admin.start()
        except KafkaConnectionError as error:
            raise ResourceDown("kafka", str(error)) from error
        yield admin
    finally:
        await admin.close()


def _wire(right: Right) -> tuple[Any, ...]:
    return right.resource, right.name, right.pattern, right.principal, _EVERY_HOST, right.operation, _ALLOW


def _word(words: type[IntEnum], number: int) -> str:
    return next((word.name for word in words if word == number), str(number))


def _demand(code: int, what: str, message: str | None = None) -> None:
    if code:
        reason = message or for_code(code).__name__
        raise BrokerRefusal(f"{what}: {reason}")
