"""What a backup reads and a restore writes: the database, the object store, the broker, and the keys at rest.

NAVETTE_DATABASE (a superuser's DSN of the mesh's database), NAVETTE_S3_ENDPOINT, _S3_ACCESS_KEY, _S3_SECRET_KEY (an
administrator), NAVETTE_KAFKA_BOOTSTRAP, _KAFKA_USERNAME, _KAFKA_PASSWORD (an administrator) and NAVETTE_KEYS (a folder
with each service's key file, `signing.key`) say where; without them the local stack of this checkout is used.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.topics import SERVICES
from local_stack import kafka, objects, ports, postgres
from local_stack.credentials import password
from local_stack.layout import Layout
from mesh.kafka import KafkaConnection
from mesh.objects.client import S3Client, connect
from mesh.vault import KeyFileRefused, Vault
from navette.errors import CommandError

_NEEDED = (
    *("DATABASE", "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    *("KAFKA_BOOTSTRAP", "KAFKA_USERNAME", "KAFKA_PASSWORD"),
)
_READ_SECONDS = 60.0


@dataclass(frozen=True)
class Site:
    """Where one installation's data are, and the administrators' credentials."""

    database: str = field(repr=False)
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str = field(repr=False)
    kafka: KafkaConnection
    keys: Path | None = None
    replication: int = 3
    layout: Layout | None = None

    @classmethod
    def find(cls, run: Path) -> "Site":
        """From the environment, else the local stack in `run`. Raises CommandError naming what is missing."""
        named = {name: os.environ.get(f"NAVETTE_{name}", "") for name in _NEEDED}
        if named["DATABASE"]:
            return cls._named(named)
        layout = Layout.of(run)
        if not (layout.secrets / "credentials.json").exists():
            raise CommandError(
                f"No stack runs in {layout.run}: `python -m local_stack up --only infra --run {layout.run}` starts an "
                "empty one; or set NAVETTE_DATABASE and what goes with it (docs/runbook.md)."
            )
        given = ports.read(layout)
        return cls(
            database=postgres.superuser_dsn(layout, postgres.DATABASE),
            s3_endpoint=objects.endpoint(given),
            s3_access_key=objects.ROOT,
            s3_secret_key=password(layout, "s3", objects.ROOT),
            kafka=KafkaConnection(kafka.bootstrap(given), kafka.ADMIN, password(layout, "kafka", kafka.ADMIN)),
            keys=layout.secrets,
            replication=1,
            layout=layout,
        )

    @classmethod
    def _named(cls, given: Mapping[str, str]) -> "Site":
        missing = [f"NAVETTE_{name}" for name in _NEEDED if not given[name]]
        if missing:
            raise CommandError(f"NAVETTE_DATABASE is set; set {', '.join(missing)} too.")
        keys = os.environ.get("NAVETTE_KEYS")
        return cls(
            database=given["DATABASE"],
            s3_endpoint=given["S3_ENDPOINT"],
            s3_access_key=given["S3_ACCESS_KEY"],
            s3_secret_key=given["S3_SECRET_KEY"],
            kafka=KafkaConnection(given["KAFKA_BOOTSTRAP"], given["KAFKA_USERNAME"], given["KAFKA_PASSWORD"]),
            keys=Path(keys) if keys else None,
            replication=int(os.environ.get("NAVETTE_REPLICATION", "3")),
        )

    def store(self, connections: int) -> S3Client:
        """The object store, as its administrator."""
        return connect(
            self.s3_endpoint,
            self.s3_access_key,
            self.s3_secret_key,
            connections=connections,
            read_seconds=_READ_SECONDS,
        )

    def key_ids(self) -> dict[str, tuple[str, ...]]:
        """The names of the keys that each service's secrets are encrypted with; empty where their folder is unknown.

        Raises CommandError when a key file is not readable for its owner alone, or holds no keys.
        """
        found: dict[str, tuple[str, ...]] = {}
        for service in SERVICES if self.keys else ():
            assert self.keys is not None
            path = self.keys / f"{service}.key"
            if path.exists():
                try:
                    found[service] = tuple(sorted(Vault.from_file(path).key_ids))
                except KeyFileRefused as error:
                    raise CommandError(str(error)) from None
        return found
