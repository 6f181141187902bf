"""A company's administrator gives or takes a single right beside the roles, and it counts at once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest

from contracts.registration import Right, Role
from contracts.rights import OF_ROLE
from mesh.auth import Authenticator
from mesh.errors import Unauthenticated
from mesh.testing_tokens import ISSUER
from registration import states
from registration.store import people
from registration.testing import PASSWORD, SUPPLIER, SUPPLIER_COMPANY, SUPPLIER_USER, Running, colleague, exchanged
from registration.token_keys import OwnKeys
from registration.valid_from import OwnValidFrom

pytestmark = pytest.mark.connected
OWN = f"/v1/users/{SUPPLIER_USER}"


@asynccontextmanager
async def _colleague(running: Running, *roles: Role) -> AsyncGenerator[tuple[UUID, str]]:
    """Somebody else of the supplier, as long as the block runs."""
    person_id, email = await colleague(running, *roles)
    yield person_id, email
    async with running.env.pipeline.transaction() as tx:
        await people.remove(tx, person_id, SUPPLIER_COMPANY)
        await states.user(tx, person_id, revoked=True)


async def _may(running: Running, token: str, audience: str = "invoicing") -> frozenset[Right]:
    """What a service makes of a token."""
    service = Authenticator(
        issuer=ISSUER,
        audience=audience,
        keys=OwnKeys(running.env.keys),
        valid_from=OwnValidFrom(running.env.pipeline),
    )
    return (await service.identity(token)).companies[SUPPLIER_COMPANY]


def _refused(reply: httpx.Response, status: int, code: str) -> None:
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_a_right_that_is_given_or_taken_counts_in_the_next_token_and_ends_older_ones(running: Running) -> None:
    async with (
        _colleague(running, Role.VIEWER) as (person_id, email),
        running.acting(SUPPLIER) as admin,
        running.signed_in(email, PASSWORD) as browser,
    ):
        path = f"/v1/users/{person_id}"
        given = await admin.patch(path, json={"given": ["statuses:write"]})
        assert (given.status_code, given.json()["roles"], given.json()["given"]) == (
            200,
            ["viewer"],
            ["statuses:write"],
        )
        token = await exchanged(browser, "invoicing")
        assert await _may(running, token) == OF_ROLE[Role.VIEWER] | {Right.STATUSES_WRITE}
        taken = await admin.patch(path, json={"given": [], "taken": ["archive:read"]})
        assert taken.json()["taken"] == ["archive:read"]
        with pytest.raises(Unauthenticated, match="TOKEN_REVOKED"):
            await _may(running, token)
        left = OF_ROLE[Role.VIEWER] - {Right.ARCHIVE_READ}
        # asked for another service: nobody listens for notifications here, and the answer of before is trusted 3 s
        assert await _may(running, await exchanged(browser, "archive"), "archive") == left
        [company] = (await browser.get("/v1/session")).json()["companies"]
        assert company["rights"] == sorted(left)


async def test_the_record_says_who_gave_which_right(running: Running) -> None:
    async with _colleague(running, Role.VIEWER) as (person_id, _), running.acting(SUPPLIER) as admin:
        await admin.patch(f"/v1/users/{person_id}", json={"given": ["statuses:write"]})
    async with running.env.pipeline.transaction() as tx:
        noted = await tx.row(
            "select actor, detail from audit where action = 'user.change' and subject = :subject",
            subject=str(person_id),
        )
    assert noted is not None
    assert noted["actor"] == f"user:{SUPPLIER_USER}"
    assert (noted["detail"]["given"], noted["detail"]["fields"]) == (["statuses:write"], ["given"])


async def test_nobody_gives_a_right_that_is_not_their_own(running: Running) -> None:
    async with (
        _colleague(running, Role.ADMINISTRATOR) as (other, email),
        _colleague(running, Role.VIEWER) as (viewer, _),
        running.acting(SUPPLIER) as admin,
    ):
        restricted = await admin.patch(f"/v1/users/{other}", json={"taken": ["invoices:write"]})
        assert restricted.status_code == 200, restricted.text
        async with running.acting(email, PASSWORD) as less:
            for reply in (
                await less.patch(f"/v1/users/{viewer}", json={"given": ["invoices:write"]}),
                await less.patch(f"/v1/users/{viewer}", json={"roles": ["accountant"]}),
                await less.patch(f"/v1/users/{other}", json={"taken": []}),
                await less.post("/v1/users", json={"email": "n@koenig.example", "name": "N", "roles": ["accountant"]}),
                await less.post(
                    f"/v1/companies/{SUPPLIER_COMPANY}/clients", json={"name": "ERP", "scopes": ["invoices:write"]}
                ),
            ):
                _refused(reply, 403, "RIGHT_BEYOND_YOURS")
            given = await less.patch(f"/v1/users/{viewer}", json={"given": ["statuses:write"]})
            assert given.status_code == 200, given.text


@pytest.mark.parametrize("right", ["network:operate", "company:run"])
async def test_what_comes_with_a_role_is_no_single_right(running: Running, right: str) -> None:
    async with _colleague(running, Role.VIEWER) as (person_id, _), running.acting(SUPPLIER) as admin:
        for way in ("given", "taken"):
            _refused(await admin.patch(f"/v1/users/{person_id}", json={way: [right]}), 422, "RIGHT_WITH_A_ROLE")
        listed = {each["code"]: each for each in (await admin.get("/v1/users/rights")).json()}
        assert listed[right]["single"] is False


async def test_one_administrator_always_keeps_every_right_of_the_role(running: Running) -> None:
    async with running.acting(SUPPLIER) as admin:
        _refused(await admin.patch(OWN, json={"taken": ["invoices:write"]}), 409, "LAST_ADMINISTRATOR")
        async with _colleague(running, Role.ADMINISTRATOR) as (other, _):
            assert (await admin.patch(f"/v1/users/{other}", json={"taken": ["orders:write"]})).status_code == 200
            _refused(await admin.patch(OWN, json={"taken": ["invoices:write"]}), 409, "LAST_ADMINISTRATOR")
            _refused(await admin.delete(OWN), 409, "LAST_ADMINISTRATOR")
            assert (await admin.patch(f"/v1/users/{other}", json={"taken": []})).status_code == 200
            assert (await admin.patch(OWN, json={"taken": ["invoices:write"]})).status_code == 200
        async with running.env.pipeline.transaction() as tx:
            mine = await people.membership(tx, SUPPLIER_USER, SUPPLIER_COMPANY)
            assert mine is not None
            await people.set_rights(tx, SUPPLIER_USER, mine.model_copy(update={"taken": frozenset()}))
