"""One block of ports a stack, the same at each start, never another's."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack import ports
from local_stack.errors import StackError
from local_stack.layout import Layout


@pytest.fixture(autouse=True)
def registry_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("NAVETTE_PORT_BASE", raising=False)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    run = tmp_path / "run"
    run.mkdir()
    return Layout.of(run)


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


def test_a_stack_keeps_the_ports_it_was_given(layout: Layout) -> None:
    given = ports.allocate(layout, running=False)
    assert ports.allocate(layout, running=False) == given
    assert ports.read(layout) == given


def test_every_name_has_a_port_of_its_own(layout: Layout) -> None:
    given = ports.allocate(layout, running=False)
    assert len(set(given.values())) == len(ports.NAMES) <= ports.BLOCK


def test_a_stopped_stack_keeps_its_block_from_others(layout: Layout, tmp_path: Path) -> None:
    given = ports.allocate(layout, running=False)
    for number in range(3):
        other = Layout.of(tmp_path / f"other{number}")
        other.run.mkdir()
        # The other stack would have begun its search right where this one is.
        monkey = ports.block(given["gateway"])
        assert not set(ports.allocate(other, running=False).values()) & set(monkey.values())


def test_the_block_of_a_removed_checkout_is_given_again(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ports.allocate(layout, running=False)
    layout.ports_file.unlink()
    other = Layout.of(layout.run.parent / "other")
    other.run.mkdir()
    monkeypatch.setenv("NAVETTE_PORT_BASE", str(given["gateway"]))
    assert ports.allocate(other, running=False) == given


def test_a_demanded_block_that_is_taken_is_refused_with_the_way_out(
    layout: Layout, taken: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVETTE_PORT_BASE", str(taken.getsockname()[1]))
    with pytest.raises(StackError, match="NAVETTE_PORT_BASE"):
        ports.allocate(layout, running=False)


def test_a_stopped_stack_whose_port_was_taken_meanwhile_moves(layout: Layout, taken: socket.socket) -> None:
    stale = ports.block(20000) | {"gateway": taken.getsockname()[1]}
    layout.ports_file.write_text(json.dumps(stale))
    moved = ports.allocate(layout, running=False)
    assert moved["gateway"] != stale["gateway"]


def test_a_running_stack_never_moves(layout: Layout, taken: socket.socket) -> None:
    own = ports.block(20000) | {"gateway": taken.getsockname()[1]}
    layout.ports_file.write_text(json.dumps(own))
    assert ports.allocate(layout, running=True) == own


def test_a_stack_never_started_says_what_to_do(layout: Layout) -> None:
    with pytest.raises(StackError, match="up"):
        ports.read(layout)
