"""What the operators are asked for is what the contracts say: topics, rights, roles, replicas, who may talk, alerts."""

import re
from collections.abc import Iterable
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cluster.database import provisioning
from contracts.topics import PARTITIONS, SERVICES, TOPICS
from mesh.broker_admin import Operation, Pattern, Resource, Right
from mesh.telemetry import REGISTRY
from mesh.topics import rights

Manifest = dict[str, Any]
ROOT = Path(__file__).parents[3]


def of_kind(objects: Iterable[Manifest], kind: str) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == kind}


def test_topics_are_those_of_the_contract(prod: list[Manifest]) -> None:
    asked = of_kind(prod, "KafkaTopic")
    assert set(asked) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        spec = asked[topic.name]
        assert (spec["partitions"], spec["replicas"]) == (PARTITIONS, 3)
        assert topic.settings.items() <= spec["config"].items()
        assert spec["config"]["min.insync.replicas"] == "2"


def test_rights_are_those_of_the_contract(prod: list[Manifest]) -> None:
    kinds = {"topic": Resource.TOPIC, "group": Resource.GROUP, "cluster": Resource.CLUSTER}
    patterns = {"literal": Pattern.LITERAL, "prefix": Pattern.PREFIXED}
    operations = {
        "Read": Operation.READ,
        "Write": Operation.WRITE,
        "Describe": Operation.DESCRIBE,
        "IdempotentWrite": Operation.IDEMPOTENT_WRITE,
    }
    asked = {
        Right(
            f"User:{user}",
            kinds[acl["resource"]["type"]],
            acl["resource"].get("name", "kafka-cluster"),
            patterns[acl["resource"].get("patternType", "literal")],
            operations[operation],
        )
        for user, spec in of_kind(prod, "KafkaUser").items()
        if user in SERVICES
        for acl in spec["authorization"]["acls"]
        for operation in acl["operations"]
    }
    assert asked == rights()


def test_who_reads_lags_reads_nothing_else(prod: list[Manifest]) -> None:
    acls = of_kind(prod, "KafkaUser")["lag-reader"]["authorization"]["acls"]
    assert {operation for acl in acls for operation in acl["operations"]} == {"Describe"}


def test_no_role_can_do_more_than_it_must(prod: list[Manifest]) -> None:
    roles = of_kind(prod, "Cluster")["navette-db"]["managed"]["roles"]
    wanted = {f"{service.replace('-', '_')}_{kind}" for service in SERVICES for kind in ("owner", "api", "pipeline")}
    assert {role["name"] for role in roles} == wanted
    for role in roles:
        powers = [role[power] for power in ("superuser", "createdb", "createrole", "replication", "bypassrls")]
        assert powers == [False] * 5
    assert of_kind(prod, "Cluster")["navette-db"]["enableSuperuserAccess"] is False


def test_provisioning_makes_each_role_and_schema_and_sets_no_password() -> None:
    text = provisioning()
    for service in SERVICES:
        stem = service.replace("-", "_")
        assert f"create schema {stem} authorization {stem}_owner;" in text
        for kind in ("owner", "api", "pipeline"):
            assert f"create role {stem}_{kind} login nosuperuser" in text
    assert "password" not in text


def test_a_commit_is_on_two_machines(prod: list[Manifest]) -> None:
    spec = of_kind(prod, "Cluster")["navette-db"]
    assert spec["instances"] == 3
    assert spec["postgresql"]["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
    assert spec["postgresql"]["parameters"]["synchronous_commit"] == "on"


def test_who_reads_events_grows_with_its_lag(prod: list[Manifest]) -> None:
    readers = {
        service: {topic.name for topic in TOPICS if topic.kind == "events" and service in topic.readers}
        for service in SERVICES
    }
    scaled = of_kind(prod, "ScaledObject")
    assert set(scaled) == {service for service, topics in readers.items() if topics}
    for service, spec in scaled.items():
        assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (1, PARTITIONS)
        assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": service}
        triggers = [trigger["metadata"] for trigger in spec["triggers"]]
        assert {trigger["topic"] for trigger in triggers} == readers[service]
        assert {trigger["consumerGroup"] for trigger in triggers} == {f"{service}.events"}
        assert "replicas" not in of_kind(prod, "StatefulSet")[service]


def test_there_are_always_two_of_registration(prod: list[Manifest]) -> None:
    assert of_kind(prod, "StatefulSet")["registration"]["replicas"] == 2


def matches(selector: Manifest, labels: dict[str, str]) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for expression in selector.get("matchExpressions", []):
        held = labels.get(expression["key"]) in expression["values"]
        if held is not (expression["operator"] == "In"):
            return False
    return True


def peers(prod: list[Manifest], direction: str, labels: dict[str, str]) -> list[tuple[Manifest, int]]:
    """What the policies on a pod allow in a direction, as peer and port."""
    word = "from" if direction == "ingress" else "to"
    return [
        (peer, port["port"])
        for each in prod
        if each["kind"] == "NetworkPolicy" and each["metadata"]["namespace"] == "navette"
        if matches(each["spec"]["podSelector"], labels)
        for rule in each["spec"].get(direction, [])
        for peer in rule[word]
        for port in rule["ports"]
    ]


def pod_labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "navette"}


def may_talk(prod: list[Manifest], source: str, target: str) -> bool:
    """Whether a pod may open a connection to another of the mesh: both ends must allow it."""
    out = [peer for peer, _ in peers(prod, "egress", pod_labels(source)) if set(peer) == {"podSelector"}]
    into = [peer for peer, _ in peers(prod, "ingress", pod_labels(target)) if set(peer) == {"podSelector"}]
    leaves = any(matches(peer["podSelector"], pod_labels(target)) for peer in out)
    return leaves and any(matches(peer["podSelector"], pod_labels(source)) for peer in into)


def test_by_default_nobody_talks(prod: list[Manifest]) -> None:
    policy = of_kind(prod, "NetworkPolicy")["default-deny"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_no_service_talks_to_another_except_for_registrations_keys(prod: list[Manifest]) -> None:
    everybody = (*SERVICES, "portal")
    talking = {(source, target) for source, target in product(everybody, everybody) if may_talk(prod, source, target)}
    assert talking == {(service, "registration") for service in SERVICES if service != "registration"}


@pytest.mark.parametrize("name", [*SERVICES, "portal"])
def test_only_the_gateway_and_metrics_come_from_outside(prod: list[Manifest], name: str) -> None:
    namespaces = {
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for peer, _ in peers(prod, "ingress", pod_labels(name))
        if "namespaceSelector" in peer
    }
    assert namespaces == {"envoy-gateway-system"} | ({"monitoring"} if name != "portal" else set())


def outside(prod: list[Manifest], name: str) -> set[int]:
    return {port for peer, port in peers(prod, "egress", pod_labels(name)) if "ipBlock" in peer}


def test_who_reaches_the_outside_is_counted(prod: list[Manifest]) -> None:
    assert {name: outside(prod, name) for name in (*SERVICES, "portal")} == {
        "registration": {443, 587},
        "po-sync": {443},
        "invoicing": {443},
        "validation": {443},
        "signing": {80, 443},
        "archive": {80, 443, 587},
        "notifications": {443, 587},
        "portal": set(),
    }


def test_the_outside_is_never_an_address_inside(prod: list[Manifest]) -> None:
    blocks = [
        peer["ipBlock"] for name in SERVICES for peer, _ in peers(prod, "egress", pod_labels(name)) if "ipBlock" in peer
    ]
    for block in blocks:
        assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= set(
            block["except"]
        )


def test_a_migration_reaches_the_database_and_nothing_else(prod: list[Manifest]) -> None:
    labels = {"app.kubernetes.io/component": "migration", "app.kubernetes.io/part-of": "navette"}
    assert {port for _, port in peers(prod, "egress", labels)} == {53, 5432}
    assert not peers(prod, "ingress", labels)


def test_alerts_ask_for_metrics_that_exist(prod: list[Manifest]) -> None:
    of_one = ("validation.shadowing", "validation.confirming", "archive.checking", "archive.evidencing")
    for counting in (*of_one, "archive.publishing"):
        import_module(counting)  # metrics of one service only are made where they are counted
    known = {sample for family in REGISTRY.collect() for sample in _sample_names(family.name, family.type)}
    rules = [rule for group in of_kind(prod, "PrometheusRule")["navette"]["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"\bnavette_[a-z_]+", rule["expr"])}
    assert asked
    assert asked <= known


def _sample_names(name: str, kind: str) -> set[str]:
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))
    return {name + suffix for suffix in suffixes}


def test_alerts_lead_to_what_to_do(prod: list[Manifest]) -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    rules = [rule for group in of_kind(prod, "PrometheusRule")["navette"]["groups"] for rule in group["rules"]]
    assert {rule["annotations"]["runbook"].partition("#")[2] for rule in rules} <= anchors
