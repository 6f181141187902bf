"""Bring the broker's topics and rights to what `contracts.topics` says, or show how they differ.

    python -m mesh.topics apply|diff [--json]

Environment: NAVETTE_KAFKA_BOOTSTRAP, NAVETTE_KAFKA_USERNAME, NAVETTE_KAFKA_PASSWORD (an administrator),
NAVETTE_PARTITIONS (default 12), NAVETTE_REPLICATION (default 3).

Exit status: 0 done or nothing to do; 1 `diff` found differences; 2 something cannot be changed, or the broker refuses.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from contracts.topics import PARTITIONS, SERVICES, TOPICS, Topic
from mesh.broker_admin import BrokerAdmin, BrokerRefusal, Operation, Pattern, Resource, Right, Standing, administrator
from mesh.errors import NavetteError
from mesh.kafka import KafkaConnection

Kind = Literal["create", "settings", "partitions", "grant", "revoke"]

LEADER_SECONDS: Final = 30.0
_SEEN_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.1
_CLUSTER: Final = "kafka-cluster"  # the name Kafka gives the cluster as a resource


class PartitionsDiffer(BrokerRefusal):
    """A topic has another number of partitions than asked for. Adding some would move keys, so it is never done."""


@dataclass(frozen=True)
class Change:
    """One difference between the broker and the contract, with what makes it disappear."""

    kind: Kind
    subject: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind:10} {self.subject}" + (f"  {self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Layout:
    """How topics are spread in one installation; both are fixed when the first topic is created."""

    partitions: int = PARTITIONS
    replication: int = 3

    def settings(self, topic: Topic) -> dict[str, str]:
        """Topic settings with the durability of this layout: a write is kept by all replicas but one."""
        return topic.settings | {"min.insync.replicas": str(max(1, self.replication - 1))}


def rights(topics: Sequence[Topic] = TOPICS, services: Sequence[str] = SERVICES) -> frozenset[Right]:
    """What each service's principal (`User:<service>`) may do: its topics, its consumer groups, idempotent writes."""
    granted: set[Right] = set()
    for topic in topics:
        for users, operation in ((topic.writers, Operation.WRITE), (topic.readers, Operation.READ)):
            for user in users:
                for each in (operation, Operation.DESCRIBE):
                    granted.add(Right(f"User:{user}", Resource.TOPIC, topic.name, Pattern.LITERAL, each))
    for service in services:
        granted.add(Right(f"User:{service}", Resource.GROUP, service, Pattern.PREFIXED, Operation.READ))
        granted.add(Right(f"User:{service}", Resource.CLUSTER, _CLUSTER, Pattern.LITERAL, Operation.IDEMPOTENT_WRITE))
    return frozenset(granted)


async def diff(
    connection: KafkaConnection, layout: Layout | None = None, topics: Sequence[Topic] = TOPICS
) -> list[Change]:
    """How the broker differs from the contract; empty when it does not. Changes nothing.

    Raises ResourceDown("kafka", …) and BrokerRefusal.
    """
    async with administrator(connection) as admin:
        return await _differences(admin, layout or Layout(), topics)


async def apply(
    connection: KafkaConnection, layout: Layout | None = None, topics: Sequence[Topic] = TOPICS
) -> list[Change]:
    """Make the broker as the contract says, wait until every topic can be written and all is seen, and say what was
    changed.

    Doing it again changes nothing. Topics that the contract does not know are left alone; rights of the services'
    principals that it does not grant are revoked.

    Raises PartitionsDiffer before anything is changed, ResourceDown("kafka", …) and BrokerRefusal.
    """
    chosen = layout or Layout()
    async with administrator(connection) as admin:
        changes = await _differences(admin, chosen, topics)
        stuck = [change for change in changes if change.kind == "partitions"]
        if stuck:
            raise PartitionsDiffer("\n".join(f"{change.subject} {change.detail}" for change in stuck))
        settings = {topic.name: chosen.settings(topic) for topic in topics}
        new = {change.subject: settings[change.subject] for change in changes if change.kind == "create"}
        if new:
            await admin.create(chosen.partitions, chosen.replication, new)
        for change in changes:
            if change.kind == "settings":
                await admin.change(change.subject, settings[change.subject])
        await admin.led(settings, seconds=LEADER_SECONDS)
        missing, surplus = await _rights_to_change(admin, topics)
        for right in missing:
            await admin.grant(right)
        for right in surplus:
            await admin.revoke(right)
        await _seen(admin, chosen, topics)
    return changes


async def _seen(admin: BrokerAdmin, layout: Layout, topics: Sequence[Topic]) -> None:
    """Wait until the broker answers as was written: it reads the controller's log a moment later (KIP-500)."""
    with contextlib.suppress(TimeoutError):  # what somebody else changes at the same time is for the next `diff`
        async with asyncio.timeout(_SEEN_SECONDS):
            while True:
                if not await _differences(admin, layout, topics):
                    return
                await asyncio.sleep(_LOOK_SECONDS)


async def _differences(admin: BrokerAdmin, layout: Layout, topics: Sequence[Topic]) -> list[Change]:
    standing = await admin.standing()
    changes: list[Change] = []
    for topic in topics:
        changes += _topic_changes(topic, standing.get(topic.name), layout)
    missing, surplus = await _rights_to_change(admin, topics)
    changes += [Change("grant", str(right)) for right in missing]
    changes += [Change("revoke", str(right)) for right in surplus]
    return changes


def _topic_changes(topic: Topic, found: Standing | None, layout: Layout) -> list[Change]:
    if found is None:
        return [Change("create", topic.name, f"{layout.partitions} partitions, {layout.replication} replicas")]
    changes: list[Change] = []
    if found.partitions != layout.partitions:
        detail = (
            f"has {found.partitions} partitions, not {layout.partitions}: keys would move, so this is never changed"
        )
        changes.append(Change("partitions", topic.name, detail))
    wanted = layout.settings(topic)
    if dict(found.settings) != wanted:
        names = sorted(wanted.keys() | found.settings.keys())
        detail = ", ".join(
            f"{name}: {found.settings.get(name, 'unset')} → {wanted.get(name, 'unset')}"
            for name in names
            if found.settings.get(name) != wanted.get(name)
        )
        changes.append(Change("settings", topic.name, detail))
    return changes


async def _rights_to_change(admin: BrokerAdmin, topics: Sequence[Topic]) -> tuple[list[Right], list[Right]]:
    """Rights to grant and to revoke; none on a broker without an authorizer, as in a plain development set-up."""
    found = await admin.rights()
    if found is None:
        return [], []
    wanted = rights(topics)
    ours = {f"User:{service}" for service in SERVICES}
    return sorted(wanted - found), sorted(right for right in found - wanted if right.principal in ours)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m mesh.topics", description="Topics and rights of the broker.")
    parser.add_argument("action", choices=("apply", "diff"))
    parser.add_argument("--json", action="store_true", help="print the changes as JSON")
    chosen = parser.parse_args(arguments)
    try:
        layout = Layout(
            int(os.environ.get("NAVETTE_PARTITIONS", PARTITIONS)), int(os.environ.get("NAVETTE_REPLICATION", "3"))
        )
        connection = KafkaConnection(
            os.environ.get("NAVETTE_KAFKA_BOOTSTRAP", ""),
            os.environ.get("NAVETTE_KAFKA_USERNAME", ""),
            os.environ.get("NAVETTE_KAFKA_PASSWORD", ""),
        )
        changes = asyncio.run((apply if chosen.action == "apply" else diff)(connection, layout))
    except (NavetteError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(change) for change in changes], ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{change}\n" for change in changes) or "nothing to change\n")
    return 1 if changes and chosen.action == "diff" else 0


if __name__ == "__main__":
    sys.exit(main())
