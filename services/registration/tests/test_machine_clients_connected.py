"""Programs: they get tokens for one service, their secrets rotate without a gap, and end at once when they must."""

import base64
from typing import Any

import httpx
import pytest

from mesh.auth import Authenticator
from mesh.errors import Unauthenticated
from mesh.testing_tokens import ISSUER
from registration.testing import BUYER, BUYER_COMPANY, CLIENT, SUPPLIER, SUPPLIER_COMPANY, Running
from registration.token_keys import OwnKeys
from registration.valid_from import OwnValidFrom

pytestmark = pytest.mark.connected
CLIENTS = f"/v1/companies/{BUYER_COMPANY}/clients"


async def _ask(running: Running, client_id: str, secret: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "resource": "po-sync",
    } | changes
    async with running.visitor() as program:
        del program.headers["origin"]
        return await program.post("/v1/oauth/token", data=form)


def _service(running: Running) -> Authenticator:
    return Authenticator(
        issuer=ISSUER, audience="po-sync", keys=OwnKeys(running.env.keys), valid_from=OwnValidFrom(running.env.pipeline)
    )


async def _made(running: Running, **content: Any) -> dict[str, Any]:
    async with running.acting(BUYER) as admin:
        reply = await admin.post(CLIENTS, json={"name": "Entrepôt", "scopes": ["receipts:write"]} | content)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_a_client_gets_a_token_of_five_minutes_for_one_service(running: Running) -> None:
    reply = await _ask(running, CLIENT, running.secrets.clients[CLIENT])
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    content = reply.json()
    assert (content["token_type"], content["expires_in"]) == ("Bearer", 300)
    identity = await _service(running).identity(content["access_token"])
    assert (identity.kind, identity.subject) == ("client", CLIENT)
    assert identity.companies == {BUYER_COMPANY: frozenset()}
    assert "orders:write" in identity.scopes
    assert content["scope"].split() == sorted(identity.scopes)


async def test_a_client_may_ask_for_fewer_scopes(running: Running) -> None:
    reply = await _ask(running, CLIENT, running.secrets.clients[CLIENT], scope="orders:read")
    identity = await _service(running).identity(reply.json()["access_token"])
    assert identity.scopes == {"orders:read"}


async def test_id_and_secret_may_come_as_http_basic(running: Running) -> None:
    pair = base64.b64encode(f"{CLIENT}:{running.secrets.clients[CLIENT]}".encode()).decode()
    async with running.visitor() as program:
        reply = await program.post(
            "/v1/oauth/token",
            data={"grant_type": "client_credentials", "resource": "po-sync"},
            headers={"authorization": f"Basic {pair}"},
        )
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"resource": ""}, 400, "invalid_target"),
        ({"resource": "https://evil.example"}, 400, "invalid_target"),
        ({"scope": "orders:write invoices:write"}, 400, "invalid_scope"),
    ],
)
async def test_a_refusal_is_a_problem_and_an_oauth_error(
    running: Running, changes: dict[str, str], status: int, error: str
) -> None:
    given = {"client_id": CLIENT, "client_secret": running.secrets.clients[CLIENT]} | changes
    reply = await _ask(running, given.pop("client_id"), given.pop("client_secret"), **given)
    assert (reply.status_code, reply.json()["error"], reply.json()["code"]) == (status, error, error.upper())
    assert reply.headers["content-type"] == "application/problem+json"


async def test_a_secret_is_shown_once(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        headers = {"idempotency-key": "make-a-client-once"}
        content = {"name": "Une fois", "scopes": ["orders:read"]}
        first = await admin.post(CLIENTS, json=content, headers=headers)
        again = await admin.post(CLIENTS, json=content, headers=headers)
        listed = await admin.get(CLIENTS)
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "SECRET_NOT_REPLAYED")
    assert first.json()["secret"] not in listed.text
    assert [each["secrets"] for each in listed.json() if each["id"] == first.json()["id"]] == [1]


async def test_both_secrets_work_while_a_rotation_overlaps(running: Running) -> None:
    made = await _made(running)
    async with running.acting(BUYER) as admin:
        rotated = (await admin.post(f"{CLIENTS}/{made['id']}/rotate", json={"overlap_hours": 1})).json()
    assert rotated["older_secrets_until"] is not None
    for secret in (made["secret"], rotated["secret"]):
        assert (await _ask(running, made["id"], secret)).status_code == 200


async def test_a_rotation_without_overlap_ends_older_secrets_and_tokens(running: Running) -> None:
    made = await _made(running)
    token = (await _ask(running, made["id"], made["secret"])).json()["access_token"]
    async with running.acting(BUYER) as admin:
        rotated = (await admin.post(f"{CLIENTS}/{made['id']}/rotate", json={"overlap_hours": 0})).json()
    assert (await _ask(running, made["id"], made["secret"])).status_code == 401
    with pytest.raises(Unauthenticated, match="TOKEN_REVOKED"):
        await _service(running).identity(token)
    fresh = (await _ask(running, made["id"], rotated["secret"])).json()["access_token"]
    assert (await _service(running).identity(fresh)).subject == made["id"]


async def test_a_deleted_client_is_over_and_every_service_is_told(running: Running) -> None:
    made = await _made(running)
    token = (await _ask(running, made["id"], made["secret"])).json()["access_token"]
    before = len(await running.facts())
    async with running.acting(BUYER) as admin:
        assert (await admin.delete(f"{CLIENTS}/{made['id']}")).status_code == 204
        assert (await admin.delete(f"{CLIENTS}/{made['id']}")).json()["code"] == "CLIENT_UNKNOWN"
    assert (await _ask(running, made["id"], made["secret"])).status_code == 401
    with pytest.raises(Unauthenticated, match="TOKEN_REVOKED"):
        await _service(running).identity(token)
    assert (await running.facts())[before:] == [("navette.company.state.v1", f"company:{BUYER_COMPANY}")]
    async with running.env.pipeline.transaction() as tx:
        payload = await tx.value("select convert_from(payload, 'utf8') from outbox order by seq desc limit 1")
    assert made["id"] in payload


async def test_a_scope_that_is_none_is_refused(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        reply = await admin.post(CLIENTS, json={"name": "ERP", "scopes": ["orders:everything"]})
    assert reply.status_code == 422
    assert reply.json()["violations"][0]["pointer"].startswith("/scopes")


async def test_clients_are_their_companys_alone(running: Running) -> None:
    async with running.acting(SUPPLIER) as stranger:
        for reply in (
            await stranger.get(CLIENTS),
            await stranger.post(f"{CLIENTS}/{CLIENT}/rotate", json={}),
            await stranger.delete(f"{CLIENTS}/{CLIENT}"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (404, "COMPANY_UNKNOWN")
        own = f"/v1/companies/{SUPPLIER_COMPANY}/clients/{CLIENT}"
        assert (await stranger.delete(own)).json()["code"] == "CLIENT_UNKNOWN"


async def test_a_client_may_not_make_clients(running: Running) -> None:
    token = (await _ask(running, CLIENT, running.secrets.clients[CLIENT], resource="registration")).json()
    async with running.visitor() as program:
        program.headers["authorization"] = f"Bearer {token['access_token']}"
        reply = await program.get(CLIENTS)
    assert (reply.status_code, reply.json()["code"]) == (403, "PERSON_REQUIRED")
