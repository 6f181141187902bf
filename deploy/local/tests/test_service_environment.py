"""What each service is told, what it may do with objects, and what is run before it, once."""

from __future__ import annotations

import base64
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.topics import SERVICES
from local_stack import environment, ports, postgres, services
from local_stack.access import ACCESS, ARCHIVE, identity_actions, policy
from local_stack.errors import MissingToolError, StackError
from local_stack.layout import Layout
from local_stack.status import Row, lag_of, restarts_of, table
from local_stack.tools import require
from mesh.settings import MeshSettings

GIVEN = ports.block(20000)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = Layout.of(tmp_path)
    layout.create()
    yield layout
    shutil.rmtree(layout.sockets)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_all_its_settings_name(layout: Layout, service: str) -> None:
    told = environment.of(layout, GIVEN, service)
    mine = environment.prefix(service)
    needed = {name for name, field in MeshSettings.model_fields.items() if field.is_required()}
    assert {f"{mine}{name.upper()}" for name in needed} <= set(told)
    assert all(name.startswith(mine) for name in told)


def test_names_with_a_hyphen_become_variables_and_roles(layout: Layout) -> None:
    told = environment.of(layout, GIVEN, "po-sync")
    assert told["PO_SYNC_KAFKA_USERNAME"] == "po-sync"
    assert urlsplit(told["PO_SYNC_DATABASE_API"]).username == "po_sync_api"


def test_a_variable_of_the_caller_wins(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_LOCK_DAYS", "30")
    assert environment.of(layout, GIVEN, "archive")["ARCHIVE_LOCK_DAYS"] == "30"


def test_secrets_are_made_once_and_private(layout: Layout) -> None:
    first, second = (environment.of(layout, GIVEN, "signing") for _ in range(2))
    assert first == second
    key = Path(first["SIGNING_SECRET_KEY_FILE"])
    assert len(base64.b64decode(key.read_text())) == 32
    assert {stat.S_IMODE(path.stat().st_mode) for path in layout.secrets.iterdir()} == {0o600}


def test_the_socket_of_the_database_fits_wherever_the_checkout_is(tmp_path: Path) -> None:
    deep = Layout.of(tmp_path / ("deep" * 40))
    assert len(f"{postgres.socket_folder(deep)}/.s.PGSQL.5432") <= 107


def test_a_database_elsewhere_keeps_its_address_and_options(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVETTE_POSTGRES_DSN", "postgresql://root:pw@db.example:6432/postgres?sslmode=require")
    parts = urlsplit(postgres.dsn(layout, "signing_api"))
    assert (parts.username, parts.hostname, parts.port, parts.path) == ("signing_api", "db.example", 6432, "/navette")
    assert parse_qs(parts.query) == {"sslmode": ["require"]}
    assert postgres.superuser_dsn(layout).startswith("postgresql://root:pw@db.example:6432/postgres?")


def test_only_archive_writes_and_eliminates_in_the_archive_and_nobody_passes_its_lock() -> None:
    assert set(ACCESS) == set(SERVICES)
    writers = {service for service, buckets in ACCESS.items() if "write" in buckets.get(ARCHIVE, ())}
    assert writers == {"archive"}
    for service in SERVICES:
        for statement in (policy(service) or {"Statement": []})["Statement"]:
            if any(f":{ARCHIVE}" in resource for resource in statement["Resource"]):
                assert not any("Bypass" in action for action in statement["Action"])
                # once its term has run out and two persons decided (ADR 0031)
                assert service == "archive" or not any("Delete" in action for action in statement["Action"])


def test_both_stores_are_told_the_same_rights() -> None:
    for service in SERVICES:
        writes = {action.split(":")[1] for action in identity_actions(service) if action.startswith("Write:")}
        assert writes == {bucket for bucket, rights in ACCESS[service].items() if "write" in rights}


def test_a_task_that_ended_well_is_not_run_again_until_its_sources_change(layout: Layout) -> None:
    (layout.run / "count.py").write_text("open('count', 'a').write('x')")
    for digest in ("a", "a", "b"):
        services.once(layout, "count", digest, ("count",), {})
    assert (layout.run / "count").read_text() == "xx"


def test_a_task_that_fails_is_named_with_its_words_and_run_again(layout: Layout) -> None:
    (layout.run / "fails.py").write_text("raise SystemExit('schema is newer than this release')")
    for _ in range(2):
        with pytest.raises(StackError, match=r"fails failed[^$]*schema is newer"):
            services.once(layout, "fails", "a", ("fails",), {})


def test_a_missing_tool_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match=r"^mvn is missing: (sudo )?apt-get install .* maven$"):
        require("mvn")


def test_lag_is_the_sum_over_topics_and_absent_when_not_published() -> None:
    metrics = 'navette_consumer_lag{topic="a"} 3.0\nnavette_consumer_lag{topic="b"} 4.0\nother 9\n'
    assert lag_of(metrics) == 7
    assert lag_of("other 9\n") is None


def test_restarts_count_unexpected_ends_since_the_last_start() -> None:
    fell = "INFO exited: kafka (terminated by SIGKILL; not expected)\n"
    began = "INFO supervisord started with pid 1\n"
    assert restarts_of(began + fell + began + fell + fell + "INFO exited: mail (exit status 0; expected)\n") == {
        "kafka": 2
    }


def test_the_table_names_every_column_and_sums_up() -> None:
    rows = [
        Row("kafka", "RUNNING", True, 12, 3700, 1, 230.4, None, "127.0.0.1:1"),
        Row("archive", "FATAL", False, None, 0, 0, None, None, None),
    ]
    lines = table(rows).splitlines()
    assert lines[0].split() == ["name", "state", "ready", "pid", "up", "restarts", "PSS", "MB", "lag", "address"]
    assert lines[1].split() == ["kafka", "RUNNING", "yes", "12", "1h01", "1", "230", "-", "127.0.0.1:1"]
    assert lines[3] == "1 of 2 ready, 230 MB"
