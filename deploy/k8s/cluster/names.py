"""Names that manifests of several files must agree on."""

from collections.abc import Mapping
from typing import Any, Final

Manifest = dict[str, Any]

MESH: Final = "navette"
"""Namespace of the services, the portal and the gateway's objects."""
DATA: Final = "navette-data"
"""Namespace of Kafka and PostgreSQL: their operators' pods are not under the mesh's network policies."""

KAFKA: Final = "navette"
DATABASE_CLUSTER: Final = "navette-db"
DATABASE: Final = "navette"
ROLES: Final = ("owner", "api", "pipeline")
"""owner migrates; api serves people under row policies; pipeline consumes, publishes and runs jobs."""


def package_of(service: str) -> str:
    """A service's import name, which is also its schema and the stem of its roles."""
    return service.replace("-", "_")


def prefix(service: str) -> str:
    """What a service's environment variables begin with: `PO_SYNC_`."""
    return f"{package_of(service).upper()}_"


def credentials(service: str) -> str:
    """The Secret whose keys, with the prefix, are a service's secret variables."""
    return f"{service}-credentials"


def owner_credentials(service: str) -> str:
    """The Secret only a migration reads."""
    return f"{service}-owner"


def key(service: str) -> str:
    """The Secret with the key a service encrypts its own secrets with."""
    return f"{service}-key"


def role(service: str, kind: str) -> str:
    return f"{package_of(service)}_{kind}"


def role_password(service: str, kind: str) -> str:
    """The Secret CloudNativePG reads a role's password from."""
    return f"{role(service, kind).replace('_', '-')}-password"


def principal_password(service: str) -> str:
    """The Secret Strimzi reads a principal's password from."""
    return f"{service}-kafka"


def manifest(
    api: str,
    kind: str,
    name: str,
    spec: Mapping[str, Any],
    *,
    namespace: str = MESH,
    labels: Mapping[str, str] | None = None,
) -> Manifest:
    """An object with its namespace written out: what lies in two namespaces cannot be told by kustomize."""
    metadata: Manifest = {"name": name, "namespace": namespace}
    if labels:
        metadata["labels"] = dict(labels)
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": dict(spec)}
