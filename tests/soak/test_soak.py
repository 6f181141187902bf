"""Hours in small: traffic, then everything is lost twice and put back twice, and the oracle is asked each time.

`MINUTES` (10) of traffic, or until `INVOICES` are accepted, by `CLIENTS` (4); `KILLS` (0) faults beside it by the
timetable of `SEED`. One backup is taken in the middle of the traffic, another one when all is calm.
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import results
from drill import bring_back, look, lose_everything, navette
from history import History
from invariants import INVARIANTS
from journal import Journal
from oracle import calm, history
from samples import sampling
from traffic import Traffic

from actors.listener import Listener, listening
from actors.mesh import Mesh
from local_stack.fixtures import describe
from local_stack.report import say, step
from local_stack.stack import Stack

MINUTES, INVOICES = float(os.environ.get("MINUTES", "10")), int(os.environ.get("INVOICES", "0"))
CLIENTS, KILLS = int(os.environ.get("CLIENTS", "4")), int(os.environ.get("KILLS", "0"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret
_OF_CLIENTS = frozenset({"I1", "I7", "I10"})
"""What clients and listeners know of after a backup is not in that backup."""


@dataclass
class Run:
    """What a long run works with, and what it found."""

    stack: Stack
    traffic: Traffic
    listener: Listener
    folder: Path
    figures: dict[str, Any] = field(default_factory=dict[str, Any])
    broken: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def backup(self, name: str) -> dict[str, Any]:
        """Take one while the mesh runs."""
        keys = ("--keys", str(self.folder / "keys")) if name == "calm" else ()
        said = navette(self.stack, "backup", str(self.folder / name), *keys)
        self.figures[f"backup_{name}"] = f"{said['rows']} rows, {said['records']} records, {said['seconds']} s"
        return said

    def bring_back(self, name: str) -> None:
        """Lose everything and put a backup back."""
        lose_everything(self.stack)
        began = time.monotonic()
        said = bring_back(self.stack, self.folder / name, self.folder / "keys")
        self.figures[f"restore_{name}"] = f"{said['rows']} rows, {time.monotonic() - began:.0f} s until the mesh is up"
        assert said["topics"] == "restored"
        assert said["objects_missing"] == []

    def ask(self, when: str, *, without: frozenset[str] = frozenset()) -> History:
        """Wait for calm and ask the oracle."""
        infra = describe(self.stack.layout)
        self.figures[f"calm_{when}"] = f"{calm(infra, self.stack):.0f} s"
        found = history(infra, self.traffic, self.listener)
        for name, invariant in INVARIANTS.items():
            if name not in without and (faults := invariant(found)):
                self.broken[f"{when} {name}"] = faults
        return found


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_a_long_run_and_a_lost_site_leave_nothing_undone_or_done_twice(
    soaked: Stack, busy: Mesh, tmp_path: Path
) -> None:
    say(f"SEED={SEED} MINUTES={MINUTES} INVOICES={INVOICES} KILLS={KILLS} in {tmp_path}")
    journal = Journal(tmp_path / "journal")
    with listening() as listener:
        run = Run(soaked, Traffic(busy, journal, SEED), listener, tmp_path)
        hook = run.traffic.buyer.send("POST", "/v1/webhooks", json={"url": listener.url, "types": ["invoice.archived"]})
        assert hook.status_code == 201, hook.text
        try:
            with sampling(soaked) as samples:
                _traffic(run)
                found = run.ask("after the traffic")
            delivered = sum(1 for each in found.submissions if each.state == "delivered")
            run.figures |= {"accepted": run.traffic.accepted, "delivered": delivered}
            _disasters(run)
        finally:
            run.traffic.ending.set()
            journal.close()
    page = results.write(run.figures, samples.courses(), run.broken)
    say(page.read_text())
    say(f"kept in {page}")
    assert run.broken == {}
    assert run.traffic.accepted >= INVOICES


def _traffic(run: Run) -> None:
    """Clients until the time is over or enough was accepted; a backup in the middle, faults if they are wanted."""
    over, began = threading.Event(), time.monotonic()
    wanted = INVOICES or 1

    def enough() -> bool:
        return run.traffic.accepted >= INVOICES if INVOICES else time.monotonic() - began > 60 * MINUTES

    def half() -> bool:
        return 2 * run.traffic.accepted >= INVOICES if INVOICES else time.monotonic() - began > 30 * MINUTES

    def client() -> None:
        while not over.is_set():
            run.traffic.invoice()

    with ThreadPoolExecutor(CLIENTS + 1) as threads:
        clients = [threads.submit(client) for _ in range(CLIENTS)]
        try:
            _until(half, clients)
            assert run.backup("busy")["missing"] == []
            if KILLS:
                from faults import Faults  # it needs strace, which a run without faults does not

                Faults(run.stack, SEED).random_kills(KILLS)
            _until(enough, clients)
        finally:
            over.set()
            run.traffic.ending.set()
        for each in clients:
            each.result()
    run.figures["traffic"] = f"{time.monotonic() - began:.0f} s, {wanted and run.traffic.accepted} accepted"


def _until(fits: Any, clients: list[Any]) -> None:
    while not fits():
        for client in clients:
            if client.done():
                client.result()
        time.sleep(0.5)


def _disasters(run: Run) -> None:
    """Everything is lost: first with a backup of the busiest moment only, then with one of a calm one."""
    outside = run.folder / "heads.json"
    navette(run.stack, "verify", "--heads", str(outside))
    before = look(run.stack)
    run.backup("calm")

    run.bring_back("busy")
    run.ask("with the busy backup", without=_OF_CLIENTS)

    told = len(run.listener.heard)
    run.bring_back("calm")
    after = look(run.stack)
    assert {n for n, digest in before.tables.items() if after.tables.get(n) != digest} == set()
    run.figures["webhooks repeated after the calm restore"] = _repeats(run.listener, told)
    navette(run.stack, "verify", "--heads", str(outside))
    with step("the next invoice"):
        assert run.traffic.invoice()
    run.ask("with the calm backup")
    last = look(run.stack).last_numbers
    assert sum(last.values()) == sum(before.last_numbers.values()) + 1
    assert len(list(run.stack.layout.mail.glob("*.eml"))) == 0, "a mail was sent again"


def _repeats(listener: Listener, since: int) -> int:
    ids = [hook.headers["webhook-id"] for hook in listener.heard]
    return len(ids[since:]) - len(set(ids[since:]) - set(ids[:since]))
