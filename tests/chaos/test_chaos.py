"""The whole mesh under load while its processes are killed and paused: afterwards every invariant holds.

`INVOICES` (500) are submitted by `CLIENTS` (6), `KILLS` (60) faults hit random services by the timetable of `SEED`,
each part of the infrastructure is killed once, then each service of `SITES` (all) once at each of its crash sites.
"""

import asyncio
import json
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import observed
import pytest
import sites
from faults import Faults
from history import History
from invariants import broken
from journal import Journal
from traffic import GaveUp, Traffic

from actors.listener import Listener, listening
from actors.mesh import Mesh
from contracts.topics import SERVICES
from local_stack.fixtures import Infra, describe
from local_stack.report import say
from local_stack.stack import Stack

INVOICES, KILLS = int(os.environ.get("INVOICES", "500")), int(os.environ.get("KILLS", "60"))
CLIENTS, CALM = int(os.environ.get("CLIENTS", "6")), float(os.environ.get("CALM", "90"))
SEED = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a timetable, not a secret
SITES = [name for name in os.environ.get("SITES", ",".join(SERVICES)).split(",") if name]


def test_every_site_of_the_mesh_is_killed_in_some_service() -> None:
    assert sites.uncovered() == set()
    assert sites.users_of_effects() == []


class Provoker:
    """Makes crash sites be passed: what no invoice passes by itself is done on demand, not too often."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._last: dict[str, float] = {}
        self._alone = threading.Lock()

    def __call__(self, site: str) -> None:
        """Do what passes this site."""
        if site.startswith("replay."):
            self._at_most_each(15, "replay", lambda: self._traffic.replay("validation", "fill"))
        elif site.startswith("registration.mail"):
            self._at_most_each(5, "people", self._traffic.ask_somebody_in)
        elif site.startswith("mail."):
            self._at_most_each(3, "approval", self._traffic.approve_one)
        elif site.startswith(("po_sync.", "invoicing.order.", "publisher.before_send")):
            self._at_most_each(3, "order", self._traffic.order)

    def _at_most_each(self, seconds: float, what: str, do: Callable[[], object]) -> None:
        with self._alone:
            if time.monotonic() - self._last.get(what, 0) < seconds:
                return
            self._last[what] = time.monotonic()

        def quietly() -> None:
            with suppress(GaveUp, AssertionError):
                do()

        threading.Thread(target=quietly, daemon=True).start()


@pytest.mark.chaos
@pytest.mark.timeout(3000)
def test_nothing_is_lost_or_done_twice_whatever_dies(stack: Stack, chaotic: Mesh, tmp_path: Path) -> None:
    infra = describe(stack.layout)
    say(f"SEED={SEED} INVOICES={INVOICES} KILLS={KILLS} journal={tmp_path}/journal")
    began = time.monotonic()
    journal, faults = Journal(tmp_path / "journal"), Faults(stack, SEED)
    with listening() as listener:
        traffic = Traffic(chaotic, journal, SEED)
        before = asyncio.run(observed.invoices(infra))
        webhook = traffic.buyer.send("POST", "/v1/webhooks", json={"url": listener.url, "types": ["invoice.archived"]})
        assert webhook.status_code == 201, webhook.text
        try:
            _trouble(traffic, faults)
            said = (
                f"{traffic.accepted} accepted, {len(journal.of('refused'))} refused, faults {sum(faults.done.values())}"
            )
            say(f"{time.monotonic() - began:6.1f} s  faults are over: {said}")
            calm = _calm(infra, stack)
            say(f"{calm:6.1f} s  until calm")
            run = asyncio.run(_history(infra, traffic, listener))
            run.tried |= before  # of an earlier run in the same stack
        finally:
            traffic.ending.set()
            traffic.buyer.send("DELETE", f"/v1/webhooks/{webhook.json()['id']}")
            journal.close()
    _report(run, faults, time.monotonic() - began)
    assert broken(run) == {}
    assert faults.missed == []
    assert len(run.acknowledged) >= INVOICES


def _trouble(traffic: Traffic, faults: Faults) -> None:
    """Traffic and faults side by side, until both are done."""
    over = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as clients:
        running: list[Future[None]] = [clients.submit(traffic.submit_until, INVOICES, over) for _ in range(CLIENTS)]
        try:
            _flowing(traffic, running)
            faults.random_kills(KILLS)
            say(f"{traffic.accepted} accepted when {KILLS} faults were over, now each crash site")
            faults.at_every_site({n: s for n, s in sites.of_services().items() if n in SITES}, Provoker(traffic))
        except BaseException:
            traffic.ending.set()
            raise
        finally:
            over.set()
        for each in running:
            each.result()


def _flowing(traffic: Traffic, clients: list[Future[None]]) -> None:
    """Wait for the first accepted invoices: faults hit a mesh that works."""
    until = time.monotonic() + 120
    while traffic.accepted < CLIENTS and time.monotonic() < until:
        for client in clients:
            if client.done():
                client.result()
        time.sleep(0.2)
    assert traffic.accepted, "no invoice was accepted before the first fault"


def _calm(infra: Infra, stack: Stack) -> float:
    """Wait until every submission has ended and nothing is left to do; at most `CALM` seconds. Returns how long."""
    began = time.monotonic()
    for program in stack.programs():
        stack.supervisor.wait(program)
    while time.monotonic() - began < CALM:
        rests = asyncio.run(_rests(infra))
        if not asyncio.run(observed.unfinished(infra)) and not any(r.outbox + r.parked + r.lag for r in rests):
            break
        time.sleep(1)
    return time.monotonic() - began


async def _rests(infra: Infra) -> list[Any]:
    return await observed.rests(infra, await observed.ends(infra))


async def _history(infra: Infra, traffic: Traffic, listener: Listener) -> History:
    run = History()
    for line in traffic.journal.of("try"):
        run.tried.add(line["invoice"])
    for line in traffic.journal.of("answer"):
        if line["status"] == 202:
            run.acknowledged[line["invoice"]] = _submission(line["body"])
            run.replies.setdefault(line["key"], []).append(line["body"])
    run.hooked = set(run.tried)
    await observed.database(infra, run, traffic.supplier.send("GET", "/v1/archive/heads").json()["keys"])
    await observed.facts(infra, run)
    run.heard = observed.heard(listener.heard)
    run.rests = [replace(rest, broken_audit=_audit(traffic, rest.service)) for rest in await _rests(infra)]
    for service in SERVICES:
        run.rebuilt |= _rebuilt(traffic, service)
    return run


def _submission(body: str) -> str:
    return str(json.loads(body)["submission_id"])


def _audit(traffic: Traffic, service: str) -> str:
    answer = traffic.operator.send("GET", f"/v1/ops/{service}/audit")
    return "" if answer.is_success else answer.text


def _rebuilt(traffic: Traffic, service: str) -> dict[str, tuple[str, str]]:
    """Rebuild every projection of a service beside the live one: table → both hashes."""
    job = traffic.replay(service, "rebuild")["job_id"]
    until, status = time.monotonic() + 60, {"state": "planned"}
    while time.monotonic() < until:
        status = traffic.operator.send("GET", f"/v1/ops/{service}/replays/{job}").json()
        if status["state"] not in ("planned", "running"):
            tables = status["counts"].get("tables", {})
            return {f"{service}.{name}": (both["live"], both["rebuilt"]) for name, both in tables.items()}
        time.sleep(0.3)
    return {f"{service} was not rebuilt": ("", status["state"])}


def _report(run: History, faults: Faults, seconds: float) -> None:
    kinds = {
        kind: sum(n for name, n in faults.done.items() if name.startswith(kind)) for kind in ("kill", "pause", "site")
    }
    delivered = sum(1 for each in run.submissions if each.state == "delivered")
    repeats = len(run.facts) - len({fact.id for fact in run.facts})
    say(f"faults: {kinds}, by process: {dict(sorted(faults.done.items()))}")
    say(
        f"{len(run.acknowledged)} acknowledged, {delivered} delivered, {len(run.entries)} log entries, "
        f"{len(run.facts)} records of which {repeats} repeats, {len(run.heard)} webhooks, "
        f"{len(run.rebuilt)} projections rebuilt, {seconds:.0f} s"
    )
    for name, faulty in broken(run).items():
        say(f"{name}: {len(faulty)} broken, such as {faulty[:3]}")
