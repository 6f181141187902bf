"""Who gets in: cookies, tokens, and which of them counts."""

import httpx
import pytest

from contracts.topics import SERVICES
from gateway.testing.edge import EGCTL, UNLISTED, Edge

pytestmark = pytest.mark.connected
own_file = pytest.mark.skipif(bool(EGCTL), reason="only in the file for one Envoy")
PROBLEM = "application/problem+json"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == PROBLEM
    return answer.status_code, answer.json()["code"]


async def test_a_session_cookie_becomes_a_token_of_the_routes_audience(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/invoices", headers=edge.session("ann"))).json()
    assert (seen["claims"]["sub"], seen["claims"]["aud"]) == ("ann", "invoicing")


async def test_the_same_cookie_opens_another_service_with_that_services_audience(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/archive", headers=edge.session("ann"))).json()
    assert (seen["service"], seen["claims"]["aud"]) == ("archive", "archive")


async def test_the_cookie_never_reaches_a_service(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/invoices", headers=edge.session())).json()
    assert not {"cookie", "x-navette-audience"} & set(seen["headers"])


async def test_nobody_gets_in_without_credentials(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices")
    assert refusal(answer) == (401, "UNAUTHENTICATED")
    assert answer.json() == {
        "type": "urn:navette:problem:unauthenticated",
        "title": "Sign in first",
        "status": 401,
        "code": "UNAUTHENTICATED",
        "detail": "Send a valid access token, or sign in again.",
        "violations": [],
        "request_id": answer.headers["x-request-id"],
    }


@pytest.mark.parametrize("cookie", ["__Host-navette=nonsense", "__Host-navette="])
async def test_an_unknown_session_is_refused_in_registrations_own_words(edge: Edge, cookie: str) -> None:
    assert refusal(await edge.http.get("/v1/invoices", headers={"cookie": cookie})) == (401, "SESSION_INVALID")


async def test_two_session_cookies_are_refused(edge: Edge) -> None:
    twice = edge.session()["cookie"] + "; __Host-navette=x"
    assert refusal(await edge.http.get("/v1/invoices", headers={"cookie": twice})) == (401, "SESSION_INVALID")


@own_file
async def test_a_cookie_whose_name_only_ends_alike_is_no_session(edge: Edge) -> None:
    headers = {"cookie": "x" + edge.session()["cookie"]}
    assert refusal(await edge.http.get("/v1/invoices", headers=headers)) == (401, "SESSION_INVALID")


async def test_another_cookie_alone_is_no_session(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers={"cookie": "theme=dark"})
    assert refusal(answer) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("first", [True, False])
async def test_two_cookie_lines_are_refused(edge: Edge, first: bool) -> None:
    lines = [("cookie", "theme=dark"), ("cookie", edge.session()["cookie"])]
    answer = await edge.http.get("/v1/invoices", headers=lines if first else lines[::-1])
    assert answer.status_code == 401


async def test_a_revoked_session_is_refused_at_once(edge: Edge) -> None:
    headers = edge.session("bob")
    assert (await edge.http.get("/v1/invoices", headers=headers)).status_code == 200
    edge.identity.sessions.clear()
    assert refusal(await edge.http.get("/v1/invoices", headers=headers)) == (401, "SESSION_INVALID")


@pytest.mark.parametrize("audience", SERVICES)
async def test_a_machines_token_opens_its_own_service_only(edge: Edge, audience: str) -> None:
    answers = {
        service: (await edge.http.get(f"/v1/ops/{service}/lag", headers=edge.bearer(audience))).status_code
        for service in SERVICES
    }
    assert answers == {service: 200 if service == audience else 403 for service in SERVICES}


async def test_a_token_for_another_service_is_named_as_such(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers=edge.bearer("archive"))
    assert refusal(answer) == (403, "FORBIDDEN")


async def test_a_token_expired_past_the_clock_skew_is_refused(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers=edge.bearer(life=-7))
    assert refusal(answer) == (401, "UNAUTHENTICATED")


async def test_a_token_of_another_issuer_is_refused(edge: Edge) -> None:
    answer = await edge.http.get("/v1/invoices", headers=edge.bearer(issuer="https://id.evil.test"))
    assert answer.status_code == 401


async def test_a_token_in_the_query_is_refused(edge: Edge) -> None:
    token = edge.identity.token("invoicing")
    assert (await edge.http.get("/v1/invoices", params={"access_token": token})).status_code == 401


async def test_a_damaged_token_is_refused(edge: Edge) -> None:
    token = edge.identity.token("invoicing")
    for damaged in (token + "=", token[:-1]):
        answer = await edge.http.get("/v1/invoices", headers={"authorization": f"Bearer {damaged}"})
        assert answer.status_code == 401


async def test_two_authorization_lines_are_refused(edge: Edge) -> None:
    good, old = edge.bearer()["authorization"], edge.bearer(life=-60)["authorization"]
    answer = await edge.http.get("/v1/invoices", headers=[("authorization", good), ("authorization", old)])
    assert answer.status_code == 401


async def test_a_token_wins_over_a_cookie(edge: Edge) -> None:
    seen = (await edge.http.get("/v1/invoices", headers=edge.session("ann") | edge.bearer())).json()
    assert seen["claims"]["sub"] == "erp"
    assert "cookie" not in seen["headers"]


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Basic eDp5", ""])
async def test_a_bad_authorization_is_not_mended_by_a_good_cookie(edge: Edge, authorization: str) -> None:
    before = len(edge.identity.exchanges)
    answer = await edge.http.get("/v1/invoices", headers=edge.session() | {"authorization": authorization})
    assert answer.status_code == 401
    assert len(edge.identity.exchanges) == before


async def test_a_machine_asks_registration_nothing(edge: Edge) -> None:
    before = len(edge.identity.exchanges)
    assert (await edge.http.post("/v1/invoices", headers=edge.bearer())).status_code == 200
    assert len(edge.identity.exchanges) == before


@own_file
async def test_a_route_that_forgot_its_audience_is_closed_to_browsers(edge: Edge) -> None:
    answer = await edge.http.get(UNLISTED, headers=edge.session())
    assert refusal(answer) == (403, "NO_AUDIENCE")


@own_file
async def test_a_route_that_forgot_its_audience_is_closed_to_strangers(edge: Edge) -> None:
    assert (await edge.http.get(UNLISTED)).status_code == 401


async def test_open_routes_let_the_cookie_through_and_ask_no_exchange(edge: Edge) -> None:
    before, headers = len(edge.identity.exchanges), edge.session()
    seen = (await edge.http.get("/v1/session", headers=headers)).json()
    assert (seen["service"], seen["headers"]["cookie"], seen["claims"]) == ("registration", headers["cookie"], None)
    assert len(edge.identity.exchanges) == before


async def test_the_keys_are_public(edge: Edge) -> None:
    assert (await edge.http.get("/.well-known/jwks.json")).json()["keys"][0]["kid"] == "test"
