"""The house rules that no linter knows: sizes, names, the same rooms in every service, and who may say commit."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
MAX_LINES = 400
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "constants"}
ROOMS = ("__main__", "settings", "app", "api", "handlers", "store", "domain", "errors")
WITHOUT_HANDLERS = {"registration"}  # it consumes nothing


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository, those not added yet included, ignored ones not."""
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(path for line in out.splitlines() if (path := ROOT / line).is_file())


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def portal_files() -> list[Path]:
    return [path for path in tracked() if path.suffix in (".ts", ".tsx", ".css", ".mjs", ".json") and in_portal(path)]


def in_portal(path: Path) -> bool:
    return path.is_relative_to(ROOT / "portal") and path.name != "package-lock.json"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_file_holds_one_concept() -> None:
    files = [*python_files(), *portal_files()]
    long = {name(path): lines for path in files if (lines := len(path.read_text().splitlines())) > MAX_LINES}
    assert long == {}


def test_no_drawer_without_a_name() -> None:
    assert [name(path) for path in [*python_files(), *portal_files()] if path.stem in FORBIDDEN] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    package = ROOT / "services" / service / service.replace("-", "_")
    missing = [
        room
        for room in ROOMS
        if not (package / f"{room}.py").is_file()
        and not (package / room / "__init__.py").is_file()
        and not (room == "handlers" and service in WITHOUT_HANDLERS)
    ]
    assert missing == []
    assert (package / "migrations" / "versions").is_dir()
    assert (ROOT / "services" / service / "README.md").is_file()
    assert (ROOT / "services" / service / "openapi.json").is_file()


def calls(path: Path, attribute: str) -> list[int]:
    tree = ast.parse(path.read_text())
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    ]


def test_only_the_database_module_commits() -> None:
    allowed = {
        "libs/mesh/mesh/db.py",
        "libs/mesh/mesh/migrations.py",  # the owner's own transaction
        "libs/mesh/mesh/publisher.py",  # ends the implicit transaction around LISTEN
        "libs/mesh/mesh/replay/rebuild.py",  # read-only transactions over temporary tables, and the swap
    }
    product = [
        path for path in python_files() if name(path).startswith(("libs/", "services/")) and "/tests/" not in name(path)
    ]
    found = {name(path) for path in product if calls(path, "commit") and "consumer.py" not in path.name}
    assert found <= allowed


def test_a_service_takes_business_time_from_its_clock() -> None:
    services = [p for p in python_files() if name(p).startswith("services/") and "/tests/" not in name(p)]
    direct = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(")
    # Tokens, sessions and certificates live by the system clock: they must not move with the business day.
    by_the_system_clock = (
        "services/registration/",
        "services/signing/signing/sealer/",
        "services/signing/signing/credentials.py",
        "services/signing/signing/verifier/",
        "services/notifications/notifications/api/events.py",
        "services/archive/archive/bundle/verify_bundle.py",  # an auditor's machine runs it
    )
    found = [name(p) for p in services if direct.search(p.read_text()) and not name(p).startswith(by_the_system_clock)]
    assert found == []


def test_only_settings_read_the_environment() -> None:
    services = [p for p in python_files() if name(p).startswith("services/") and "/tests/" not in name(p)]
    found = [name(p) for p in services if re.search(r"\bos\.environ\b|\bgetenv\(", p.read_text())]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    marks = re.compile(rf"\b({chr(124).join(words)})\b")
    found = [name(p) for p in python_files() if marks.search(p.read_text())]
    assert found == []


def test_every_suppression_names_its_rule() -> None:
    bare = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)\s*($|#|-)")
    found = [
        f"{name(p)}:{n}"
        for p in python_files()
        for n, line in enumerate(p.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_no_lock_names_an_index() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?://", lock.read_text()), lock.name
        assert "--hash=sha256:" in lock.read_text()


def test_import_names_clash_with_nothing() -> None:
    import sys

    ours = {p.parent.name for p in tracked() if p.name == "py.typed"}
    assert ours & set(sys.stdlib_module_names) == set()
