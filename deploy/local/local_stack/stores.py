"""pytest plugin for tests of the object stores themselves: `minio_store` and `seaweed_store`.

Each is started in a temporary folder, serves the whole session, and is stopped and removed at the end.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from minio import Minio

from local_stack import buckets, objects, ports
from local_stack.credentials import password
from local_stack.errors import StackError
from local_stack.layout import Layout

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class RunningStore:
    """Where a store is and its administrator's keys; its buckets are those of every installation."""

    kind: objects.Kind
    endpoint: str
    access_key: str
    secret_key: str

    def administrator(self) -> Minio:
        """A client with every right, for looking and for attacking."""
        host = self.endpoint.removeprefix("http://")
        return Minio(endpoint=host, access_key=self.access_key, secret_key=self.secret_key, secure=False)


@contextmanager
def running_store(kind: objects.Kind) -> Generator[RunningStore]:
    """Run a store of this kind with its buckets. Raises StackError when it cannot be had or does not become ready."""
    with tempfile.TemporaryDirectory(prefix=f"navette-{kind}-", ignore_cleanup_errors=True) as folder:
        layout = Layout.of(Path(folder))
        layout.create()
        with patch.dict(os.environ, {"S3": kind}):
            os.environ.pop("NAVETTE_PORT_BASE", None)  # that block belongs to the stack under test
            store = objects.choose(layout)
            given = ports.allocate(layout, running=False)
        objects.prepare(layout, store)
        program = objects.program(layout, given, store)
        with (
            (layout.logs / "objects.log").open("wb") as log,
            subprocess.Popen(
                program.command,
                env=os.environ | dict(program.environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                _wait(process, program.ready)
                buckets.provision(layout, given, store)
                yield RunningStore(kind, objects.endpoint(given), objects.ROOT, password(layout, "s3", objects.ROOT))
            finally:
                process.kill()  # its data go with it, so it need not end in order
                shutil.rmtree(layout.sockets, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > ends:
            raise StackError(f"the object store did not become ready (exit status {process.returncode})")
        time.sleep(_POLL_SECONDS)


@pytest.fixture(scope="session")
def minio_store() -> Generator[RunningStore]:
    """A MinIO of this session's own."""
    with running_store("minio") as store:
        yield store


@pytest.fixture(scope="session")
def seaweed_store() -> Generator[RunningStore]:
    """A SeaweedFS of this session's own."""
    with running_store("seaweedfs") as store:
        yield store
