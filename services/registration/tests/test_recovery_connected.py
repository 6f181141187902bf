"""A way back in cannot be shut by a stranger, and fills nobody's mailbox."""

from uuid import uuid4

import httpx
import pytest

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.domain import throttling
from registration.store import people
from registration.testing import SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
MOST = throttling.PER_ADDRESSEE


def _network() -> dict[str, str]:
    """An office's address; nobody else in these tests has it."""
    return {"x-forwarded-for": f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"}


async def _person(running: Running) -> tuple[str, str]:
    name, email = f"Paul {uuid4().hex[:8]}", f"r.{uuid4().hex[:12]}@koenig.example"
    hashed, person_id = await running.env.passwords.hash(PASSWORD), new_id()
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name=name, language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, SUPPLIER_COMPANY, [Role.VIEWER])
        await states.user(tx, person_id, revoked=False)
    return name, email


async def _forgot(browser: httpx.AsyncClient, email: str, network: dict[str, str]) -> tuple[int, bytes]:
    reply = await browser.post("/v1/session/password-resets", json={"email": email}, headers=network)
    return reply.status_code, reply.content


async def test_who_is_asked_for_by_a_stranger_of_the_same_office_still_comes_back(running: Running) -> None:
    (_, email), office = await _person(running), _network()
    nobody = f"{uuid4().hex[:12]}@nowhere.example"
    async with running.visitor() as stranger, running.visitor() as owner:
        for each in (email, nobody):
            assert {await _forgot(stranger, each, office) for _ in range(MOST + 3)} == {(202, b"")}
            assert await _forgot(owner, each, office) == (202, b"")
            assert len(await running.mails(each)) == MOST, "nobody's mailbox is filled"
        offered = await owner.get(f"/v1/activations/{await running.link(email)}")
    assert (offered.status_code, offered.json()["purpose"]) == (200, "password")


async def test_a_network_that_asks_for_everybody_is_refused_and_a_known_browser_of_it_is_not(running: Running) -> None:
    (_, email), office = await _person(running), _network()
    async with running.visitor() as stranger, running.signed_in(email, PASSWORD) as owner:
        for _ in range(throttling.PER_NETWORK):
            assert (await _forgot(stranger, f"{uuid4().hex}@nowhere.example", office))[0] == 202
        assert (await _forgot(stranger, email, office))[0] == 429
        assert await running.mails(email) == []
        assert await _forgot(owner, email, office) == (202, b"")
    assert await running.link(email)


async def test_a_forgotten_name_is_sent_whoever_asked_for_it_and_others_before(running: Running) -> None:
    (name, email), (other, other_email), office = await _person(running), await _person(running), _network()
    company = {"scheme": "VAT", "value": await _vat(running)}
    async with running.visitor() as browser:
        for who in [*[name] * (MOST + 3), *[uuid4().hex] * MOST, other]:
            reply = await browser.post(
                "/v1/session/name-reminders", json={"company": company, "name": who}, headers=office
            )
            assert reply.status_code == 202, reply.text
    assert len(await running.mails(email)) == MOST
    assert len(await running.mails(other_email)) == 1


async def _vat(running: Running) -> str:
    async with running.env.pipeline.transaction() as tx:
        found: str = await tx.value("select vat_id from company where id = :id", id=SUPPLIER_COMPANY)
    return found
