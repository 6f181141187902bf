"""Generated secrets of one stack: passwords of Kafka, PostgreSQL and the object store, and each service's key."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path

from local_stack.layout import Layout


def password(layout: Layout, system: str, name: str) -> str:
    """The password of `name` in `system` (kafka, postgres, s3); made once, kept with mode 0600."""
    path = layout.secrets / "credentials.json"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known: dict[str, dict[str, str]] = json.loads(file.read() or "{}")
        names = known.setdefault(system, {})
        if name not in names:
            names[name] = secrets.token_hex(20)
            file.seek(0)
            file.truncate()
            json.dump(known, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return names[name]


def key_file(layout: Layout, service: str) -> Path:
    """The file with 32 random bytes in base64 `service` encrypts its secrets at rest with; made once, mode 0600."""
    path = layout.secrets / f"{service}.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)))
    return path
