"""The least that a service of this kind can do: one POST, one statement in a transaction. What the machine costs."""

import asyncio
import json
import socket
import sys
from typing import Any

import asyncpg
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

from local_stack.fixtures import describe
from local_stack.layout import Layout


class Sent(BaseModel):
    """A body of the size of a small invoice's."""

    number: str
    lines: list[dict[str, str]]


async def _serve(run: str) -> None:
    pool: Any = await asyncpg.create_pool(describe(Layout.of(run)).dsn("invoicing", "api"))
    app = FastAPI()

    async def take(sent: Sent) -> dict[str, str]:
        async with pool.acquire() as connection, connection.transaction():
            return {"id": await connection.fetchval("select $1::text", sent.number)}

    app.post("/bare", status_code=201)(take)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    sys.stdout.write(json.dumps({"port": listening.getsockname()[1], "headers": {}}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
    await pool.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1]))
