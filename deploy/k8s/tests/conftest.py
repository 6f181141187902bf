"""The production overlay, rendered without a cluster."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

HERE: Final = Path(__file__).parents[1]
_KUSTOMIZE: Final = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"


def _renderer() -> list[str]:
    """kubectl or kustomize; with Go at hand, kustomize is built into the cache once (about a minute)."""
    if kubectl := shutil.which("kubectl"):
        return [kubectl, "kustomize"]
    if kustomize := shutil.which("kustomize"):
        return [kustomize, "build"]
    cached = Path.home() / ".cache" / "navette" / "kustomize"
    go = shutil.which("go")
    if not cached.exists() and go:
        options = {"GOBIN": str(cached.parent), "HOME": str(Path.home())}
        subprocess.run([go, "install", _KUSTOMIZE], check=True, env=options, capture_output=True)
    if cached.exists():
        return [str(cached), "build"]
    pytest.skip(f"neither kubectl nor kustomize is here: go install {_KUSTOMIZE}")


@pytest.fixture(scope="session")
def prod() -> list[dict[str, Any]]:
    """Every object of the production overlay."""
    rendered = subprocess.run(
        [*_renderer(), str(HERE / "overlays" / "prod")], capture_output=True, text=True, check=False
    )
    assert rendered.returncode == 0, rendered.stderr
    return list(yaml.load_all(rendered.stdout, Loader=yaml.CSafeLoader))
