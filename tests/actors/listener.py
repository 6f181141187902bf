"""A buyer's program that webhooks are sent to, on this machine."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from actors.waiting import eventually


@dataclass(frozen=True)
class Hook:
    """One request: its headers in lower case, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def item(self) -> dict[str, Any]:
        """The body's JSON."""
        return json.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """Whether one of its signatures is right (Standard Webhooks 1.0, symmetric `v1`)."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        right = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return any(hmac.compare_digest(right, given) for given in self.headers["webhook-signature"].split())


@dataclass
class Listener:
    """What has arrived so far."""

    url: str
    heard: list[Hook] = field(default_factory=list[Hook])

    def wait(self, kind: str, subject: str) -> Hook:
        """The first request about something. Raises AssertionError when none comes."""

        def found() -> Hook | None:
            asked = ((hook.item, hook) for hook in list(self.heard))
            return next((hook for item, hook in asked if (item["type"], item["subject"]) == (kind, subject)), None)

        return eventually(f"webhook {kind}", found)


@contextmanager
def listening() -> Generator[Listener]:
    """A listener that takes everything with 204, as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(length := int(self.headers["content-length"]))
            if len(body) < length:  # the sender died over it: nothing was said
                self.close_connection = True
                return
            listener.heard.append(Hook({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the library gives it
            """Nothing: a test's output holds what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(f"http://127.0.0.1:{server.server_address[1]}/hooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
