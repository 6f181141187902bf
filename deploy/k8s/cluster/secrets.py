"""Fresh secrets for an installation without a vault to take them from. Printed once, applied, kept nowhere here."""

import base64
import secrets
from collections.abc import Mapping
from typing import Final

from cluster.kafka import LAG_READER
from cluster.names import (
    DATA,
    DATABASE,
    DATABASE_CLUSTER,
    MESH,
    ROLES,
    Manifest,
    credentials,
    key,
    owner_credentials,
    principal_password,
    role,
    role_password,
)
from contracts.topics import SERVICES

_HOST: Final = f"{DATABASE_CLUSTER}-rw.{DATA}.svc"


def _secret(name: str, namespace: str, data: Mapping[str, str], kind: str = "Opaque") -> Manifest:
    metadata: Manifest = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": metadata, "stringData": dict(data)}


def _random() -> str:
    return secrets.token_hex(24)


def _dsn(service: str, kind: str, password: str) -> str:
    return f"postgresql://{role(service, kind)}:{password}@{_HOST}:5432/{DATABASE}"


def _of_service(service: str) -> list[Manifest]:
    roles = {kind: _random() for kind in ROLES}
    broker = _random()
    variables = {
        "DATABASE_API": _dsn(service, "api", roles["api"]),
        "DATABASE_PIPELINE": _dsn(service, "pipeline", roles["pipeline"]),
        "KAFKA_USERNAME": service,
        "KAFKA_PASSWORD": broker,
        "S3_ACCESS_KEY": service,
        "S3_SECRET_KEY": _random(),
    }
    at_rest = base64.b64encode(secrets.token_bytes(32)).decode()
    basic_auth = "kubernetes.io/basic-auth"
    return [
        _secret(credentials(service), MESH, variables),
        _secret(owner_credentials(service), MESH, {"DATABASE_OWNER": _dsn(service, "owner", roles["owner"])}),
        _secret(key(service), MESH, {"key": at_rest}),
        _secret(principal_password(service), DATA, {"password": broker}),
        *(
            _secret(
                role_password(service, kind),
                DATA,
                {"username": role(service, kind), "password": roles[kind]},
                basic_auth,
            )
            for kind in ROLES
        ),
    ]


def fresh_secrets() -> list[Manifest]:
    """Everything the manifests refer to, except the gateway's certificate and the seal's key and chain."""
    lags = _random()
    of_lags = {"username": LAG_READER, "password": lags}
    name = principal_password(LAG_READER)
    return [
        *(secret for service in SERVICES for secret in _of_service(service)),
        _secret(name, DATA, of_lags),
        _secret(name, MESH, of_lags),
    ]
