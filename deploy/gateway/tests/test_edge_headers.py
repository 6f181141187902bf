"""What clients say of themselves is not believed, and what the gateway says for everybody is always there."""

import asyncio
import json

import httpx
import pytest

from gateway.testing.edge import EGCTL, HOST, Edge

pytestmark = pytest.mark.connected
own_file = pytest.mark.skipif(bool(EGCTL), reason="only in the file for one Envoy")

TRICKS = (
    "/v1/session/../invoices",
    "/v1/session%2f..%2finvoices",
    "/v1/session%5c..%5cinvoices",
    "/v1//session/../invoices",
    "/v1/session;x/../invoices",
    "/v1/session/%2e%2e/invoices",
)
SPOOFED = {
    "x-auth-sub": "root",
    "x-auth-roles": "admin",
    "x-navette-audience": "archive",
    "x-navette-tenant": "victim",
    "x-jwt-payload": "e30",
    "x-envoy-original-path": "/x",
    "x-envoy-internal": "true",
    "forwarded": "for=6.6.6.6",
    "traceparent": "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01",
    "tracestate": "evil=1",
    "baggage": "tenant=victim",
}


async def raw(edge: Edge, path: str, **headers: str) -> httpx.Response:
    """A GET whose path is sent byte for byte."""
    request = edge.http.build_request("GET", edge.origin, headers=headers)
    request.url = request.url.copy_with(raw_path=path.encode())
    return await edge.http.send(request)


async def test_headers_of_identity_and_tracing_never_come_from_a_client(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/invoices", headers=edge.session() | SPOOFED)).json()
    assert not set(SPOOFED) & set(seen["headers"])
    assert seen["claims"]["aud"] == "invoicing"


async def test_open_routes_strip_them_too(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/session", headers=SPOOFED)).json()
    assert not set(SPOOFED) & set(seen["headers"])


async def test_the_acting_company_and_the_idempotency_key_pass(edge: Edge) -> None:
    mine = {"navette-company": "7", "idempotency-key": "k", "if-match": '"1"', "last-event-id": "9"}
    seen = (await edge.http.get("/v1/invoices", headers=edge.bearer() | mine)).json()
    assert mine.items() <= seen["headers"].items()


async def test_a_clients_request_id_is_replaced_and_ours_is_answered(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers=edge.bearer() | {"x-request-id": "mine"})
    assert answer.headers["x-request-id"] == answer.json()["headers"]["x-request-id"] != "mine"


async def test_a_clients_address_is_replaced(edge: Edge) -> None:
    claimed = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "http", "x-real-ip": "6.6.6.6"}
    seen = (await edge.http.get("/v1/invoices", headers=edge.bearer() | claimed)).json()
    assert seen["headers"]["x-forwarded-for"].count(".") == 3
    assert seen["headers"]["x-forwarded-proto"] == "https"
    assert "6.6.6.6" not in seen["headers"].values()


async def test_a_header_with_an_underscore_is_refused(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers=edge.bearer() | {"x_auth_sub": "root"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", TRICKS)
async def test_an_open_address_is_no_way_into_a_closed_one(edge: Edge, path: str) -> None:
    answer = await raw(edge, path)
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] in ("BAD_REQUEST", "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "path", ["/internal/exchange/v1/invoices", "/metrics", "/readyz", "/v1/nothing", "/v1/orders-old"]
)
async def test_what_the_table_does_not_name_is_not_served(edge: Edge, path: str) -> None:
    before = edge.echo.requests
    answer = await edge.http.get(path, headers=edge.session())
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert edge.echo.requests == before


@own_file
async def test_another_host_name_is_not_served(edge: Edge) -> None:
    answer = await edge.http.get("/v1/session", headers={"host": "evil.test"})
    assert (answer.status_code, answer.json()["code"]) == (421, "MISDIRECTED_REQUEST")


@own_file
async def test_the_mail_catcher_has_a_host_of_its_own(edge: Edge) -> None:
    answer = await edge.http.get("/v1/session", headers={"host": f"mail.{HOST}"})
    assert answer.json()["service"] == "mail"


async def test_the_portal_answers_everywhere_else_without_the_cookie(edge: Edge) -> None:
    answer = await edge.http.get("/orders/7", headers=edge.session() | {"accept-encoding": "gzip"})
    assert answer.text.startswith("<!doctype html>")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_answers_of_the_api_are_never_compressed(edge: Edge) -> None:
    headers = edge.bearer() | {"accept-encoding": "gzip", "x-long": "x" * 2000}
    assert "content-encoding" not in (await edge.http.get("/v1/invoices", headers=headers)).headers


@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/session", "/v1/nothing"])
async def test_every_answer_says_what_browsers_may_not_do_with_it(edge: Edge, path: str) -> None:
    headers = (await edge.http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


async def test_an_upgrade_is_refused(edge: Edge) -> None:
    headers = edge.bearer() | {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    answer = await edge.http.get("/v1/events", headers=headers | {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert answer.status_code == 403


@own_file
async def test_the_access_log_names_the_route_and_never_the_address(edge: Edge) -> None:
    answer = await edge.http.get("/v1/activations/SECRET-OF-THE-LINK?also=SECRET")
    wanted = answer.headers["x-request-id"]
    async with asyncio.timeout(10):
        while wanted not in edge.log.read_text():  # noqa: ASYNC110 - another process writes the file
            await asyncio.sleep(0.02)
    text = edge.log.read_text()
    line = json.loads(next(line for line in text.splitlines() if wanted in line))
    assert (line["route"], line["status"], line["upstream"]) == ("/v1/activations/*", 200, "registration")
    assert "SECRET" not in text
