"""The development seal PKI under supervision: time-stamps, OCSP, CRLs and certificates from `local_stack.pki`."""

from __future__ import annotations

import sys

from local_stack.layout import Layout
from local_stack.pki.authorities import create
from local_stack.probes import http_ok
from local_stack.program import Program


def prepare(layout: Layout, ports: dict[str, int]) -> None:
    """Make authorities, seal key and time-stamp unit the first time."""
    layout.seal_pki.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    create(layout.seal_pki, f"http://127.0.0.1:{ports['pki']}")


def program(layout: Layout, ports: dict[str, int]) -> Program:
    """The server of the PKI."""
    origin = f"http://127.0.0.1:{ports['pki']}"
    return Program(
        name="pki",
        command=(
            *(sys.executable, "-m", "local_stack.pki", "serve"),
            *("--dir", str(layout.seal_pki), "--port", str(ports["pki"])),
        ),
        ready=lambda: http_ok(f"{origin}/healthz"),
        address=origin,
    )
