"""invoicing's HTTP half in a process of its own, so that its processor time can be told from the client's."""

import asyncio
import json
import socket
import sys

import structlog
import uvicorn
import uvloop
from invoice_ground import SERVICE, Ground, ground, order

from contracts.ids import new_id
from contracts.registration import Role
from invoicing.api import ROUTERS
from local_stack.fixtures import describe
from local_stack.layout import Layout
from mesh import collecting
from mesh.http import create_app
from mesh.testing_tokens import TokenIssuer


def _told(place: Ground, order_id: object, port: int, tokens: TokenIssuer) -> str:
    headers = tokens.headers(SERVICE, place.supplier, Role.ACCOUNTANT, subject=new_id())
    return json.dumps({"port": port, "order_id": str(order_id), "headers": headers})


async def _serve(run: str) -> None:
    async with ground(describe(Layout.of(run))) as place:
        order_id = await order(place)
        tokens = TokenIssuer()
        app = create_app(
            title="bench",
            service=SERVICE,
            routers=ROUTERS,
            authenticator=tokens.authenticator(SERVICE),
            database=place.env.api,
            state={"env": place.env},
        )
        listening = socket.create_server(("127.0.0.1", 0))  # it takes connections before the server does
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        collecting.settle()
        sys.stdout.write(_told(place, order_id, listening.getsockname()[1], tokens) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)  # until the bench closes it
        server.should_exit = True
        await serving


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1]))
