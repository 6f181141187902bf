"""What surrounds every request: its id, its metrics, its log line, and an answer whatever happens."""

import re
import time
from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mesh import problems, telemetry

_REQUEST_ID: Final = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_DOORS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by whoever watches; counting them would drown what people do."""
_METHODS: Final = _SAFE | {"POST", "PUT", "PATCH", "DELETE"}
_log = structlog.get_logger("mesh.http")


def _request_id(scope: Scope) -> str:
    """The gateway's id; it replaces a client's, so what arrives here is its own. Anything unfit gets a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            if _REQUEST_ID.match(text):
                return text
    return uuid4().hex


def _route(scope: Scope) -> str:
    """The route's template, so that ids in paths make no new time series."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = context or scope.get("route")
    return getattr(route, "path_format", None) or getattr(route, "path", None) or "unmatched"


class RequestScope:
    """Gives requests their id and answers their headers; counts, times and logs it; answers what was raised."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        identifier = _request_id(scope)
        token = telemetry.request_id.set(identifier)
        telemetry.actor.set("")
        answering = _Answering(send, identifier)
        try:
            await self.app(scope, receive, answering.send)
        except Exception as error:
            if answering.status:
                # Half an answer cannot be taken back; the server closes the connection, so the client sees it broken.
                problems.answer_to(error)
                raise
            await problems.answer_to(error).response()(scope, receive, answering.send)
        finally:
            if scope["path"] not in _DOORS:
                self._record(scope, answering.status, time.perf_counter() - started)
            telemetry.request_id.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = _route(scope)
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (
                telemetry.http_requests.labels(method, route, str(status)),
                telemetry.http_seconds.labels(method, route),
            )
        counter, histogram = children
        counter.inc()
        histogram.observe(seconds)
        if status >= 400 or method not in _SAFE:
            _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))


class _Answering:
    """The answer on its way out: remembers its status, adds the headers every answer has, rewrites a plain 413."""

    def __init__(self, send: Send, identifier: str) -> None:
        self._send = send
        self._id = identifier.encode()
        self._replaced = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            names = {name.lower() for name, _ in headers}
            if self.status == 413 and (b"content-type", b"text/plain; charset=utf-8") in headers:
                await self._send_too_large()
                return
            headers.append((b"x-request-id", self._id))
            headers.append((b"x-content-type-options", b"nosniff"))
            if b"cache-control" not in names:
                headers.append((b"cache-control", b"no-store"))
            await self._send({**message, "headers": headers})
        elif not self._replaced:
            await self._send(message)

    async def _send_too_large(self) -> None:
        # Starlette's body limit answers in plain text when the route never read the body.
        response = problems.too_large().response()
        headers = [*response.raw_headers, (b"x-request-id", self._id), (b"x-content-type-options", b"nosniff")]
        self._replaced = True
        await self._send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": bytes(response.body)})
