"""supervisord under our rules, with programs that wait, fail, fork and change."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from local_stack.errors import NotReadyError, StackError
from local_stack.layout import Layout
from local_stack.probes import greets
from local_stack.program import Program
from local_stack.supervision import Supervisor, marked

PROGRAMS = Path(__file__).parent / "programs"


def becomes(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server(name: str = "server", after: float = 0) -> Program:
    port = free_port()
    return Program(
        name=name,
        command=(sys.executable, str(PROGRAMS / "answers_after.py"), str(port), str(after)),
        ready=lambda: greets(port, b"hello"),
    )


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = Layout.of(tmp_path)
    layout.create()
    yield layout
    Supervisor(layout).shutdown()
    shutil.rmtree(layout.sockets)
    assert marked(layout) == []


def start(supervisor: Supervisor, program: Program) -> int:
    supervisor.add(program)
    supervisor.start(program.name)
    supervisor.wait(program, seconds=20)
    pid = supervisor.states()[program.name].pid
    assert pid is not None
    return pid


def test_ready_is_when_it_answers_and_not_when_it_runs(layout: Layout) -> None:
    program = server(after=0.5)
    start(Supervisor(layout), program)
    assert program.ready()


def test_what_is_killed_is_started_again(layout: Layout) -> None:
    supervisor, program = Supervisor(layout), server()
    pid = start(supervisor, program)
    becomes(lambda: supervisor.states()["server"].state == "RUNNING")
    psutil.Process(pid).kill()
    becomes(lambda: supervisor.states()["server"].pid not in (pid, None) and program.ready())


def test_another_program_leaves_the_first_alone_and_a_changed_one_replaces_itself(layout: Layout) -> None:
    first = server("first")
    pid = start(Supervisor(layout), first)
    start(Supervisor(layout), server("second"))
    assert Supervisor(layout).states()["first"].pid == pid
    changed = replace(first, environment={"SAYS": 'hello "100 %" and more'})
    assert start(Supervisor(layout), changed) != pid


@pytest.mark.parametrize("value", ["both \"kinds\" of 'quotes' here", "two\nlines", '"quoted"'])
def test_a_value_that_supervisord_would_change_is_refused(layout: Layout, value: str) -> None:
    program = Program(name="none", command=("true",), ready=lambda: True, environment={"SAYS": value})
    with pytest.raises(StackError, match="SAYS"):
        Supervisor(layout).add(program)


def test_one_that_is_never_ready_is_named_with_the_end_of_its_log(layout: Layout) -> None:
    program = Program(name="mute", command=("sh", "-c", "echo cannot read my settings; sleep 60"), ready=lambda: False)
    supervisor = Supervisor(layout)
    supervisor.add(program)
    supervisor.start("mute")
    log = layout.logs / "mute.log"
    becomes(lambda: log.exists() and "settings" in log.read_text())
    with pytest.raises(NotReadyError, match=r"mute is \w+ and not ready[^$]*cannot read my settings"):
        supervisor.wait(program, seconds=0)


def test_a_grandchild_that_outlives_a_killed_supervisor_is_swept(layout: Layout) -> None:
    supervisor = Supervisor(layout)
    log = layout.logs / "forks.log"
    command = (sys.executable, str(PROGRAMS / "leaves_a_child.py"))
    program = Program(name="forks", command=command, ready=lambda: log.read_text().strip() != "")
    child = start(supervisor, program)
    grandchild = int(log.read_text())
    psutil.Process(int((layout.run / "supervisord.pid").read_text())).kill()
    becomes(lambda: not psutil.pid_exists(child))
    assert psutil.pid_exists(grandchild)
    supervisor.shutdown()
    assert not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE


def test_programs_get_their_own_environment_and_not_the_callers(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/from/the/shell")
    program = replace(server(), environment={"SAYS": 'hello "100 %", \\ and = too'})
    environment = psutil.Process(start(Supervisor(layout), program)).environ()
    assert "PYTHONPATH" not in environment
    assert environment["SAYS"] == 'hello "100 %", \\ and = too'
    assert environment["PATH"] == os.environ["PATH"]


def test_programs_of_an_earlier_version_are_forgotten(layout: Layout) -> None:
    supervisor = Supervisor(layout)
    start(supervisor, server("kept"))
    pid = start(supervisor, server("gone"))
    supervisor.keep_only(["kept"])
    assert list(supervisor.states()) == ["kept"]
    assert not psutil.pid_exists(pid)
