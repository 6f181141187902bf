"""A cookie becomes a token of one service's audience; rights change in it within seconds, whatever is lost."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from contracts.registration import Role
from contracts.rights import of_roles
from local_stack.fresh import FreshDatabase
from mesh.auth import Authenticator
from mesh.db import Database
from mesh.errors import Unauthenticated
from mesh.testing_tokens import ISSUER, always_valid
from registration import states
from registration.exchange import REUSED_SECONDS, TRUSTED_SECONDS, Exchange, ExchangeCache
from registration.opaque_tokens import digest
from registration.rights_ear import RightsEar
from registration.sign_in import SignIn
from registration.store import people, sessions
from registration.testing import BUYER, BUYER_COMPANY, BUYER_USER, PORTAL, SUPPLIER, SUPPLIER_USER, Running, exchanged
from registration.token_keys import OwnKeys
from registration.valid_from import OwnValidFrom

pytestmark = pytest.mark.connected


@dataclass
class Steps:
    """A monotonic clock that a test moves."""

    seconds: float = 1_000.0

    def now(self) -> float:
        return self.seconds


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("the exchange passes nothing of its own on")


@dataclass
class Gate:
    """An exchange with a cache and a clock of its own; no notification reaches it unless a test says so."""

    steps: Steps
    cache: ExchangeCache
    client: httpx.AsyncClient

    async def token(self, browser: httpx.AsyncClient, audience: str = "po-sync") -> str:
        reply = await self.ask(browser, audience)
        assert reply.status_code == 200, reply.text
        return reply.headers["authorization"].removeprefix("Bearer ")

    async def ask(self, browser: httpx.AsyncClient, audience: str = "po-sync") -> httpx.Response:
        cookie = f"__Host-navette={browser.cookies['__Host-navette']}"
        headers = {"x-navette-audience": audience, "cookie": cookie}
        return await self.client.get("/internal/exchange/v1/orders", headers=headers)


@pytest.fixture
def gate(running: Running) -> Gate:
    steps = Steps()
    cache = ExchangeCache(steps.now)
    env = running.env
    exchange = Exchange(_nothing, portal=env.portal, sign_in=env.sign_in, mint=env.mint, cache=cache)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=exchange), base_url=PORTAL)
    return Gate(steps, cache, client)


def _service(running: Running, audience: str) -> Authenticator:
    return Authenticator(
        issuer=ISSUER, audience=audience, keys=OwnKeys(running.env.keys), valid_from=OwnValidFrom(running.env.pipeline)
    )


async def _change_roles(running: Running, roles: frozenset[Role], *, revoked: bool) -> None:
    async with running.env.pipeline.transaction() as tx:
        await people.set_roles(tx, BUYER_USER, BUYER_COMPANY, roles)
        await states.user(tx, BUYER_USER, revoked=revoked)


BOTH = frozenset({Role.ADMINISTRATOR, Role.ACCOUNTANT})


async def test_the_token_is_for_one_audience_and_says_who_acts_for_which_company(running: Running) -> None:
    async with running.signed_in(BUYER) as browser:
        token = await exchanged(browser, "po-sync")
    identity = await _service(running, "po-sync").identity(token)
    assert identity.subject == BUYER_USER
    assert identity.companies == {BUYER_COMPANY: of_roles(BOTH)}
    assert (identity.expires_at - identity.issued_at).total_seconds() <= 300
    with pytest.raises(Unauthenticated):
        await _service(running, "invoicing").identity(token)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-navette-audience": "po-sync", "sec-fetch-site": "cross-site"}, 403, "CSRF_FETCH_SITE"),
        ({"x-navette-audience": "po-sync", "sec-fetch-site": "same-site"}, 403, "CSRF_FETCH_SITE"),
        ({"x-navette-audience": "po-sync", "origin": "https://portal.test.evil.example"}, 403, "CSRF_ORIGIN"),
        ({"origin": PORTAL}, 403, "NO_AUDIENCE"),
        ({"x-navette-audience": "elsewhere"}, 403, "NO_AUDIENCE"),
        ({"x-navette-audience": "po-sync", "cookie": "__Host-navette=made-up"}, 401, "SESSION_INVALID"),
        ({"x-navette-audience": "po-sync", "cookie": "__Host-navette=a; __Host-navette=b"}, 401, "SESSION_INVALID"),
    ],
)
async def test_what_does_not_come_from_the_portal_gets_no_token(
    running: Running, gate: Gate, headers: dict[str, str], status: int, code: str
) -> None:
    async with running.signed_in(BUYER) as browser:
        cookie = {"cookie": f"__Host-navette={browser.cookies['__Host-navette']}"}
    reply = await gate.client.get("/internal/exchange/v1/orders", headers=cookie | headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert "authorization" not in reply.headers


async def test_a_change_without_origin_is_refused_and_a_read_is_not(running: Running, gate: Gate) -> None:
    async with running.signed_in(BUYER) as browser:
        headers = {
            "cookie": f"__Host-navette={browser.cookies['__Host-navette']}",
            "x-navette-audience": "po-sync",
            "x-request-id": "given-by-the-gateway",
        }
    post = await gate.client.post("/internal/exchange/v1/orders", headers=headers)
    assert (post.status_code, post.json()["code"]) == (403, "CSRF_NO_ORIGIN")
    assert post.json()["request_id"] == "given-by-the-gateway"
    assert (await gate.client.get("/internal/exchange/v1/orders", headers=headers)).status_code == 200


async def test_a_token_is_used_again_for_thirty_seconds_and_then_made_anew(running: Running, gate: Gate) -> None:
    async with running.signed_in(BUYER) as browser:
        first = await gate.token(browser)
        gate.steps.seconds += TRUSTED_SECONDS + 1
        assert await gate.token(browser) == first
        assert await gate.token(browser, "invoicing") != first
        gate.steps.seconds += REUSED_SECONDS
        assert await gate.token(browser) != first


async def test_with_every_notification_lost_rights_change_within_three_seconds(running: Running, gate: Gate) -> None:
    po_sync = _service(running, "po-sync")
    async with running.signed_in(BUYER) as browser:
        before = await gate.token(browser)
        await _change_roles(running, frozenset({Role.VIEWER}), revoked=True)
        assert await gate.token(browser) == before
        gate.steps.seconds += TRUSTED_SECONDS
        after = await gate.token(browser)
        assert (await po_sync.identity(after)).companies == {BUYER_COMPANY: of_roles({Role.VIEWER})}
        with pytest.raises(Unauthenticated, match="TOKEN_REVOKED"):
            await po_sync.identity(before)
    await _change_roles(running, BOTH, revoked=False)


async def test_rights_that_are_added_leave_older_tokens_valid(running: Running, gate: Gate) -> None:
    async with running.signed_in(BUYER) as browser:
        before = await gate.token(browser)
        await _change_roles(running, BOTH | {Role.APPROVER}, revoked=False)
        assert (await _service(running, "po-sync").identity(before)).companies == {BUYER_COMPANY: of_roles(BOTH)}
    await _change_roles(running, BOTH, revoked=True)


class ToldCache(ExchangeCache):
    """A cache that says when it was told of somebody."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps.now)
        self.told = asyncio.Event()

    def evict(self, person_id: str) -> None:
        super().evict(person_id)
        self.told.set()


async def test_a_notification_lets_the_exchange_forget_at_once(running: Running, fresh: FreshDatabase) -> None:
    cache = ToldCache(Steps())  # its clock stands still, so only a notification can end the trust
    env = running.env
    exchange = Exchange(_nothing, portal=env.portal, sign_in=env.sign_in, mint=env.mint, cache=cache)
    gate = Gate(Steps(), cache, httpx.AsyncClient(transport=httpx.ASGITransport(app=exchange), base_url=PORTAL))
    ear = RightsEar(SecretStr(fresh.dsn("pipeline")), cache)
    listening = asyncio.create_task(ear.run())
    try:
        await asyncio.wait_for(ear.listening.wait(), 30)
        async with running.signed_in(SUPPLIER) as browser:
            assert (await gate.ask(browser)).status_code == 200
            async with env.pipeline.transaction() as tx:
                await sessions.end_all(tx, SUPPLIER_USER)
            await asyncio.wait_for(cache.told.wait(), 30)
            assert (await gate.ask(browser)).json()["code"] == "SESSION_INVALID"
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_signing_out_ends_the_session_for_the_gateway(running: Running, gate: Gate) -> None:
    async with running.signed_in(BUYER) as browser:
        token = browser.cookies["__Host-navette"]
        assert (await browser.delete("/v1/session")).status_code == 204
        assert "__Host-navette" not in browser.cookies
    headers = {"cookie": f"__Host-navette={token}", "x-navette-audience": "po-sync"}
    reply = await gate.client.get("/internal/exchange/v1/orders", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, "SESSION_INVALID")


async def test_a_session_that_was_not_used_for_long_is_over(running: Running, gate: Gate) -> None:
    async with running.signed_in(BUYER) as browser:
        async with running.env.pipeline.transaction() as tx:
            await tx.execute(
                "update session set seen_at = now() - interval '121 minutes' where token_sha256 = :digest",
                digest=digest(browser.cookies["__Host-navette"]),
            )
        assert (await gate.ask(browser)).status_code == 401


async def test_without_its_database_the_exchange_says_unavailable(running: Running, gate: Gate) -> None:
    nowhere = Database(SecretStr("postgresql://nobody@127.0.0.1:9/none"), service="registration", role="pipeline")
    env = running.env
    cut_off = SignIn(
        nowhere, env.passwords, env.sign_in.second_factors, lasts=timedelta(hours=1), idle=timedelta(hours=1)
    )
    exchange = Exchange(_nothing, portal=env.portal, sign_in=cut_off, mint=env.mint, cache=gate.cache)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=exchange), base_url=PORTAL)
    headers = {"cookie": "__Host-navette=anything", "x-navette-audience": "po-sync"}
    reply = await client.get("/internal/exchange/v1/orders", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (503, "STORE_UNAVAILABLE")
    assert reply.headers["retry-after"] == "2"
    await nowhere.close()


async def test_keys_are_the_same_for_whoever_verifies(running: Running) -> None:
    reply = await running.visitor().get("/.well-known/jwks.json")
    assert reply.headers["cache-control"] == "public, max-age=60"
    (key,) = reply.json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key
    authenticator = Authenticator(
        issuer=ISSUER, audience="archive", keys=OwnKeys(running.env.keys), valid_from=always_valid
    )
    async with running.signed_in(BUYER) as browser:
        assert (await authenticator.identity(await exchanged(browser, "archive"))).subject == BUYER_USER
