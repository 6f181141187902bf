"""Requests other sites make a browser send: the exchange is told enough to refuse them, and its refusal stands."""

import pytest

from gateway.testing.edge import Edge

pytestmark = pytest.mark.connected

# method, Origin ("own", another, or None), Sec-Fetch-Site, status
CASES = [
    ("POST", "own", "same-origin", 200),
    ("POST", "own", None, 200),
    ("POST", None, "same-origin", 200),
    ("POST", None, None, 403),
    ("POST", "null", None, 403),
    ("POST", "https://evil.test", None, 403),
    ("POST", "own", "same-site", 403),
    ("POST", "own", "cross-site", 403),
    ("POST", "suffixed", None, 403),
    ("POST", "plain", None, 403),
    ("PATCH", None, None, 403),
    ("DELETE", None, None, 403),
    ("GET", None, None, 200),
    ("GET", None, "none", 200),
    ("GET", None, "cross-site", 403),
    ("GET", "https://evil.test", None, 403),
]


@pytest.mark.parametrize(("method", "origin", "site", "status"), CASES)
async def test_a_cookie_counts_only_from_our_own_page(
    edge: Edge, method: str, origin: str | None, site: str | None, status: int
) -> None:
    spelled = {
        "own": edge.origin,
        "suffixed": f"{edge.origin}.evil.test",
        "plain": edge.origin.replace("https", "http"),
    }
    headers = edge.session()
    if origin is not None:
        headers["origin"] = spelled.get(origin, origin)
    if site is not None:
        headers["sec-fetch-site"] = site
    answer = await edge.http.request(method, "/v1/invoices", headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "CSRF"


async def test_a_machine_needs_none_of_it(edge: Edge) -> None:
    assert (await edge.http.post("/v1/invoices", headers=edge.bearer())).status_code == 200


async def test_a_method_cannot_be_smuggled_past_the_check(edge: Edge) -> None:
    headers = edge.session() | {"x-http-method-override": "POST"}
    assert (await edge.http.get("/v1/invoices", headers=headers)).json()["method"] == "GET"


async def test_the_exchange_is_told_the_method_and_the_address_and_nothing_else(edge: Edge) -> None:
    headers = edge.session() | edge.own | {"navette-company": "7", "x-secret": "s"}
    await edge.http.patch("/v1/invoices/7", headers=headers, content=b'{"secret":1}')
    told = edge.identity.exchanges[-1]
    assert (told[":method"], told[":path"]) == ("PATCH", "/internal/exchange/v1/invoices/7")
    mine = {"cookie", "origin", "sec-fetch-site", "x-navette-audience", "x-request-id"}
    of_envoy = {"x-envoy-internal", "x-forwarded-for", "x-envoy-expected-rq-timeout-ms"}
    of_http = {":method", ":path", "host", "content-length"}
    assert set(told) <= mine | of_http | of_envoy
    assert edge.identity.exchanged_bytes == 0
