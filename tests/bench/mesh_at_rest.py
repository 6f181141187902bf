"""What the whole mesh takes while nobody asks anything, and how long the cached demo takes to bring it there."""

import re
import subprocess
import time
from dataclasses import dataclass

import psutil

from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.status import rows

_OURS = ("registration", "po-sync", "invoicing", "validation", "signing", "archive", "notifications", "static", "mail")
"""Whose memory the goal is about: the services, the static server, the mail catcher."""


@dataclass(frozen=True)
class AtRest:
    """MB of memory (PSS) and percent of one processor, of our programs and of everything."""

    ours_mb: float
    all_mb: float
    ours_cpu: float
    all_cpu: float


def is_up(layout: Layout) -> bool:
    """Whether every program of the stack runs."""
    if not layout.ports_file.exists():
        return False
    return all(row.pid for row in rows(layout, Stack(layout).programs()))


def cpu_seconds(pid: int) -> float:
    """User and system time of a program with its children."""
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            taken = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += taken.user + taken.system
    return total


def measure(layout: Layout, seconds: float) -> AtRest:
    """Look at a running mesh for so many seconds."""
    found = [row for row in rows(layout, Stack(layout).programs()) if row.pid]
    ours = {row.name for row in found if re.sub(r"-\d+$", "", row.name) in _OURS}
    before = {row.name: cpu_seconds(row.pid or 0) for row in found}
    began = time.monotonic()
    time.sleep(seconds)
    spent = time.monotonic() - began
    cpu = {row.name: (cpu_seconds(row.pid or 0) - before[row.name]) / spent * 100 for row in found}
    memory = {row.name: row.memory_mb or 0 for row in found}
    return AtRest(
        ours_mb=sum(memory[name] for name in ours),
        all_mb=sum(memory.values()),
        ours_cpu=sum(cpu[name] for name in ours),
        all_cpu=sum(cpu.values()),
    )


def demo_seconds() -> float:
    """How long `make demo` takes from a stopped mesh with everything cached."""
    subprocess.run(["make", "-s", "down"], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    subprocess.run(["make", "-s", "demo"], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def stop() -> None:
    """Stop the mesh that the demo left running."""
    subprocess.run(["make", "-s", "down"], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
