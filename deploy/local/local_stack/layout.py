"""Where one stack keeps its things: everything that survives is under its run folder, downloads in a shared cache."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
"""The checkout this package was installed from (editable)."""

MARK = "NAVETTE_STACK"
"""Environment variable every process of a stack carries, with its run folder as value: what `down` sweeps by."""


def cache_folder() -> Path:
    """Jars and built tools, shared by every checkout of this user; `NAVETTE_CACHE` moves it."""
    configured = os.environ.get("NAVETTE_CACHE")
    return Path(configured).resolve() if configured else Path.home() / ".cache" / "navette"


@dataclass(frozen=True)
class Layout:
    """The folders and files of one stack."""

    run: Path
    disposable: bool = False
    """Its data may be lost with the machine (not with a process): tests don't wait for the disk."""

    @classmethod
    def of_tests(cls) -> Layout:
        """The stack that connected and end-to-end tests share and leave running, `.local/test` of this checkout;
        `NAVETTE_TEST_RUN` moves it."""
        return cls(
            Path(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test").resolve(), disposable=True
        )

    @classmethod
    def of(cls, run: str | Path | None = None) -> Layout:
        """The stack in `run`, by default `.local` of this checkout."""
        return cls(Path(run).resolve() if run else REPOSITORY / ".local")

    @property
    def mark(self) -> str:
        return str(self.run)

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def secrets(self) -> Path:
        return self.run / "secrets"

    @property
    def vat_register(self) -> Path:
        """What VIES would say of VAT numbers, where somebody writes it: `{"DE136695976": "away"}`."""
        return self.run / "vat-register.json"

    @property
    def ports_file(self) -> Path:
        return self.run / "ports.json"

    @property
    def tls(self) -> Path:
        return self.run / "pki" / "tls"

    @property
    def seal_pki(self) -> Path:
        return self.run / "pki" / "seal"

    @property
    def kafka(self) -> Path:
        return self.run / "kafka"

    @property
    def postgres(self) -> Path:
        return self.run / "postgres"

    @property
    def objects(self) -> Path:
        return self.run / "objects"

    @property
    def mail(self) -> Path:
        return self.run / "mail"

    @property
    def gateway_config(self) -> Path:
        return self.run / "gateway" / "envoy.json"

    @property
    def sockets(self) -> Path:
        """Unix sockets live in the temporary folder: their path may hold 107 bytes, a run folder's may be longer."""
        digest = hashlib.sha256(str(self.run).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"navette-{os.getuid()}-{digest}"

    @property
    def supervisor_socket(self) -> Path:
        return self.sockets / "supervisor.sock"

    def create(self) -> None:
        """Make the folders. The database's own user may cross the run folder; secrets, logs and mails are private."""
        self.run.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o711)
        for private in (self.secrets, self.logs, self.mail, self.kafka, self.objects, self.gateway_config.parent):
            private.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o711, exist_ok=True)
        owner = self.sockets.stat().st_uid
        if owner != os.getuid():
            message = f"{self.sockets} belongs to user {owner}; remove it or set TMPDIR to a folder of your own"
            raise PermissionError(message)
