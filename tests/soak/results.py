"""The dated result of a long run, in `.cache/soak/` of the checkout: one JSON for programs, one page for people."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from samples import Course

from local_stack.layout import REPOSITORY

FOLDER = REPOSITORY / ".cache" / "soak"


def write(figures: dict[str, Any], courses: list[Course], broken: dict[str, list[str]]) -> Path:
    """Write both files; returns the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    where = {
        "commit": _commit(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": " ".join(f"{each:.1f}" for each in os.getloadavg()),
    }
    content = {"at": at.isoformat(), **where, **figures, "broken": broken, "memory": [asdict(each) for each in courses]}
    page = FOLDER / f"{at:%Y-%m-%dT%H%MZ}.md"
    page.with_suffix(".json").write_text(json.dumps(content, indent=1, default=str) + "\n")
    page.write_text("\n".join(_page(at, where | figures, courses, broken)) + "\n")
    return page


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _page(at: datetime, figures: dict[str, Any], courses: list[Course], broken: dict[str, list[str]]) -> list[str]:
    lines = [f"# Soak of {at:%Y-%m-%d %H:%M} UTC", "", "| figure | |", "|---|---|"]
    lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in figures.items()]
    lines += ["", "## Memory and lag", "", "| process | MB first | last | most | % / 10 min | most lag | restarts |"]
    lines += ["|---|---|---|---|---|---|---|"]
    lines += [
        f"| {c.name} | {c.first} | {c.last} | {c.most} | {c.percent_per_ten_minutes} | {c.most_lag} | {c.restarts} |"
        for c in courses
    ]
    lines += ["", "## Invariants", ""]
    return lines + ([f"- {name}: {faults[:3]}" for name, faults in broken.items()] or ["All hold."])
