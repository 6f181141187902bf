"""One life of the worker of order files, in a process that may be killed: `python -m file_worker_life '{…}'`."""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from mesh.db import Database
from mesh.objects import MinioObjects
from mesh.testing import FrozenClock
from po_sync.env import Env
from po_sync.intake.files import FileWorker
from po_sync.store import files
from rules.checker import AsyncChecker


def _die_at(chunk: int, *, recorded: bool) -> None:
    """Let SIGKILL end this process at its nth chunk: when its rows are written and not committed, or before them."""
    advance, count = files.advance, 0

    async def dying(*args: Any) -> bool:
        nonlocal count
        count += 1
        if count == chunk and not recorded:
            os.kill(os.getpid(), signal.SIGKILL)
        moved = await advance(*args)
        if count == chunk:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved

    files.advance = dying


async def work(told: dict[str, Any]) -> None:
    """Work through the oldest file."""
    pipeline = Database(SecretStr(told["pipeline"]), service="po-sync", role="pipeline")
    objects = MinioObjects(told["endpoint"], *told["keys"])
    _die_at(told["chunk"], recorded=told["recorded"])
    clock = FrozenClock(datetime.fromisoformat(told["now"]))
    env = Env(
        api=pipeline,
        pipeline=pipeline,
        objects=objects,
        clock=clock,
        checker=AsyncChecker(),
    )
    await FileWorker(env, "po-sync-0").once()


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
