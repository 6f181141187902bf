"""What still works, and what is said, while registration is away."""

import httpx
import pytest

from gateway.testing.edge import Edge

pytestmark = pytest.mark.connected


def unavailable(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.headers["retry-after"]


async def test_without_registration_browsers_are_told_to_wait_and_machines_go_on(edge: Edge) -> None:
    browser, machine = edge.session() | edge.own, edge.bearer()
    before = edge.echo.requests
    async with edge.registration.down():
        asked = await edge.http.post("/v1/invoices", headers=browser)
        assert unavailable(asked) == (503, "IDENTITY_UNAVAILABLE", "2")
        assert asked.headers["content-type"] == "application/problem+json"
        assert edge.echo.requests == before
        for _ in range(5):
            assert (await edge.http.post("/v1/invoices", headers=machine)).status_code == 200
        assert unavailable(await edge.http.post("/v1/oauth/token")) == (503, "SERVICE_UNAVAILABLE", "2")
    assert (await edge.http.post("/v1/invoices", headers=browser)).status_code == 200


async def test_a_frozen_registration_does_not_freeze_the_gateway(edge: Edge) -> None:
    edge.identity.answering.clear()
    try:
        asked = await edge.http.get("/v1/invoices", headers=edge.session())
        assert unavailable(asked) == (503, "IDENTITY_UNAVAILABLE", "2")
        assert (await edge.http.get("/v1/invoices", headers=edge.bearer())).status_code == 200
    finally:
        edge.identity.answering.set()


async def test_an_outage_tells_nothing_of_what_is_inside(edge: Edge) -> None:
    async with edge.registration.down():
        text = (await edge.http.post("/v1/oauth/token")).text
    assert not any(word in text for word in ("127.0.0.1", "upstream", "connect", str(edge.ports["registration"])))
