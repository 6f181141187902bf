"""Every operation the services describe is reached, by the right service, in the right way."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import SERVICES
from gateway.routes import ROUTES, Kind, Route

ROOT = Path(__file__).parents[3]
METHODS = {"get", "post", "put", "patch", "delete"}
SMALL = {"application/json", "application/x-www-form-urlencoded"}
TEXT = {"application/json", "application/problem+json", "text/event-stream"}


def owner(address: str, method: str) -> Route | None:
    """The row an address falls to: the first that fits, as Envoy reads them. The portal owns no address of the API."""
    for route in ROUTES:
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route.path.rstrip("/")))
        fits = re.fullmatch(pattern + ("(/.*)?" if route.is_prefix else ""), address)
        if fits and (not route.methods or method in route.methods) and route.kind is not Kind.SITE:
            return route
    return None


def operations(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and description of each operation; none while a service has no description yet."""
    path = ROOT / "services" / service / "openapi.json"
    text = path.read_text() if path.exists() else ""
    described: dict[str, Any] = json.loads(text) if text else {"paths": {}}
    for template, methods in described["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield method.upper(), re.sub(r"\{[^}]+\}", "x", template), operation


def media_types(content: Any) -> set[str]:
    return {each.partition(";")[0] for each in (content or {}).get("content", {})}


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_a_service_is_reached(service: str) -> None:
    for method, address, _ in operations(service):
        route = owner(address, method)
        assert route is not None, f"{method} {address} has no row in the route table"
        assert route.service == service, f"{method} {address} leads to {route.service}"


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_that_asks_for_a_token_is_not_on_an_open_row_nor_the_other_way(service: str) -> None:
    for method, address, operation in operations(service):
        route = owner(address, method)
        assert route is not None
        asks = any("bearer" in way for way in operation.get("security", []))
        assert asks or route.audience is None, f"{method} {address} asks for nobody's token but stands on a closed row"
        assert route.audience is not None or not asks, f"{method} {address} asks for a token no row gives it"


@pytest.mark.parametrize("service", SERVICES)
def test_files_and_streams_are_carried_as_such(service: str) -> None:
    for method, address, operation in operations(service):
        route = owner(address, method)
        assert route is not None
        if media_types(operation.get("requestBody")) - SMALL:
            assert route.kind in (Kind.UPLOAD, Kind.OPEN_UPLOAD), f"{method} {address} takes files: not to be buffered"
        answered = media_types(operation.get("responses", {}).get("200"))
        if "text/event-stream" in answered:
            assert route.kind is Kind.STREAM, f"{method} {address} is a stream: it must not be cut"
        if answered - TEXT:
            assert route.kind is not Kind.JSON, f"{method} {address} gives files: they must not be cut after seconds"
