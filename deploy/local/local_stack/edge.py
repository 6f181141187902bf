"""What stands in front: the gateway (Envoy) with TLS, and the server of the portal's files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import sysconfig
from pathlib import Path

from local_stack import tls
from local_stack.environment import origins, public_url
from local_stack.errors import StackError
from local_stack.layout import REPOSITORY, Layout
from local_stack.probes import http_ok
from local_stack.program import Program


def portal_program(ports: dict[str, int]) -> Program:
    """The portal's files, a plain page until they are built, and the operators' status page."""
    folders = (REPOSITORY / "portal" / "dist", REPOSITORY / "deploy" / "local" / "site")
    origin = f"http://127.0.0.1:{ports['portal']}"
    shown = tuple(word for folder in folders for word in ("--dir", str(folder)))
    return Program(
        name="portal",
        command=(
            *(sys.executable, "-m", "local_stack.static", "--port", str(ports["portal"]), *shown),
            *("--status", str(REPOSITORY / "deploy" / "status")),
        ),
        ready=lambda: http_ok(f"{origin}/readyz"),
        address=origin,
    )


def configure_gateway(layout: Layout, ports: dict[str, int]) -> None:
    """Write Envoy's configuration from the route table.

    Raises StackError when the table cannot be turned into one.
    """
    done = subprocess.run(
        [
            *(sys.executable, "-m", "gateway", "envoy"),
            *("--ports", layout.ports_file, "--tls", tls.prepare(layout), "--out", layout.gateway_config),
            *(word for origin in origins(ports) for word in ("--origin", origin)),
        ],
        cwd=layout.run,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(f"the gateway's configuration was not made: {done.stderr.strip()[-800:]}")


def _loaded(layout: Layout) -> str:
    """Digest of what Envoy reads once, at its start: as part of the program, a change of it restarts Envoy."""
    digest = hashlib.sha256()
    for path in (layout.gateway_config, layout.tls / tls.CERTIFICATE):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def gateway_program(layout: Layout, ports: dict[str, int]) -> Program:
    """Envoy. Without hot restart, which would tie it to its parent and clash between stacks."""
    envoy = Path(sysconfig.get_path("scripts")) / "envoy"
    options = ("--concurrency", "1", "--disable-hot-restart", "--log-level", "warning")
    return Program(
        name="gateway",
        command=(str(envoy), "-c", str(layout.gateway_config), *options),
        environment={"NAVETTE_LOADED": _loaded(layout)},
        ready=lambda: http_ok(f"http://127.0.0.1:{ports['gateway_admin']}/ready"),
        address=public_url(ports),
    )
