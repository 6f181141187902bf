"""What the mesh promises holds when its process is killed between any two steps, or is paused and overtaken."""

import ast
import re
import signal
from pathlib import Path
from typing import Any

import pytest

import mesh

pytestmark = [pytest.mark.connected, pytest.mark.timeout(400)]
SOURCES = Path(mesh.__file__).parent

LIVES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("hop.prepared:1", {}),
    ("hop.prepared:2", {}),
    ("hop.before_commit:1", {}),
    ("hop.before_commit:3", {}),
    ("hop.committed:1", {}),
    ("hop.committed:2", {}),
    ("publisher.before_send:1", {}),
    ("publisher.sent:1", {}),
    ("publisher.deleted:1", {}),
    ("sequencer.ledger.before_commit:1", {}),
    ("sequencer.ledger.committed:1", {}),
    ("effect.claimed:2", {}),
    ("effect.answered:2", {}),
    ("replay.before_send:1", {"replay": True}),
    ("replay.sent:1", {"replay": True}),
)
WHOLE_SERVICES = {"command.before_commit", "command.committed", "rebuild.compared"}
"""What answers HTTP or rebuilds a service's own tables: `tests/chaos` kills whole services there."""
PARKED_BEFORE = ("hop.before_commit:1", "publisher.sent:1")
"""After these the resource is away for a life, so that the next kill meets parked facts."""


def sites() -> set[str]:
    """Every site in the sources of the mesh, as a pattern: what an f-string fills in may be anything."""
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash.site":
                name = node.args[0]
                parts = name.values if isinstance(name, ast.JoinedStr) else [name]
                found.add("".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w-]+" for p in parts))
    return found


def test_the_lives_below_pass_every_site_of_the_mesh() -> None:
    killed = [*(site.partition(":")[0] for site, _ in LIVES), *WHOLE_SERVICES]
    missed = {site for site in sites() if not any(re.fullmatch(site, name) for name in killed)}
    assert len(sites()) >= 12
    assert not missed


async def test_a_service_killed_at_every_site_in_turn_loses_nothing_and_does_nothing_twice(bench: Any) -> None:
    for site, orders in LIVES:
        await bench.feed(again=site == "hop.committed:2", refused=site == "hop.prepared:2")
        bench.live(crash_at=site, **orders)
        if site in PARKED_BEFORE:
            await bench.feed(1)
            bench.live(down=True, until="read")
            assert await bench.parked() > 0
    bench.live(replay=True)
    assert await bench.broken() == set()
    assert len(bench.sent) == len(LIVES) * 12 + len(PARKED_BEFORE) * 4 + 1


async def test_a_service_that_slept_through_its_replacement_changes_nothing_when_it_wakes(bench: Any) -> None:
    await bench.feed()
    slept = bench.start(pause_at="hop.prepared")
    bench.paused(slept)
    await bench.feed(2)
    bench.live()
    slept.send_signal(signal.SIGCONT)
    bench.end(slept)
    assert await bench.broken() == set()
