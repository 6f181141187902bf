"""An order becomes a sent invoice over HTTP: the processor time of invoicing's process for each."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

_TICKS = os.sysconf("SC_CLK_TCK")
_WARM_UP = 20


def _processor_seconds(process: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _wanted(order_id: str, number: str) -> dict[str, object]:
    line = {"identifier": "1", "quantity": "1", "unit": "C62", "order_line": {"line": "10"}}
    terms = {"price": {"net": "8.45"}, "vat": {"code": "S", "rate": "20"}, "item": {"name": "Roulement"}}
    return {"order_id": order_id, "document": {"number": number, "lines": [line | terms]}}


def _at_once(client: httpx.Client, order_id: str, number: str) -> None:
    """Conversion with its number and quantities, and the submit, in one request: as an ERP flips an order."""
    client.post("/v1/invoices/submit", json=_wanted(order_id, number)).raise_for_status()


def _one(client: httpx.Client, order_id: str, number: str) -> None:
    """Conversion with its number and quantities, then the submit: the two requests of whoever looks at the draft."""
    made = client.post("/v1/invoices", json=_wanted(order_id, number))
    made.raise_for_status()
    client.post(f"/v1/invoices/{made.json()['id']}/submit").raise_for_status()


def _bare(client: httpx.Client, _: str, number: str) -> None:
    client.post("/bare", json={"number": number, "lines": [{"identifier": "1", "quantity": "1"}]}).raise_for_status()


def _measured(
    server: str, run: Path, count: int, one: Callable[[httpx.Client, str, str], None], pause: float = 0.0
) -> float:
    command = [sys.executable, str(Path(__file__).with_name(server)), str(run)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        address, order_id = f"http://127.0.0.1:{told['port']}", told.get("order_id", "")
        with httpx.Client(base_url=address, headers=told["headers"], timeout=60) as client:
            for n in range(_WARM_UP):
                one(client, order_id, f"W-{n}")
            before = _processor_seconds(process.pid)
            for n in range(count):
                one(client, order_id, f"B-{n}")
                time.sleep(pause)
            spent = _processor_seconds(process.pid) - before
        process.communicate()
    return spent / count * 1e3


def bare_milliseconds(run: Path, count: int, pause: float = 0.0) -> float:
    """The processor time of the least request there is; they come one after the other, `pause` seconds apart."""
    return _measured("bare_server.py", run, count, _bare, pause)


@dataclass(frozen=True)
class Written:
    """Processor milliseconds of an invoice in one request, in two, and of one bare request, all in the same minute."""

    at_once: float
    in_two: float
    bare: float


def milliseconds(run: Path, count: int) -> Written:
    """What an invoice costs, and what the machine makes of the least request there is."""
    return Written(
        _measured("invoice_server.py", run, count, _at_once),
        _measured("invoice_server.py", run, count, _one),
        bare_milliseconds(run, count),
    )
