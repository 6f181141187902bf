"""PostgreSQL for CloudNativePG: one database, and per service one schema and three roles."""

from typing import Final

from cluster.names import DATA, DATABASE, DATABASE_CLUSTER, ROLES, Manifest, manifest, package_of, role, role_password
from contracts.topics import SERVICES

_API: Final = "postgresql.cnpg.io/v1"
_PROVISION: Final = "provision"
_PROVISION_FILE: Final = "provision.sql"


def provisioning() -> str:
    """Runs once, as superuser, in the new database. Passwords are set from secrets and stand nowhere here.

    Every role is an ordinary one: nobody may bypass row policies, make databases or make roles.
    """
    lines = [
        "-- What PostgreSQL holds before any migration. Made by `python -m cluster`.",
        "create extension if not exists pg_trgm with schema public;",
        "create extension if not exists btree_gin with schema public;",
        f"revoke all on database {DATABASE} from public;",
        "revoke create on schema public from public;",
    ]
    for service in SERVICES:
        schema = package_of(service)
        for kind in ROLES:
            name = role(service, kind)
            lines += [
                f"create role {name} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit;",
                f"grant connect on database {DATABASE} to {name};",
                # A rebuild of projections works in temporary tables.
                *([f"grant temporary on database {DATABASE} to {name};"] if kind == "pipeline" else []),
                f"alter role {name} in database {DATABASE} set search_path = {schema}, public;",
            ]
        lines += [
            f"create schema {schema} authorization {role(service, 'owner')};",
            f"revoke all on schema {schema} from public;",
            *(f"grant usage on schema {schema} to {role(service, kind)};" for kind in ROLES if kind != "owner"),
        ]
    return "\n".join(lines) + "\n"


def _managed(service: str, kind: str) -> Manifest:
    return {
        "name": role(service, kind),
        "ensure": "present",
        "login": True,
        "superuser": False,
        "createdb": False,
        "createrole": False,
        "replication": False,
        "bypassrls": False,
        "inherit": True,
        "passwordSecret": {"name": role_password(service, kind)},
    }


def _provision_map() -> Manifest:
    metadata: Manifest = {"name": _PROVISION, "namespace": DATA}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {_PROVISION_FILE: provisioning()}}


def _cluster() -> Manifest:
    """Three instances; a commit is on two of them before it counts. No pooler: advisory locks need real connections."""
    init: Manifest = {
        "database": DATABASE,
        "owner": "navette",
        "dataChecksums": True,
        "encoding": "UTF8",
        "localeProvider": "builtin",
        "builtinLocale": "C.UTF-8",
        "postInitApplicationSQLRefs": {"configMapRefs": [{"name": _PROVISION, "key": _PROVISION_FILE}]},
    }
    parameters = {
        "max_connections": "400",
        "shared_buffers": "2GB",
        "idle_in_transaction_session_timeout": "30s",
        "synchronous_commit": "on",
    }
    spec: Manifest = {
        "instances": 3,
        "imageName": "ghcr.io/cloudnative-pg/postgresql:17.6",
        "enableSuperuserAccess": False,
        "bootstrap": {"initdb": init},
        "managed": {"roles": [_managed(service, kind) for service in SERVICES for kind in ROLES]},
        "postgresql": {
            "parameters": parameters,
            "synchronous": {"method": "any", "number": 1, "dataDurability": "required"},
        },
        "storage": {"size": "200Gi"},
        "walStorage": {"size": "50Gi"},
        "resources": {"requests": {"cpu": "2", "memory": "8Gi"}, "limits": {"memory": "8Gi"}},
        "affinity": {"podAntiAffinityType": "required", "topologyKey": "kubernetes.io/hostname"},
        "backup": {"volumeSnapshot": {"className": "navette", "online": True}},
    }
    return manifest(_API, "Cluster", DATABASE_CLUSTER, spec, namespace=DATA)


def _nightly() -> Manifest:
    spec: Manifest = {
        "schedule": "0 30 1 * * *",
        "method": "volumeSnapshot",
        "cluster": {"name": DATABASE_CLUSTER},
        "backupOwnerReference": "cluster",
    }
    return manifest(_API, "ScheduledBackup", f"{DATABASE_CLUSTER}-nightly", spec, namespace=DATA)


def database() -> list[Manifest]:
    return [_provision_map(), _cluster(), _nightly()]
