"""Who is let in, and as whom: every way a token can be wrong is tried."""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from contracts.ids import new_id
from contracts.registration import Right, Role
from contracts.rights import OF_ROLE
from mesh.auth import CurrentIdentity, CurrentOperator, CurrentPrincipal, acting
from mesh.bodies import Output
from mesh.errors import Forbidden, Malformed, Unauthenticated, Unavailable
from mesh.http import create_app
from mesh.principal import Identity
from mesh.testing_tokens import ISSUER, TokenIssuer

AUDIENCE = "po-sync"
ANNA, ACME, BOLT = new_id(), new_id(), new_id()
router = APIRouter(prefix="/v1")


class Who(Output):
    """Whom the service sees."""

    actor: str
    company: UUID | None = None


@router.get("/me")
async def read_me(identity: CurrentIdentity) -> Who:
    return Who(actor=identity.actor)


@router.get("/orders")
async def list_orders(principal: CurrentPrincipal) -> Who:
    return Who(actor=principal.actor, company=principal.company_id)


@router.post("/orders")
async def publish_order(principal: CurrentPrincipal) -> Who:
    principal.require(Right.ORDERS_WRITE)
    principal.require_scope("orders:write")
    return Who(actor=principal.actor, company=principal.company_id)


@router.get("/ops/lag")
async def read_lag(operator: CurrentOperator) -> Who:
    return Who(actor=operator.actor)


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer()


@pytest.fixture
async def client(issuer: TokenIssuer) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(title="t", service=AUDIENCE, routers=[router], authenticator=issuer.authenticator(AUDIENCE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client


def bearer(token: str, company: object = None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} | ({"navette-company": str(company)} if company else {})


def token(issuer: TokenIssuer, **changes: Any) -> str:
    return issuer.token(AUDIENCE, {ACME: [Role.ACCOUNTANT]}, subject=ANNA, **changes)


async def refused(client: httpx.AsyncClient, headers: dict[str, str], status: int, code: str) -> None:
    reply = await client.get("/v1/orders", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    if status == 401:
        assert reply.headers["www-authenticate"] == "Bearer"


async def test_a_person_acts_for_the_only_company_they_have(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    reply = await client.get("/v1/orders", headers=bearer(token(issuer)))
    assert reply.json() == {"actor": f"user:{ANNA}", "company": str(ACME)}


async def test_whoever_has_several_companies_names_one_of_them(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    both = issuer.token(AUDIENCE, {ACME: [Role.VIEWER], BOLT: [Role.SIGNER]}, subject=ANNA)
    await refused(client, bearer(both), 400, "COMPANY_REQUIRED")
    await refused(client, bearer(both, new_id()), 403, "NOT_YOUR_COMPANY")
    await refused(client, bearer(both, "acme"), 400, "BAD_COMPANY")
    reply = await client.get("/v1/orders", headers=bearer(both, BOLT))
    assert reply.json()["company"] == str(BOLT)
    assert (await client.get("/v1/me", headers=bearer(both))).status_code == 200, "some questions need no company"


async def test_without_a_token_nobody_is_let_in(client: httpx.AsyncClient) -> None:
    await refused(client, {}, 401, "TOKEN_MISSING")
    await refused(client, {"authorization": "Basic YTpi"}, 401, "TOKEN_MISSING")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere"},
        {"aud": "invoicing"},
        {"sub": None},
        {"sub": "not-a-uuid"},
        {"exp": None},
        {"iat": None},
        {"iat": datetime.now(UTC).timestamp() + 3_600},
        {"kind": "root"},
        {"kind": None},
        {"companies": ["everything"]},
        {"companies": {"acme": ["administrator"]}},
        {"exp": float("nan")},
        {"nbf": datetime.now(UTC).timestamp() + 3_600},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    client: httpx.AsyncClient, issuer: TokenIssuer, changes: dict[str, Any]
) -> None:
    await refused(client, bearer(token(issuer, claims=changes)), 401, "TOKEN_INVALID")


async def test_an_old_token_is_refused_also_when_it_was_seen_young(issuer: TokenIssuer) -> None:
    moment = time.time()
    authenticator = issuer.authenticator(AUDIENCE, now=lambda: moment)
    five_minutes = token(issuer)
    assert await authenticator.identity(five_minutes)
    moment += 304
    assert await authenticator.identity(five_minutes), "clocks may differ by five seconds"
    moment += 2
    with pytest.raises(Unauthenticated, match="TOKEN_EXPIRED"):
        await authenticator.identity(five_minutes)
    with pytest.raises(Unauthenticated, match="TOKEN_EXPIRED"):
        await issuer.authenticator(AUDIENCE, now=lambda: moment).identity(five_minutes)


async def test_signatures_of_others_other_algorithms_and_other_types_are_refused(
    client: httpx.AsyncClient, issuer: TokenIssuer
) -> None:
    genuine = token(issuer)
    claims = jwt.decode(genuine, issuer.signing, algorithms=["ES256"]).claims
    kid = issuer.signing.kid
    stranger = ECKey.generate_key("P-256", private=True)
    public_pem = issuer.signing.as_pem(private=False)
    forged = [
        jwt.encode({"alg": "ES256", "kid": kid, "typ": "at+jwt"}, claims, stranger),
        jwt.encode({"alg": "ES256", "kid": kid, "typ": "JWT"}, claims, issuer.signing),
        jwt.encode({"alg": "ES256", "kid": kid}, claims, issuer.signing),
        jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, issuer.signing),
        jwt.encode({"alg": "ES256", "kid": "unknown", "typ": "at+jwt"}, claims, issuer.signing),
        jwt.encode({"alg": "HS256", "kid": kid, "typ": "at+jwt"}, claims, OctKey.import_key(public_pem.hex())),
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + genuine.split(".")[1] + ".",
        genuine[:-6] + "AAAAAA",
        genuine.split(".")[0],
        "a.b.c",
        "x" * 20_000,
    ]
    for forgery in forged:
        await refused(client, bearer(forgery), 401, "TOKEN_INVALID")
    assert (await client.get("/v1/orders", headers=bearer(genuine))).status_code == 200


async def test_tokens_older_than_a_change_of_rights_are_refused(issuer: TokenIssuer) -> None:
    changed: datetime | None = None

    async def valid_from(_identity: Identity) -> datetime | None:
        return changed

    authenticator = issuer.authenticator(AUDIENCE, valid_from)
    before = token(issuer, age=1)
    assert await authenticator.identity(before)
    changed = datetime.now(UTC) - timedelta(milliseconds=500)
    with pytest.raises(Unauthenticated, match="TOKEN_REVOKED"):
        await authenticator.identity(before)
    assert await authenticator.identity(token(issuer)), "a token made half a second after the change stands"


async def test_known_keys_keep_working_when_registration_is_down(issuer: TokenIssuer) -> None:
    authenticator = issuer.authenticator(AUDIENCE)
    assert await authenticator.identity(token(issuer))
    issuer.reachable = False
    assert await authenticator.identity(token(issuer, age=1))


async def test_before_any_key_was_read_the_service_says_to_come_back(issuer: TokenIssuer) -> None:
    issuer.reachable = False
    authenticator = issuer.authenticator(AUDIENCE)
    with pytest.raises(Unavailable, match="IDENTITY_UNAVAILABLE") as caught:
        await authenticator.identity(token(issuer))
    assert caught.value.retry_after == 2


async def test_made_up_key_ids_make_one_question_a_second(issuer: TokenIssuer) -> None:
    authenticator = issuer.authenticator(AUDIENCE)
    claims = jwt.decode(token(issuer), issuer.signing, algorithms=["ES256"]).claims

    async def try_one(number: int) -> None:
        made_up = jwt.encode({"alg": "ES256", "kid": f"k{number}", "typ": "at+jwt"}, claims, issuer.signing)
        with pytest.raises(Unauthenticated):
            await authenticator.identity(made_up)

    await asyncio.gather(*(try_one(number) for number in range(50)))
    assert issuer.reads == 1


async def test_a_new_key_is_found_and_a_retired_one_is_forgotten(issuer: TokenIssuer) -> None:
    authenticator = issuer.authenticator(AUDIENCE)
    old = token(issuer)
    assert await authenticator.identity(old)
    issuer.rotate()
    issuer.published = issuer.published[1:]
    fresh = issuer.authenticator(AUDIENCE)
    fresh_token = token(issuer)
    assert await fresh.identity(fresh_token)
    with pytest.raises(Unauthenticated, match="TOKEN_INVALID"):
        await fresh.identity(old)


async def test_a_missing_right_is_named(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    viewer = issuer.headers(AUDIENCE, ACME, Role.VIEWER, subject=ANNA)
    reply = await client.post("/v1/orders", headers=viewer)
    assert (reply.status_code, reply.json()["code"]) == (403, "RIGHT_REQUIRED")
    assert "orders:write" in reply.json()["detail"]
    accountant = issuer.headers(AUDIENCE, ACME, Role.ACCOUNTANT, subject=ANNA)
    assert (await client.post("/v1/orders", headers=accountant)).status_code == 200


async def test_a_client_does_what_its_scopes_say(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    reader = issuer.headers(AUDIENCE, ACME, subject="erp-7", kind="client", scopes=["orders:read"])
    reply = await client.post("/v1/orders", headers=reader)
    assert (reply.status_code, reply.json()["code"]) == (403, "SCOPE_REQUIRED")
    writer = issuer.headers(AUDIENCE, ACME, subject="erp-7", kind="client", scopes=["orders:write"])
    assert (await client.post("/v1/orders", headers=writer)).json()["actor"] == "client:erp-7"


async def test_operators_alone_see_operations(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    reply = await client.get("/v1/ops/lag", headers=issuer.headers(AUDIENCE, ACME, Role.ADMINISTRATOR, subject=ANNA))
    assert (reply.status_code, reply.json()["code"]) == (403, "OPERATOR_REQUIRED")
    operator = issuer.headers(AUDIENCE, ACME, Role.OPERATOR, subject=ANNA)
    assert (await client.get("/v1/ops/lag", headers=operator)).status_code == 200


def test_a_role_this_release_does_not_know_gives_no_right(issuer: TokenIssuer) -> None:
    async def identity() -> Identity:
        return await issuer.authenticator(AUDIENCE).identity(
            token(issuer, claims={"companies": {str(ACME): ["emperor"]}})
        )

    principal = acting(asyncio.run(identity()), None)
    assert principal.rights == frozenset()
    with pytest.raises(Forbidden):
        principal.require(Right.FEED_READ)


def test_a_single_right_counts_beside_the_roles(issuer: TokenIssuer) -> None:
    names = ["accountant", "+webhooks:write", "-orders:write", "+of:tomorrow"]
    said = token(issuer, claims={"companies": {str(ACME): names}})
    rights = asyncio.run(issuer.authenticator(AUDIENCE).identity(said)).companies[ACME]
    assert rights ^ OF_ROLE[Role.ACCOUNTANT] == {Right.WEBHOOKS_WRITE, Right.ORDERS_WRITE}
    assert Right.WEBHOOKS_WRITE in rights


def test_nobody_acts_for_a_company_before_there_is_one() -> None:
    now = datetime.now(UTC)
    newcomer = Identity(ANNA, "user", {}, frozenset(), now, now)
    with pytest.raises(Malformed, match="COMPANY_REQUIRED"):
        acting(newcomer, None)
    assert ISSUER.startswith("https://")
