"""Cookie and client tokens, as the gateway and the services meet them, against a real database."""

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from mesh.auth import Authenticator
from mesh.testing_tokens import always_valid
from registration.token_keys import OwnKeys

pytestmark = pytest.mark.connected
BUYER = "buyer@demo.navette.example"


async def _signed_in(running, email: str = BUYER) -> httpx.AsyncClient:
    browser = running.client()
    reply = await browser.post("/v1/session", json={"email": email, "password": running.secrets.users[email]})
    assert reply.status_code == 201, reply.text
    return browser


async def test_smoke(running) -> None:
    browser = await _signed_in(running)
    print(browser.cookies)
    me = await browser.get("/v1/session")
    print(me.json())
    x = await browser.get("/internal/exchange/v1/orders", headers={"x-navette-audience": "po-sync"})
    print(x.status_code, x.headers, x.text)
    print((await browser.get("/.well-known/jwks.json")).text)
    t = await browser.post(
        "/v1/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "erp-brasseries-du-rhin",
            "client_secret": running.secrets.clients["erp-brasseries-du-rhin"],
            "resource": "po-sync",
        },
    )
    print(t.text)
    auth = Authenticator(
        issuer="https://id.navette.local", audience="po-sync", keys=OwnKeys(running.env.keys), valid_from=always_valid
    )
    print(await auth.identity(x.headers["authorization"][7:]))
    print(await auth.identity(t.json()["access_token"]))
