"""The environment of each service: the one place that makes it."""

from __future__ import annotations

import json
import os

from contracts.topics import PARTITIONS_LOCAL
from local_stack import kafka, objects, postgres
from local_stack.credentials import key_file, password
from local_stack.layout import REPOSITORY, Layout
from local_stack.roles import package_of, role

ISSUER = "https://id.navette.local"


def prefix(service: str) -> str:
    """What a service's variables begin with: `PO_SYNC_`."""
    return f"{package_of(service).upper()}_"


def public_url(ports: dict[str, int]) -> str:
    """The gateway's origin. `localhost` itself, since its sub-names resolve in browsers but not in every program."""
    return f"https://localhost:{ports['gateway']}"


def origins(ports: dict[str, int]) -> tuple[str, ...]:
    """Every origin the gateway answers to, the public one first."""
    others = (f"https://{host}:{ports['gateway']}" for host in ("navette.localhost", "127.0.0.1"))
    return (public_url(ports), *others)


def _of_registration(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    # Text messages arrive in the mail catcher; the public registers are a file.
    return {
        "ORIGINS": json.dumps(origins(ports)[1:]),
        "SMS_DOMAIN": "sms.navette.example",
        "REGISTER_FILE": str(REPOSITORY / "examples" / "register.json"),
    }


def _of_notifications(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    return {"WEBHOOK_ALLOW_LOOPBACK": "true"}


def _of_signing(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    pki = layout.seal_pki
    return {
        "SEAL_KEY_FILE": str(pki / "seal.key"),
        "SEAL_CHAIN_FILE": str(pki / "seal-chain.pem"),
        "TRUST_FILE": str(pki / "trust.pem"),
        "TSA_URL": f"http://127.0.0.1:{ports['pki']}/tsa",
    }


def _of_archive(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    # A development archive must be erasable some day: objects under COMPLIANCE are not, before their term.
    return {
        "LOCK_DAYS": "1",
        "LOCK_DAYS_WITHOUT_OPTION": "1",
        "TRUST_FILE": str(layout.seal_pki / "trust.pem"),
        "TSA_URL": f"http://127.0.0.1:{ports['pki']}/tsa",
        "EVIDENCE_MINUTES": "5",
    }


def _of_validation(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    return {"VAT_REGISTER_FILE": str(layout.vat_register)}


_OWN = {
    "registration": _of_registration,
    "signing": _of_signing,
    "archive": _of_archive,
    "notifications": _of_notifications,
    "validation": _of_validation,
}


def of(layout: Layout, ports: dict[str, int], service: str) -> dict[str, str]:
    """Every variable of a service (project name); one set by whoever calls, under the service's prefix, wins."""
    own = _OWN.get(service)
    values = {
        "HOST": "127.0.0.1",
        "PORT": str(ports[service]),
        "INSTANCE": "0",
        "ENVIRONMENT": "development",
        "DATABASE_OWNER": postgres.dsn(layout, role(service, "owner")),
        "DATABASE_API": postgres.dsn(layout, role(service, "api")),
        "DATABASE_PIPELINE": postgres.dsn(layout, role(service, "pipeline")),
        "KAFKA_BOOTSTRAP": kafka.bootstrap(ports),
        "KAFKA_USERNAME": service,
        "KAFKA_PASSWORD": password(layout, "kafka", service),
        # A paused member is given up sooner than in production, so that a developer does not wait half a minute.
        "KAFKA_SESSION_TIMEOUT_MS": "10000",
        "S3_ENDPOINT": objects.endpoint(ports),
        "S3_ACCESS_KEY": service,
        "S3_SECRET_KEY": password(layout, "s3", service),
        "JWKS_URL": f"http://127.0.0.1:{ports['registration']}/.well-known/jwks.json",
        "ISSUER": ISSUER,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(ports["smtp"]),
        "SECRET_KEY_FILE": str(key_file(layout, service)),
        "PUBLIC_URL": public_url(ports),
        **(own(layout, ports) if own else {}),
    }
    mine = prefix(service)
    stated = {mine + name: value for name, value in values.items()}
    return stated | {name: value for name, value in os.environ.items() if name.startswith(mine)}


def of_topics(layout: Layout, ports: dict[str, int]) -> dict[str, str]:
    """What `mesh.topics` needs to create topics and grants."""
    return {
        "NAVETTE_KAFKA_BOOTSTRAP": kafka.bootstrap(ports),
        "NAVETTE_KAFKA_USERNAME": kafka.ADMIN,
        "NAVETTE_KAFKA_PASSWORD": password(layout, "kafka", kafka.ADMIN),
        "NAVETTE_PARTITIONS": str(PARTITIONS_LOCAL),
        "NAVETTE_REPLICATION": "1",
    }
