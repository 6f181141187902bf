"""Replicas follow the lag: from one to as many as a topic has partitions, for each service that reads events."""

from typing import Final

from cluster.kafka import LAG_READER
from cluster.names import DATA, KAFKA, Manifest, manifest, principal_password
from contracts.topics import PARTITIONS, SERVICES, TOPICS, Topic

_API: Final = "keda.sh/v1alpha1"
_LAG_A_REPLICA: Final = 500
"""Records one replica works off within a second or two at the measured rate."""


def event_topics(service: str) -> tuple[Topic, ...]:
    """What a service's `<service>.events` group reads. State topics are small and read by every replica's group."""
    return tuple(each for each in TOPICS if each.kind == "events" and service in each.readers)


def scaled_services() -> tuple[str, ...]:
    return tuple(service for service in SERVICES if event_topics(service))


def _trigger(service: str, topic: Topic) -> Manifest:
    return {
        "type": "kafka",
        "metadata": {
            "bootstrapServers": f"{KAFKA}-kafka-bootstrap.{DATA}.svc:9092",
            "consumerGroup": f"{service}.events",
            "topic": topic.name,
            "lagThreshold": str(_LAG_A_REPLICA),
            "offsetResetPolicy": "earliest",
            "sasl": "scram_sha512",
            "tls": "disable",
        },
        "authenticationRef": {"name": LAG_READER},
    }


def _scaled(service: str) -> Manifest:
    spec: Manifest = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": service},
        "minReplicaCount": 1,
        "maxReplicaCount": PARTITIONS,
        "pollingInterval": 15,
        "cooldownPeriod": 300,
        # when lags cannot be read, nobody is taken away from the work
        "fallback": {"failureThreshold": 4, "replicas": 3, "behavior": "currentReplicasIfHigher"},
        "advanced": {
            "horizontalPodAutoscalerConfig": {
                "behavior": {
                    "scaleDown": {
                        "stabilizationWindowSeconds": 300,
                        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
                    }
                }
            }
        },
        "triggers": [_trigger(service, topic) for topic in event_topics(service)],
    }
    return manifest(_API, "ScaledObject", service, spec)


def _authentication() -> Manifest:
    secret = principal_password(LAG_READER)
    targets = [{"parameter": name, "name": secret, "key": name} for name in ("username", "password")]
    return manifest(_API, "TriggerAuthentication", LAG_READER, {"secretTargetRef": targets})


def scaling() -> list[Manifest]:
    return [_authentication(), *(_scaled(service) for service in scaled_services())]
