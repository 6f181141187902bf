"""What is generated is committed, and is what the code would generate now."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]


def openapi_of(service: str) -> str:
    """What a service prints of itself; it needs nothing running for that."""
    package = service.replace("-", "_")
    command = [sys.executable, "-m", package, "openapi"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_openapi_is_fresh(service: str) -> None:
    committed = ROOT / "services" / service / "openapi.json"
    assert json.loads(committed.read_text()) == json.loads(openapi_of(service)), "stale: make generate"


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_name_and_a_sentence(service: str) -> None:
    document = json.loads((ROOT / "services" / service / "openapi.json").read_text())
    operations = [op for item in document["paths"].values() for op in item.values() if isinstance(op, dict)]
    names = [op["operationId"] for op in operations]
    assert len(names) == len(set(names))
    assert all(op.get("summary") for op in operations)
