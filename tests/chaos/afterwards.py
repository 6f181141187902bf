"""After the faults: waiting until nothing is left to do, and gathering what the run left behind."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

import observed_objects
import observed_outside
import observed_rows
from history import History, Rest
from run import Run

from contracts.topics import SERVICES
from local_stack.report import say

_REBUILD_SECONDS = 90


def _left(rests: list[Rest]) -> str:
    names = ("outbox", "parked", "lag", "unsent", "idle_transactions", "waiting_locks", "lost_leases",
             "unnumbered_audits")  # fmt: skip
    return ", ".join(f"{r.service} {n} {getattr(r, n)}" for r in rests for n in names if getattr(r, n))


async def calm(run: Run, seconds: float) -> float:
    """Wait until every submission has ended and nothing is left to do, at most `seconds`; returns how long it took."""
    began = told = time.monotonic()
    for program in run.stack.programs():
        run.stack.supervisor.wait(program)
    while time.monotonic() - began < seconds:
        _, unfinished = await observed_rows.progress(run.infra)
        left = _left(await observed_rows.rests(run.infra))
        if not unfinished and not left:
            break
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"           {told - began:5.1f} s after the last fault: {unfinished} invoices under way; {left}")
        await asyncio.sleep(0.5)
    return time.monotonic() - began


async def history(run: Run) -> History:
    """Everything an oracle looks at."""
    found = History(poison=run.poison)
    _of_journal(run, found)
    while run.feed.poll():
        pass
    found.polled = list(run.feed.read)
    reader = type(run.feed)(run.traffic.buyer)
    while reader.poll():
        pass
    found.feed = reader.read
    keys = run.traffic.supplier.send("GET", "/v1/archive/heads").json()["keys"]
    await observed_rows.ledgers(run.infra, found)
    await observed_rows.log_heads(run.infra, found, keys)
    await observed_objects.archived(run.infra, found)
    await observed_outside.facts(run.infra, found)
    await observed_outside.letters(run.infra, found, run.traffic.operator)
    found.heard = observed_outside.heard(run.listener.heard, run.secret)
    found.mails = observed_outside.mails(run.stack.layout.mail)
    found.shown += run.stranger.shown
    found.rests = [replace(r, broken_audit=_audit(run, r.service)) for r in await observed_rows.rests(run.infra)]
    with ThreadPoolExecutor(2) as several:
        for tables in several.map(partial(_rebuilt, run), SERVICES):
            found.rebuilt |= tables
    return found


def _of_journal(run: Run, found: History) -> None:
    found.tried = {line["invoice"] for line in run.journal.of("try")}
    for line in run.journal.of("answer"):
        if line["status"] == 202:
            found.acknowledged[line["invoice"]] = str(json.loads(line["body"])["submission_id"])
            found.replies.setdefault(line["key"], []).append(line["body"])
    found.ordered = {line["id"] for line in run.journal.of("order")}
    found.misused = [line["status"] for line in run.journal.of("misuse")]
    taken = [line for line in run.journal.of("reported") if line["status"] == 201]
    found.reported = {line["number"]: run.traffic.supplier.email for line in taken}
    found.asked_in = {line["email"] for line in run.journal.of("asked_in") if line["status"] == 202}


def _audit(run: Run, service: str) -> str:
    answer = run.traffic.operator.send("GET", f"/v1/ops/{service}/audit")
    return "" if answer.is_success else answer.text


def _rebuilt(run: Run, service: str) -> dict[str, tuple[str, str]]:
    """Rebuild every projection of a service beside the live one: table → both hashes."""
    job = run.traffic.replay(service, "rebuild")
    until, state = time.monotonic() + _REBUILD_SECONDS, "planned"
    while time.monotonic() < until:
        with suppress(KeyError):
            status = run.traffic.operator.send("GET", f"/v1/ops/{service}/replays/{job}").json()
            state = status["state"]
            if state not in ("planned", "running"):
                tables = status["counts"]["tables"]
                return {f"{service}.{name}": (both["live"], both["rebuilt"]) for name, both in tables.items()}
        time.sleep(0.3)
    return {f"{service} was not rebuilt": ("", state)}
