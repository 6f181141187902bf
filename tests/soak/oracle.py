"""Waits until nothing is left to do, then gathers what the oracle of the chaos run looks at."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import observed
from history import History
from traffic import Traffic

from actors.listener import Listener
from contracts.topics import SERVICES
from local_stack.fixtures import Infra
from local_stack.stack import Stack

_PATIENCE = 600.0


def calm(infra: Infra, stack: Stack, patience: float = _PATIENCE) -> float:
    """Wait until every submission has ended and nothing is left to do; returns the seconds until then."""
    began = time.monotonic()
    for program in stack.programs():
        stack.supervisor.wait(program)
    while time.monotonic() - began < patience:
        rests = asyncio.run(_rests(infra))
        if not asyncio.run(observed.unfinished(infra)) and not any(r.outbox + r.parked + r.lag for r in rests):
            break
        time.sleep(1)
    return time.monotonic() - began


async def _rests(infra: Infra) -> list[Any]:
    return await observed.rests(infra, await observed.ends(infra))


def history(infra: Infra, traffic: Traffic, listener: Listener) -> History:
    """Everything a run left, and every projection rebuilt beside the live one."""
    return asyncio.run(_history(infra, traffic, listener))


async def _history(infra: Infra, traffic: Traffic, listener: Listener) -> History:
    run = History()
    for line in traffic.journal.of("try"):
        run.tried.add(line["invoice"])
    for line in traffic.journal.of("answer"):
        if line["status"] == 202:
            run.acknowledged[line["invoice"]] = str(json.loads(line["body"])["submission_id"])
            run.replies.setdefault(line["key"], []).append(line["body"])
    run.hooked = set(run.tried)
    await observed.database(infra, run, traffic.supplier.send("GET", "/v1/archive/heads").json()["keys"])
    await observed.facts(infra, run)
    run.heard = observed.heard(listener.heard)
    run.rests = [replace(rest, broken_audit=_audit(traffic, rest.service)) for rest in await _rests(infra)]
    for service in SERVICES:
        run.rebuilt |= _rebuilt(traffic, service)
    return run


def _audit(traffic: Traffic, service: str) -> str:
    answer = traffic.operator.send("GET", f"/v1/ops/{service}/audit")
    return "" if answer.is_success else answer.text


def _rebuilt(traffic: Traffic, service: str) -> dict[str, tuple[str, str]]:
    job = traffic.replay(service, "rebuild")["job_id"]
    until, status = time.monotonic() + 120, {"state": "planned"}
    while time.monotonic() < until:
        status = traffic.operator.send("GET", f"/v1/ops/{service}/replays/{job}").json()
        if status["state"] not in ("planned", "running"):
            tables = status["counts"].get("tables", {})
            return {f"{service}.{name}": (both["live"], both["rebuilt"]) for name, both in tables.items()}
        time.sleep(0.3)
    return {f"{service} was not rebuilt": ("", status["state"])}
