"""The object store: MinIO from the PATH or built once from its published source, else SeaweedFS from its wheel.

`S3=minio|seaweedfs` decides; a stack keeps the store its data were written with until `reset`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contracts.topics import SERVICES
from local_stack.access import identity_actions
from local_stack.credentials import password
from local_stack.errors import StackError
from local_stack.layout import Layout, cache_folder
from local_stack.probes import http_ok
from local_stack.program import Program
from local_stack.report import say, step
from local_stack.tools import find

Kind = Literal["minio", "seaweedfs"]

ROOT = "navette-root"
_BUILD_SECONDS = 900
# The last public state of MinIO's source; upstream is archived, so it will not move.
_MINIO_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"


@dataclass(frozen=True)
class Store:
    """Which store runs and its program file."""

    kind: Kind
    binary: str


def _weed() -> str:
    binary = Path(sysconfig.get_path("scripts")) / "weed"
    return str(binary) if binary.exists() else str(Path(sys.prefix) / "bin" / "weed")


def _built_minio() -> Path:
    return cache_folder() / f"minio-{_MINIO_VERSION}" / "minio"


def _build_minio(go: str) -> Path:
    binary = _built_minio()
    with step("built MinIO from its source, once for all checkouts (some minutes)", announce=True):
        partial = binary.parent.with_name(f"{binary.parent.name}.{os.getpid()}")
        environment = os.environ | {"GOBIN": str(partial), "GOFLAGS": "-buildvcs=false -trimpath", "CGO_ENABLED": "0"}
        done = subprocess.run(
            [
                "timeout",
                str(_BUILD_SECONDS),
                go,
                "install",
                "-gcflags=all=-dwarf=false",  # a quarter less to compile
                "-ldflags=-s -w",
                f"github.com/minio/minio@{_MINIO_VERSION}",
            ],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(partial, ignore_errors=True)
            reason = done.stderr.strip()[-400:] or f"no end after {_BUILD_SECONDS} s"
            raise StackError(f"MinIO was not built: {reason}")
        try:
            partial.rename(binary.parent)
        except OSError:  # another checkout was quicker
            shutil.rmtree(partial)
    return binary


def _minio() -> str | None:
    installed = find("minio")
    if installed:
        return installed
    if _built_minio().exists():
        return str(_built_minio())
    go = find("go")
    return str(_build_minio(go)) if go else None


def choose(layout: Layout) -> Store:
    """The store of this stack.

    Raises StackError when `S3` demands another one than its data were written with, or one that cannot be had.
    """
    demanded = os.environ.get("S3")
    if demanded not in (None, "", "minio", "seaweedfs"):
        raise StackError(f"S3={demanded}: say minio or seaweedfs")
    mark = layout.objects / "store"
    kept = mark.read_text().strip() if mark.exists() else None
    if demanded and kept and demanded != kept:
        raise StackError(f"the objects in {layout.run} were written with {kept}: `reset` before changing to {demanded}")
    wanted = demanded or kept
    store = _find(wanted)
    mark.write_text(store.kind + "\n")
    return store


def current(layout: Layout) -> Store | None:
    """The store this stack was started with; None before its first `up`."""
    mark = layout.objects / "store"
    if not mark.exists():
        return None
    if mark.read_text().strip() == "seaweedfs":
        return Store("seaweedfs", _weed())
    return Store("minio", find("minio") or str(_built_minio()))


def _find(wanted: str | None) -> Store:
    if wanted != "seaweedfs":
        try:
            binary = _minio()
        except StackError as error:
            if wanted == "minio":
                raise
            say(f"           {error}")
            binary = None
        if binary:
            return Store("minio", binary)
        if wanted == "minio":
            raise StackError(
                "MinIO is not on the PATH and Go, which would build it, is missing: apt-get install -y golang-go"
            )
        say("           no MinIO here and nothing to build it with: the object store is SeaweedFS (S3=minio insists)")
    return Store("seaweedfs", _weed())


def endpoint(ports: dict[str, int]) -> str:
    """The store's address."""
    return f"http://127.0.0.1:{ports['s3']}"


def prepare(layout: Layout, store: Store) -> None:
    """Make the data folder and, for SeaweedFS, the file with its users."""
    (layout.objects / "data").mkdir(mode=0o700, exist_ok=True)
    if store.kind == "seaweedfs":
        users = [_identity(ROOT, password(layout, "s3", ROOT), ["Admin", "Read", "Write", "List", "Tagging"])]
        users += [
            _identity(service, password(layout, "s3", service), identity_actions(service)) for service in SERVICES
        ]
        descriptor = os.open(layout.objects / "identities.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"identities": users}, file, indent=1)


def _identity(name: str, secret: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": name, "secretKey": secret}], "actions": actions}


def program(layout: Layout, ports: dict[str, int], store: Store) -> Program:
    """The store's process."""
    data = str(layout.objects / "data")
    if store.kind == "minio":
        return Program(
            name="objects",
            command=(store.binary, "server", "--quiet", "--address", f"127.0.0.1:{ports['s3']}", data),
            environment={
                "MINIO_ROOT_USER": ROOT,
                "MINIO_ROOT_PASSWORD": password(layout, "s3", ROOT),
                "MINIO_BROWSER": "off",
                "MINIO_UPDATE": "off",
            },
            ready=lambda: http_ok(f"{endpoint(ports)}/minio/health/ready"),
            address=endpoint(ports),
        )
    flags = {
        "dir": data,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.port": ports["seaweed_master"],
        "master.port.grpc": ports["seaweed_master_grpc"],
        "master.volumeSizeLimitMB": 256,
        "master.telemetry": "false",
        "volume.port": ports["seaweed_volume"],
        "volume.port.grpc": ports["seaweed_volume_grpc"],
        "volume.max": 0,
        "volume.preStopSeconds": 0,
        "filer": "true",
        "filer.port": ports["seaweed_filer"],
        "filer.port.grpc": ports["seaweed_filer_grpc"],
        "s3": "true",
        "s3.port": ports["s3"],
        "s3.port.grpc": ports["seaweed_s3_grpc"],
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": layout.objects / "identities.json",
    }
    return Program(
        name="objects",
        command=(store.binary, "-logtostderr", "server", *(f"-{name}={value}" for name, value in flags.items())),
        ready=lambda: http_ok(f"{endpoint(ports)}/healthz"),
        stop_seconds=25,  # its filer waits 15 s for its own connections
        address=endpoint(ports),
    )
