"""Builds a service's HTTP application: its routes, what surrounds them, and the doors of whoever operates it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contracts import limits
from mesh import openapi, problems, telemetry
from mesh.auth import Authenticator
from mesh.bodies import storable
from mesh.commands import Replayed
from mesh.db import Database
from mesh.errors import Refusal
from mesh.middleware import RequestScope

Readiness = Callable[[], Awaitable[Mapping[str, str]]]
"""What must work, by name: "" when it does, else what is wrong."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


async def _problem(_request: Request, error: Exception) -> Response:
    return problems.answer_to(error).response()


async def _replay(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Replayed)
    return error.response()


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _ready(request: Request) -> Response:
    readiness: Readiness | None = getattr(request.app.state, "readiness", None)
    parts = dict(await readiness()) if readiness else {"service": "starting"}
    authenticator: Authenticator | None = getattr(request.app.state, "authenticator", None)
    if authenticator is not None:
        parts["keys"] = "" if authenticator.keys.known else "no keys were read from registration yet"
    ready = not any(parts.values())
    return JSONResponse(
        {"ready": ready, "parts": {name: wrong or "ok" for name, wrong in parts.items()}},
        status_code=200 if ready else 503,
    )


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _operation_id(route: APIRoute) -> str:
    """The function's name: what generated clients call the operation by. FastAPI warns when two are the same."""
    return route.name


def _lifespan(authenticator: Authenticator | None, own: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            if authenticator is not None:
                await stack.enter_async_context(authenticator.kept_fresh())
            if own is not None:
                await stack.enter_async_context(own(app))
            yield

    return lifespan


def create_app(
    *,
    title: str,
    service: str,
    routers: Iterable[APIRouter],
    readiness: Readiness | None = None,
    authenticator: Authenticator | None = None,
    database: Database | None = None,
    state: Mapping[str, Any] | None = None,
    lifespan: Lifespan | None = None,
    version: str = "0.1.0",
    description: str = "",
) -> FastAPI:
    """The application of one service.

    `state` is put on `app.state`, with `service`, `authenticator`, `database` (the api role's) and `readiness`. Bodies
    are limited to `contracts.limits.JSON_BODY` while they stream; a route declares more with `max_body_size=`.
    `/healthz`, `/readyz` and `/metrics` answer beside the routers and are not in the OpenAPI description.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        dependencies=[Depends(storable)],
        middleware=[Middleware(RequestScope), Middleware(RequestBodyLimitMiddleware, max_body_size=limits.JSON_BODY)],
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
        lifespan=_lifespan(authenticator, lifespan),
    )
    for kind in (Refusal, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _problem)
    app.add_exception_handler(Replayed, _replay)
    for name, value in {
        "service": service,
        "authenticator": authenticator,
        "database": database,
        "readiness": readiness,
        **(state or {}),
    }.items():
        setattr(app.state, name, value)
    for path, endpoint in (("/healthz", _alive), ("/readyz", _ready), ("/metrics", _metrics)):
        app.add_route(path, endpoint, methods=["GET"], include_in_schema=False)
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: openapi.describe(app)
    return app
