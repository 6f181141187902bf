"""Two stacks side by side: their data outlive them, what is killed comes back, and nothing of them stays behind."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

import asyncpg
import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local_stack.buckets import root_client
from local_stack.fixtures import describe
from local_stack.layout import Layout
from local_stack.ports import read
from local_stack.stack import Stack
from local_stack.status import Row, rows
from local_stack.supervision import marked

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300), pytest.mark.xdist_group("stack_lifecycle")]


def command(layout: Layout, *words: str) -> str:
    """Run the command line as a person does, without what this process was told about ports or stores."""
    environment = {name: value for name, value in os.environ.items() if name != "NAVETTE_PORT_BASE"}
    done = subprocess.run(
        [sys.executable, "-m", "local_stack", words[0], "--run", str(layout.run), *words[1:]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def infrastructure(layout: Layout) -> dict[str, Row]:
    every = {row.name: row for row in rows(layout, Stack(layout).programs())}
    return {name: every[name] for name in ("kafka", "postgres", "objects", "mail")}


def _is_back(layout: Layout, name: str, killed: int) -> bool:
    row = infrastructure(layout)[name]
    return row.ready and row.pid != killed


async def becomes(what: Callable[[], bool], seconds: float = 60) -> None:
    """Ask until it is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "did not happen in time"
        await asyncio.sleep(0.2)


async def topics(layout: Layout, change: Callable[[AIOKafkaAdminClient], Awaitable[Any]] | None = None) -> list[str]:
    infra = describe(layout)
    client = AIOKafkaAdminClient(
        bootstrap_servers=infra.bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=infra.kafka_mechanism,
        sasl_plain_username=infra.kafka_username,
        sasl_plain_password=infra.kafka_password,
    )
    await client.start()
    try:
        if change:
            await change(client)
        return list(await client.list_topics())
    finally:
        await client.close()


async def query(layout: Layout, statement: str) -> Any:
    connection = await asyncpg.connect(describe(layout).superuser_dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Layout, Layout]]:
    first, second = (Layout.of(tmp_path_factory.mktemp(name)) for name in ("first", "second"))
    with ThreadPoolExecutor(2) as both:
        starting = [both.submit(command, layout, "up", "--only", "infra") for layout in (first, second)]
    for done in starting:
        done.result()
    yield first, second
    for layout in (first, second):
        command(layout, "down")
        assert marked(layout) == []


@pytest.fixture
def first(pair: tuple[Layout, Layout]) -> Layout:
    return pair[0]


async def test_two_stacks_share_no_port_and_both_answer(pair: tuple[Layout, Layout]) -> None:
    ports = [set(read(layout).values()) for layout in pair]
    assert not ports[0] & ports[1]
    shown = json.loads(command(pair[0], "status", "--json"))
    assert {row["name"]: row["state"] for row in shown if row["pid"]} == dict.fromkeys(
        infrastructure(pair[0]), "RUNNING"
    )
    for layout in pair:
        assert all(row.ready for row in infrastructure(layout).values())


async def test_a_second_up_changes_nothing(first: Layout) -> None:
    before = {name: row.pid for name, row in infrastructure(first).items()}
    command(first, "up", "--only", "infra")
    assert {name: row.pid for name, row in infrastructure(first).items()} == before


async def test_what_is_killed_comes_back_with_its_data(first: Layout) -> None:
    await topics(first, lambda client: client.create_topics([NewTopic("kept", 1, 1)]))
    await query(first, "create table kept as select 7 as seven")
    for name in ("kafka", "postgres"):
        pid = infrastructure(first)[name].pid
        assert pid is not None
        psutil.Process(pid).kill()
        await becomes(partial(_is_back, first, name, pid))
    assert "kept" in await topics(first)
    assert await query(first, "select seven from kept") == 7
    assert {name: row.restarts for name, row in infrastructure(first).items()} == {
        "kafka": 1,
        "postgres": 1,
        "objects": 0,
        "mail": 0,
    }


async def test_down_leaves_nothing_but_data_and_the_other_stack(pair: tuple[Layout, Layout]) -> None:
    first, second = pair
    given = read(first)
    root_client(first, given).put_object(bucket_name="documents", object_name="kept", data=BytesIO(b"7"), length=1)
    await query(first, "create table if not exists outlives as select 7 as seven")
    await topics(first, lambda client: client.create_topics([NewTopic("outlives", 1, 1)]))
    command(first, "down")
    assert marked(first) == []
    assert not first.sockets.exists()
    for port in given.values():
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
    assert all(row.ready for row in infrastructure(second).values())

    command(first, "up", "--only", "infra")
    assert read(first) == given
    assert "outlives" in await topics(first)
    assert await query(first, "select seven from outlives") == 7
    assert root_client(first, given).stat_object(bucket_name="documents", object_name="kept").size == 1


async def test_when_the_supervisor_itself_is_killed_nothing_survives_and_up_repairs(first: Layout) -> None:
    pid = int((first.run / "supervisord.pid").read_text())
    supervisor = psutil.Process(pid)
    supervisor.kill()
    await becomes(lambda: not psutil.pid_exists(pid))
    command(first, "up", "--only", "infra")
    assert all(row.ready for row in infrastructure(first).values())


def test_reset_wipes_everything_but_the_ports_and_the_authority(first: Layout) -> None:
    given = read(first)
    command(first, "reset")
    assert marked(first) == []
    assert read(first) == given
    assert {path.name for path in first.run.iterdir()} <= {"ports.json", ".lock", "pki"}
