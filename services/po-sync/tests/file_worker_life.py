"""One life of the worker of order files, in a process that may be killed: `python -m file_worker_life '{…}'`."""

import asyncio
import json
import sys
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from mesh.db import Database
from mesh.objects import MinioObjects
from mesh.testing import FrozenClock
from po_sync.env import Env
from po_sync.intake.files import FileWorker
from rules.checker import AsyncChecker


async def work(told: dict[str, Any]) -> None:
    """Work through the oldest file."""
    pipeline = Database(SecretStr(told["pipeline"]), service="po-sync", role="pipeline")
    objects = MinioObjects(told["endpoint"], *told["keys"])
    clock = FrozenClock(datetime.fromisoformat(told["now"]))
    env = Env(api=pipeline, pipeline=pipeline, objects=objects, clock=clock, checker=AsyncChecker())
    await FileWorker(env, "po-sync-0").once()


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
