"""Hours in small: traffic, then everything is lost twice and put back twice, and the oracle is asked each time.

`MINUTES` (10) of traffic, or until `INVOICES` are accepted, by `CLIENTS` (4); `KILLS` (0) faults beside it by the
timetable of `SEED`. One backup is taken in the middle of the traffic, another one when all is calm.
"""

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import afterwards
import pytest
import results
import timetable
from drill import bring_back, look, lose_everything, navette
from faults import Faults
from history import History
from invariants import broken
from onlookers import FeedReader
from run import Run, busy, started
from samples import sampling

from local_stack.report import say, step
from local_stack.stack import Stack

MINUTES, INVOICES = float(os.environ.get("MINUTES", "10")), int(os.environ.get("INVOICES", "0"))
CLIENTS, KILLS = int(os.environ.get("CLIENTS", "4")), int(os.environ.get("KILLS", "0"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret
_PATIENCE = 600.0
_OF_CLIENTS = frozenset({"I1", "I7", "I10"})
"""What clients and listeners know of after a backup is not in that backup."""


@dataclass
class Soak:
    """What a long run works with, and what it found."""

    run: Run
    folder: Path
    figures: dict[str, Any] = field(default_factory=dict[str, Any])
    broken: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def backup(self, name: str) -> dict[str, Any]:
        """Take one while the mesh runs."""
        keys = ("--keys", str(self.folder / "keys")) if name == "calm" else ()
        said = navette(self.run.stack, "backup", str(self.folder / name), *keys)
        self.figures[f"backup_{name}"] = f"{said['rows']} rows, {said['records']} records, {said['seconds']} s"
        return said

    def bring_back(self, name: str) -> None:
        """Lose everything and put a backup back; a program that reads the feed begins anew."""
        lose_everything(self.run.stack)
        began = time.monotonic()
        said = bring_back(self.run.stack, self.folder / name, self.folder / "keys")
        self.figures[f"restore_{name}"] = f"{said['rows']} rows, {time.monotonic() - began:.0f} s until the mesh is up"
        assert said["topics"] == "restored"
        assert said["objects_missing"] == []
        self.run.feed = FeedReader(self.run.feed.program)

    def ask(self, when: str, *, without: frozenset[str] = frozenset()) -> History:
        """Wait for calm and ask the oracle of the chaos run."""
        self.figures[f"calm_{when}"] = f"{asyncio.run(afterwards.calm(self.run, _PATIENCE)):.0f} s"
        found = asyncio.run(afterwards.history(self.run))
        for name, faults in broken(found).items():
            if name not in without:
                self.broken[f"{when} {name}"] = faults
        return found


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_a_long_run_and_a_lost_site_leave_nothing_undone_or_done_twice(soaked: Stack, tmp_path: Path) -> None:
    say(f"SEED={SEED} MINUTES={MINUTES} INVOICES={INVOICES} KILLS={KILLS} in {tmp_path}")
    with started(soaked, tmp_path, SEED) as run:
        soak = Soak(run, tmp_path)
        with sampling(soaked) as samples:
            _traffic(soak)
            found = soak.ask("after the traffic")
        delivered = sum(1 for each in found.submissions if each.state == "delivered")
        soak.figures |= {"accepted": run.traffic.accepted, "delivered": delivered}
        _disasters(soak)
    page = results.write(soak.figures, samples.courses(), soak.broken)
    say(page.read_text())
    say(f"kept in {page}")
    assert soak.broken == {}
    assert run.traffic.accepted >= INVOICES


def _traffic(soak: Soak) -> None:
    """Clients until the time is over or enough was accepted; a backup in the middle, faults if they are wanted."""
    traffic, began = soak.run.traffic, time.monotonic()

    def done() -> float:
        return traffic.accepted / INVOICES if INVOICES else (time.monotonic() - began) / (60 * MINUTES)

    with busy(soak.run, INVOICES or 1, CLIENTS, lambda: float("inf")):
        _until(lambda: done() >= 0.5)
        assert soak.backup("busy")["missing"] == []
        if KILLS:
            plan = replace(timetable.draw(SEED, KILLS, KILLS // 4), sites={})
            Faults(soak.run.stack, plan, traffic.ending).run(lambda _: None)
        _until(lambda: done() >= 1)
    soak.figures["traffic"] = f"{time.monotonic() - began:.0f} s, {traffic.accepted} accepted"


def _until(fits: Callable[[], bool]) -> None:
    while not fits():
        time.sleep(0.5)


def _disasters(soak: Soak) -> None:
    """Everything is lost: first with a backup of the busiest moment only, then with one of a calm one."""
    run, outside = soak.run, soak.folder / "heads.json"
    navette(run.stack, "verify", "--heads", str(outside))
    before = look(run.stack)
    soak.backup("calm")
    read_by_people = shutil.copytree(run.stack.layout.mail, soak.folder / "mails")

    told = len(run.listener.heard)
    soak.bring_back("busy")
    soak.ask("with the busy backup", without=_OF_CLIENTS)
    # What was under way then was done anew, at another time: a course of events that the calm backup knows nothing of.
    del run.listener.heard[told:]

    soak.bring_back("calm")
    after = look(run.stack)
    assert {n for n, digest in before.tables.items() if after.tables.get(n) != digest} == set()
    soak.figures["webhooks repeated after the calm restore"] = _repeats(run, told)
    navette(run.stack, "verify", "--heads", str(outside))
    with step("the next invoice"):
        assert run.traffic.invoice()
    asyncio.run(afterwards.calm(run, _PATIENCE))
    assert len(list(run.stack.layout.mail.glob("*.eml"))) == 0, "a mail was sent again"
    shutil.copytree(read_by_people, run.stack.layout.mail, dirs_exist_ok=True)
    soak.ask("with the calm backup")
    last = look(run.stack).last_numbers
    assert sum(last.values()) == sum(before.last_numbers.values()) + 1


def _repeats(run: Run, since: int) -> int:
    ids = [hook.headers["webhook-id"] for hook in run.listener.heard]
    return len(ids[since:]) - len(set(ids[since:]) - set(ids[:since]))
