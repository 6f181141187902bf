"""Topics and principals for Strimzi: the settings and rights that `python -m mesh.topics apply` gives elsewhere."""

from typing import Final

from cluster.names import DATA, KAFKA, Manifest, manifest, principal_password
from contracts.topics import SERVICES, TOPICS, Topic
from mesh.broker_admin import Operation, Pattern, Resource, Right
from mesh.topics import Layout, rights

_API: Final = "kafka.strimzi.io/v1"
_LABELS: Final = {"strimzi.io/cluster": KAFKA}
LAYOUT: Final = Layout()

_RESOURCES: Final = {Resource.TOPIC: "topic", Resource.GROUP: "group", Resource.CLUSTER: "cluster"}
_PATTERNS: Final = {Pattern.LITERAL: "literal", Pattern.PREFIXED: "prefix"}
_OPERATIONS: Final = {
    Operation.READ: "Read",
    Operation.WRITE: "Write",
    Operation.DESCRIBE: "Describe",
    Operation.IDEMPOTENT_WRITE: "IdempotentWrite",
}


def topic(described: Topic) -> Manifest:
    spec: Manifest = {
        "topicName": described.name,
        "partitions": LAYOUT.partitions,
        "replicas": LAYOUT.replication,
        "config": LAYOUT.settings(described),
    }
    return manifest(_API, "KafkaTopic", described.name, spec, namespace=DATA, labels=_LABELS)


def _resource(right: Right) -> Manifest:
    kind = _RESOURCES[Resource(right.resource)]
    if kind == "cluster":
        return {"type": kind}
    return {"type": kind, "name": right.name, "patternType": _PATTERNS[Pattern(right.pattern)]}


def _acls(granted: list[Right]) -> list[Manifest]:
    """One entry a resource, with all its operations."""
    resources: dict[tuple[int, str, int], list[Right]] = {}
    for right in sorted(granted):
        resources.setdefault((right.resource, right.name, right.pattern), []).append(right)
    return [
        {
            "resource": _resource(entries[0]),
            "operations": sorted(_OPERATIONS[Operation(right.operation)] for right in entries),
            "host": "*",
        }
        for entries in resources.values()
    ]


def _user(name: str, acls: list[Manifest]) -> Manifest:
    password: Manifest = {"valueFrom": {"secretKeyRef": {"name": principal_password(name), "key": "password"}}}
    spec: Manifest = {
        "authentication": {"type": "scram-sha-512", "password": password},
        "authorization": {"type": "simple", "acls": acls},
    }
    return manifest(_API, "KafkaUser", name, spec, namespace=DATA, labels=_LABELS)


def users() -> list[Manifest]:
    """One principal a service, and one that only looks at lags."""
    granted = rights()
    mine = [_user(each, _acls([right for right in granted if right.principal == f"User:{each}"])) for each in SERVICES]
    return [*mine, _user(LAG_READER, _LAG_READING)]


LAG_READER: Final = "lag-reader"
_LAG_READING: Final[list[Manifest]] = [
    {
        "resource": {"type": "topic", "name": "navette.", "patternType": "prefix"},
        "operations": ["Describe"],
        "host": "*",
    },
    {"resource": {"type": "group", "name": "*", "patternType": "literal"}, "operations": ["Describe"], "host": "*"},
]


def topics() -> list[Manifest]:
    return [topic(described) for described in TOPICS]
