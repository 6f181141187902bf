"""The whole mesh under load while its processes are killed and paused: afterwards every invariant holds.

`INVOICES` (500) are submitted by `CLIENTS` (6) while, by the timetable of `SEED`, `KILLS` (60) processes are killed,
one in four of them Kafka, PostgreSQL, the object store, the mail server, the time-stamping authority or the gateway;
`PAUSES` (a quarter of the kills, one a process at least when there are 52) stop and wake them; each crash site kills
its service once from within; and records that are no facts come among the others.
"""

import asyncio
import os
import random
import threading
import time
from pathlib import Path

import afterwards
import pytest
import report
import sites
import timetable
from faults import Faults
from history import History
from invariants import broken
from onlookers import LISTS
from run import Provoker, busy, started

from local_stack.report import say
from local_stack.stack import Stack

INVOICES, KILLS = int(os.environ.get("INVOICES", "500")), int(os.environ.get("KILLS", "60"))
PAUSES = int(os.environ.get("PAUSES") or max(1, KILLS // 4))
CLIENTS, CALM = int(os.environ.get("CLIENTS", "6")), float(os.environ.get("CALM", "180"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret


def test_every_crash_site_of_the_sources_is_given_to_a_service() -> None:
    given = [site for of in sites.of_services().values() for site in of]
    assert sorted(given) == sorted(sites.enumerated())
    assert sites.users_of_effects() == []


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_done_twice_whatever_dies(stack: Stack, tmp_path: Path) -> None:
    plan = timetable.draw(SEED, KILLS, PAUSES)
    enumerated = sorted(sites.enumerated())
    wanted = {"kills": KILLS, "pauses": PAUSES, "sites": len(enumerated)}
    say(f"SEED={SEED} INVOICES={INVOICES} KILLS={KILLS} PAUSES={PAUSES}, {len(enumerated)} crash sites")
    began = time.monotonic()
    with started(stack, tmp_path, SEED) as run:
        faults = Faults(stack, plan, run.traffic.ending)
        found: History | None = None
        try:
            with report.progress(run, faults, wanted):
                total = KILLS + len(enumerated)
                with busy(run, INVOICES, CLIENTS, lambda: 0.1 + (faults.count("kill") + len(faults.hit())) / total):
                    poisoning = threading.Thread(target=run.put_poison)
                    poisoning.start()
                    provoker = Provoker(run)
                    faults.run(provoker)
                    provoker.join()
                    poisoning.join()
            say(f"{time.monotonic() - began:7.1f} s  the faults are over, {run.traffic.accepted} invoices accepted")
            calm = asyncio.run(afterwards.calm(run, CALM))
            say(f"{time.monotonic() - began:7.1f} s  calm, {calm:.1f} s after the last fault")
            found = asyncio.run(afterwards.history(run))
            verdict = broken(found)
            report.table(found, faults, wanted, verdict, time.monotonic() - began)
            assert verdict == {}
            assert faults.missed == []
            assert faults.hit() == enumerated
            assert faults.count("kill") == KILLS
            assert len(found.acknowledged) >= INVOICES
            assert len(run.stranger.answered) == len(LISTS)
            assert run.stranger.refused > 0
        except BaseException:
            report.keep(SEED, run, faults, found)
            raise
