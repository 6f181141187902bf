"""What surrounds every request: its id, standard headers, counts, and the doors of whoever operates the service."""

import re
from collections.abc import AsyncGenerator, Mapping

import httpx
import pytest
from fastapi import APIRouter

from mesh import openapi, telemetry
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.http import create_app
from mesh.problems import responses

router = APIRouter(prefix="/v1/echoes")


class Echo(Output):
    """What the request carried."""

    request_id: str


@router.get("/{name}")
async def read_echo(name: str) -> Echo:
    return Echo(request_id=f"{name} {telemetry.request_id.get()}")


@router.get("", responses=responses(NotFound))
async def list_echoes(principal: CurrentPrincipal) -> Echo:
    return Echo(request_id=principal.actor)


PARTS: dict[str, str] = {}


async def readiness() -> Mapping[str, str]:
    return PARTS


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(title="Echoes", service="echoes", routers=[router], readiness=readiness)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://echoes") as client:
        yield client


async def test_the_gateways_request_id_is_kept_and_answered(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/echoes/a", headers={"x-request-id": "5f0c-41"})
    assert reply.json() == {"request_id": "a 5f0c-41"}
    assert reply.headers["x-request-id"] == "5f0c-41"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, '{"injected": 1}'])
async def test_a_request_id_that_is_unfit_for_a_log_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    reply = await client.get("/v1/echoes/a", headers={"x-request-id": sent})
    assert re.fullmatch("[0-9a-f]{32}", reply.headers["x-request-id"])


async def test_answers_are_neither_cached_nor_sniffed(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/echoes/a")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_requests_are_counted_by_route_and_not_by_address(client: httpx.AsyncClient) -> None:
    for name in ("anna", "berta"):
        await client.get(f"/v1/echoes/{name}")
    metrics = (await client.get("/metrics")).text
    counted = 'navette_http_requests_total{method="GET",route="/v1/echoes/{name}",status="200"}'
    assert re.search(re.escape(counted) + " [2-9]", metrics)
    assert "anna" not in metrics
    assert "/healthz" not in metrics


async def test_ready_means_that_every_part_works(client: httpx.AsyncClient) -> None:
    PARTS.clear()
    PARTS["database"] = ""
    assert (await client.get("/readyz")).status_code == 200
    PARTS["kafka"] = "no coordinator"
    reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json() == {"ready": False, "parts": {"database": "ok", "kafka": "no coordinator"}}
    assert (await client.get("/healthz")).json() == {"status": "alive"}


def test_the_description_is_the_same_each_time_and_names_problems() -> None:
    first, second = (openapi.document(create_app(title="Echoes", service="echoes", routers=[router])) for _ in range(2))
    assert first == second
    assert list(first["paths"]) == sorted(first["paths"])
    assert first["openapi"] == "3.1.0"
    operation = first["paths"]["/v1/echoes"]["get"]
    assert operation["operationId"] == "list_echoes"
    assert operation["security"] == [{"bearer": []}]
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    assert "422" not in operation["responses"]
    assert operation["responses"]["404"]["content"]["application/problem+json"]
    assert {"Problem", "Violation"} <= set(first["components"]["schemas"])
    assert not {"/healthz", "/readyz", "/metrics"} & set(first["paths"])
