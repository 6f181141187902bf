"""What runs, whether it answers, how often it fell, what memory it takes and how far behind its topics it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from local_stack.layout import Layout
from local_stack.probes import text
from local_stack.program import Program
from local_stack.supervision import ProcessState, Supervisor

_LAG = re.compile(r"^navette_consumer_lag(?:\{[^}]*\})? ([0-9.eE+-]+)$", re.MULTILINE)
_STARTED = "supervisord started with pid"


@dataclass(frozen=True)
class Row:
    """One process.

    `restarts` counts unexpected ends since the stack came up, `lag` records not yet handled on all topics.
    """

    name: str
    state: str
    ready: bool
    pid: int | None
    uptime_s: int
    restarts: int
    memory_mb: float | None
    lag: int | None
    address: str | None


def lag_of(metrics: str) -> int | None:
    """Sum of `navette_consumer_lag` in a Prometheus text, None when it has none."""
    values = [float(value) for value in _LAG.findall(metrics)]
    return int(sum(values)) if values else None


def restarts_of(supervisor_log: str) -> dict[str, int]:
    """Unexpected ends of each process since the supervisor last started."""
    ended: dict[str, int] = {}
    for name in re.findall(r" exited: (\S+) \(.*not expected\)", supervisor_log.rpartition(_STARTED)[2]):
        ended[name] = ended.get(name, 0) + 1
    return ended


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid"]):
        children.setdefault(process.info["ppid"], []).append(process.pid)
    return children


def _pss_kb(pid: int) -> int:
    """Proportional set size: memory shared by several processes is divided among them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    return int(found[1]) if found else 0


def _memory_mb(pid: int, children: dict[int, list[int]]) -> float:
    tree, total = [pid], 0
    while tree:
        one = tree.pop()
        total += _pss_kb(one)
        tree += children.get(one, [])
    return round(total / 1024, 1)


def rows(layout: Layout, programs: Sequence[Program]) -> list[Row]:
    """The state of every program."""
    states = Supervisor(layout).states()
    log = layout.logs / "supervisord.log"
    restarts = restarts_of(log.read_text(errors="replace")) if states and log.exists() else {}
    children = _children()

    def row(program: Program) -> Row:
        state = states.get(program.name) or ProcessState(program.name, "DOWN", None, 0)
        metrics = text(program.metrics) if program.metrics and state.pid else None
        return Row(
            name=program.name,
            state=state.state,
            ready=state.pid is not None and program.ready(),
            pid=state.pid,
            uptime_s=state.uptime_s,
            restarts=restarts.get(program.name, 0),
            memory_mb=_memory_mb(state.pid, children) if state.pid else None,
            lag=lag_of(metrics) if metrics else None,
            address=program.address,
        )

    with ThreadPoolExecutor(16) as several:
        return list(several.map(row, programs))


def as_json(several: Sequence[Row]) -> list[dict[str, object]]:
    """The rows as `status --json` prints them."""
    return [asdict(row) for row in several]


def table(several: Sequence[Row]) -> str:
    """The rows for a person."""
    titles = ("name", "state", "ready", "pid", "up", "restarts", "PSS MB", "lag", "address")
    cells = [titles, *(_cells(row) for row in several)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(titles))]
    right = {3, 4, 5, 6, 7}
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    total = sum(row.memory_mb or 0 for row in several)
    ready = sum(row.ready for row in several)
    return "\n".join([*lines, f"{ready} of {len(several)} ready, {total:.0f} MB"])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        row.state,
        "yes" if row.ready else "-",
        str(row.pid or "-"),
        _duration(row.uptime_s) if row.pid else "-",
        str(row.restarts),
        "-" if row.memory_mb is None else f"{row.memory_mb:.0f}",
        "-" if row.lag is None else str(row.lag),
        row.address or "-",
    )


def _duration(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}" if hours else f"{minutes}m{seconds:02}" if minutes else f"{seconds}s"
