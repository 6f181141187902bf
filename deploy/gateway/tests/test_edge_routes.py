"""Every row of the route table leads where it says."""

import re

import pytest

from gateway.routes import ROUTES, Kind, Route
from gateway.testing.edge import LIMITED, Edge

pytestmark = pytest.mark.connected
SERVED = [route for route in ROUTES if route.kind is not Kind.SITE and route.path != "/.well-known/jwks.json"]


def addresses(route: Route) -> list[str]:
    address = re.sub(r"\{[a-z_]+\}", "0198c6f0-0000-7000-8000-000000000000", route.path)
    return [address, f"{address}/x"] if route.is_prefix else [address]


@pytest.mark.parametrize("route", SERVED, ids=lambda route: route.name)
async def test_a_row_of_the_table_leads_to_its_service(edge: Edge, route: Route) -> None:
    method = route.methods[0] if route.methods else "GET"
    headers = edge.own if route.audience is None else edge.own | edge.session("ann")
    if route.path == LIMITED and route.per_second:
        pytest.skip("its limit is lowered for another test")
    if route.kind is Kind.STREAM:
        edge.echo.beat.set()
    before = len(edge.identity.exchanges)
    for address in addresses(route):
        answer = await edge.http.request(method, address, headers=headers)
        assert answer.status_code == 200
        if route.kind is not Kind.STREAM:
            assert (answer.json()["service"], answer.json()["path"]) == (route.service, address)
    asked = [told["x-navette-audience"] for told in edge.identity.exchanges[before:]]
    assert asked == ([] if route.audience is None else [route.service] * len(addresses(route)))
