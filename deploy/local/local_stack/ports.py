"""One block of ports a stack, kept in `ports.json`: nothing else in the repository names a port."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from local_stack.errors import StackError
from local_stack.layout import Layout

NAMES = (
    "gateway",
    "gateway_admin",
    "portal",
    "mail",
    "smtp",
    "pki",
    "kafka",
    "kafka_controller",
    "s3",
    "registration",
    "po-sync",
    "invoicing",
    "validation",
    "signing",
    "archive",
    "notifications",
    "seaweed_master",
    "seaweed_master_grpc",
    "seaweed_volume",
    "seaweed_volume_grpc",
    "seaweed_filer",
    "seaweed_filer_grpc",
    "seaweed_s3_grpc",
)
BLOCK = 40
# Below Linux's ephemeral range (32768 and up), so that no outgoing connection can take one of ours.
FIRST, LAST = 18000, 32000


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def block(base: int) -> dict[str, int]:
    """The names of a block that begins at `base`."""
    return {name: base + offset for offset, name in enumerate(NAMES)}


def read(layout: Layout) -> dict[str, int]:
    """The ports this stack was given.

    Raises StackError when it was never started.
    """
    try:
        return json.loads(layout.ports_file.read_text())
    except FileNotFoundError as error:
        raise StackError(
            f"no stack in {layout.run}: run `python -m local_stack up --run {layout.run}` first"
        ) from error


@contextmanager
def _registry() -> Generator[dict[str, str]]:
    """Which run folder holds which base, for every stack of this user, also those that are down."""
    path = Path(tempfile.gettempdir()) / f"navette-ports-{os.getuid()}.json"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held: dict[str, str] = json.loads(file.read() or "{}")
        yield held
        file.seek(0)
        file.truncate()
        json.dump(held, file)


def _candidates(layout: Layout) -> Iterator[int]:
    blocks = (LAST - FIRST) // BLOCK
    start = int.from_bytes(hashlib.sha256(layout.mark.encode()).digest()[:4], "big") % blocks
    for step in range(blocks):
        yield FIRST + (start + step) % blocks * BLOCK


def allocate(layout: Layout, *, running: bool) -> dict[str, int]:
    """The ports of this stack: those it had, else the block at `NAVETTE_PORT_BASE`, else a free one.

    `running` says that the stack itself already holds them, so they need not be free.
    Raises StackError when the demanded block is taken or none is free.
    """
    demanded = os.environ.get("NAVETTE_PORT_BASE")
    had = json.loads(layout.ports_file.read_text()) if layout.ports_file.exists() else None
    if had is not None and set(had) == set(NAMES):
        wanted = not demanded or had["gateway"] == int(demanded)
        if running or (wanted and all(_is_free(port) for port in had.values())):
            return had
    with _registry() as held:
        taken = {int(base) for base, run in held.items() if run != layout.mark and (Path(run) / "ports.json").exists()}
        bases = [int(demanded)] if demanded else [base for base in _candidates(layout) if base not in taken]
        for base in bases:
            ports = block(base)
            if all(_is_free(port) for port in ports.values()):
                for stale in [key for key, run in held.items() if run == layout.mark]:
                    del held[stale]
                held[str(base)] = layout.mark
                layout.ports_file.write_text(json.dumps(ports, indent=1) + "\n")
                return ports
    if demanded:
        raise StackError(
            f"ports {demanded} to {int(demanded) + len(NAMES) - 1} are not all free: choose another NAVETTE_PORT_BASE"
        )
    raise StackError(f"no free block of {BLOCK} ports between {FIRST} and {LAST}: set NAVETTE_PORT_BASE")
