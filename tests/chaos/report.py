"""What a run says of itself: a line while it goes on, a table at its end, and a folder when something is broken."""

import asyncio
import dataclasses
import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import observed_rows
from faults import Faults
from history import History
from invariants import INVARIANTS, promise
from rich.console import Console
from rich.table import Table
from run import Run

from local_stack.layout import REPOSITORY
from local_stack.report import say


@contextmanager
def progress(run: Run, faults: Faults, wanted: Mapping[str, int]) -> Generator[None]:
    """A line every five seconds as long as the block runs."""
    began, over = time.monotonic(), threading.Event()
    ended = 0

    def line() -> None:
        nonlocal ended
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # the database may be what is away
            sent, unfinished = asyncio.run(observed_rows.progress(run.infra))
            ended = sent - unfinished
        counts = f"kills {faults.count('kill')}/{wanted['kills']}, pauses {faults.count('pause')}/{wanted['pauses']}"
        say(
            f"{time.monotonic() - began:7.1f} s  {run.traffic.accepted} accepted, {ended} ended, {counts}, "
            f"sites {len(faults.hit())}/{wanted['sites']}  now: {faults.now}"
        )

    def lines() -> None:
        while not over.wait(5):
            line()

    thread = threading.Thread(target=lines)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def table(
    run: History, faults: Faults, wanted: Mapping[str, int], broken: Mapping[str, Collection[str]], seconds: float
) -> None:
    """The figures of the run and the verdict on each invariant."""
    states = Counter(each.state for each in run.submissions)
    hooks, mails = Counter(hook.id for hook in run.heard), Counter(mail.id for mail in run.mails)
    repeated = len(run.facts) - len({fact.id for fact in run.facts})
    by = {kind: ", ".join(f"{name.partition(' ')[2]} {n}" for name, n in sorted(faults.done.items())
                          if name.startswith(kind)) for kind in ("kill", "pause")}  # fmt: skip
    figures = Table(title="chaos", show_header=False)
    for name, value in (
        ("invoices", f"{len(run.acknowledged)} acknowledged; {', '.join(f'{n} {s}' for s, n in states.items())}"),
        ("crash sites", f"{len(faults.hit())} hit of {wanted['sites']} enumerated"),
        ("kills", f"{faults.count('kill')} ({by['kill']})"),
        ("pauses", f"{faults.count('pause')} ({by['pause']})"),
        ("poison", f"{len(run.poison)} records, {len(run.letters)} dead letters"),
        ("facts", f"{len(run.facts)} records, {repeated} of them repeats"),
        ("webhooks", f"{len(run.heard)} of {len(hooks)} ids: {len(run.heard) - len(hooks)} repeats, each with its id"),
        ("mails", f"{len(run.mails)} of {len(mails)} ids: {len(run.mails) - len(mails)} repeats, each with its id"),
        ("answers", f"{sum(len(b) - 1 for b in run.replies.values())} repeated, {len(run.misused)} misused keys"),
        ("archive", f"{len(run.entries)} entries, {len(run.heads)} heads, {len(run.copies)} objects"),
        ("projections", f"{len(run.rebuilt)} rebuilt from their first fact"),
        ("seconds", f"{seconds:.0f}"),
    ):
        figures.add_row(name, value)
    verdicts = Table(show_header=False)
    for name in INVARIANTS:
        found = list(broken.get(name, ()))
        verdicts.add_row(name, f"BROKEN {len(found)}: {'; '.join(found[:3])}" if found else "holds", promise(name))
    console = Console(width=150)
    console.print(figures)
    console.print(verdicts)


def keep(seed: int, run: Run, faults: Faults, found: History | None) -> Path:
    """Copy what is needed to understand a broken run; returns the folder."""
    folder = REPOSITORY / ".local" / "chaos-broken" / f"{time.strftime('%Y%m%d-%H%M%S')}-seed{seed}"
    folder.mkdir(parents=True, mode=0o700)
    shutil.copytree(run.stack.layout.logs, folder / "logs")
    (folder / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in run.journal.lines))
    (folder / "faults.json").write_text(json.dumps(faults.at, indent=1))
    if found is not None:
        (folder / "history.json").write_text(json.dumps(dataclasses.asdict(found), indent=1, default=_plain))
    sizes = {name: os.environ[name] for name in ("INVOICES", "KILLS", "PAUSES") if name in os.environ}
    again = " ".join(f"{name}={value}" for name, value in (sizes | {"SEED": str(seed)}).items())
    say(f"kept in {folder}; the same faults again: {again} make chaos")
    return folder


def _plain(value: object) -> object:
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))  # pyright: ignore[reportUnknownArgumentType] - of strings
    return value.hex() if isinstance(value, bytes) else str(value)
