"""From a form to an account: nothing exists before the link in the mail is used, and there is never a second one."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from stdnum import luhn

from local_stack.fixtures import Infra
from registration.domain import throttling
from registration.domain.terms import CURRENT
from registration.opaque_tokens import digest
from registration.testing import BUYER, BUYER_COMPANY, Running

pytestmark = pytest.mark.connected

PASSWORD = "une phrase assez longue"


def _address() -> str:
    return f"anne.{uuid4().hex[:12]}@menuiserie.example"


def _siren() -> str:
    digits = f"{uuid4().int % 10**8:08d}"
    return digits + luhn.calc_check_digit(digits)


def _wanted(address: str, siren: str, **company: Any) -> dict[str, Any]:
    content = {
        "legal_name": f"Menuiserie {siren}",
        "country": "FR",
        "legal_id": {"scheme": "0002", "value": siren},
        "address": {"country": "FR", "city": "Metz", "postal_code": "57000"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    return {"company": content | company, "person": {"email": address, "name": "Anne Weber", "language": "fr"}}


async def _registered(running: Running, wanted: dict[str, Any], network: str = "198.51.100.1") -> httpx.Response:
    async with running.visitor() as browser:
        return await browser.post("/v1/registrations", json=wanted, headers={"x-forwarded-for": network})


async def _mails(running: Running, infra: Infra, address: str) -> list[dict[str, Any]]:
    """The mails that somebody got, the newest first."""
    while await running.env.mails.send_due():
        pass
    async with httpx.AsyncClient(base_url=infra.mail_url, timeout=60) as catcher:
        mails: list[dict[str, Any]] = (await catcher.get("/api/messages", params={"to": address})).json()
    return mails


async def _token(running: Running, infra: Infra, address: str) -> str:
    (link,) = {link for link in (await _mails(running, infra, address))[0]["links"] if "activation" in link}
    page, _, token = link.partition("#")
    assert page == "https://portal.test/activation"
    return token


async def _used(
    running: Running, token: str, password: str = PASSWORD, terms: str | None = CURRENT.version
) -> httpx.Response:
    async with running.visitor() as browser:
        return await browser.post(f"/v1/activations/{token}", json={"password": password, "terms": terms})


async def test_a_company_registers_itself_and_its_first_person_signs_in(running: Running, infra: Infra) -> None:
    address, siren = _address(), _siren()
    before = len(await running.facts())
    reply = await _registered(running, _wanted(address, siren))
    assert (reply.status_code, reply.json()["email"]) == (202, address)
    assert len(await running.facts()) == before, "nothing is said before the link is used"
    token = await _token(running, infra, address)
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{token}")).json()
    assert offered == {
        "purpose": "account",
        "email": address,
        "company": f"Menuiserie {siren}",
        "has_password": False,
        "terms": CURRENT.version,
        "issuer": "",
        "company_given": None,
        "name": "",
        "national_number": "",
        "consent": None,
    }
    used = await _used(running, token)
    assert used.status_code == 200, used.text
    async with running.signed_in(address, PASSWORD) as browser:
        (company,) = (await browser.get("/v1/session")).json()["companies"]
    assert company["id"] == used.json()["company_id"]
    assert company["roles"] == ["accountant", "administrator"]
    assert (await running.facts())[before:] == [
        ("navette.company.state.v1", f"company:{company['id']}"),
        ("navette.company.activated.v1", company["id"]),
        ("navette.grant.state.v1", f"grant:{company['id']}"),
        ("navette.grant.given.v1", company["id"]),
        ("navette.user.state.v1", f"user:{used.json()['user_id']}"),
    ]


async def test_a_link_works_once(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    token = await _token(running, infra, address)
    assert (await _used(running, token)).status_code == 200
    again = await _used(running, token)
    assert (again.status_code, again.json()["code"]) == (410, "ACTIVATION_OVER")


async def _expire(running: Running, token: str) -> None:
    async with running.env.pipeline.transaction() as tx:
        sql = "update activation set expires_at = now() where token_sha256 = :digest"
        await tx.execute(sql, digest=digest(token))


async def test_a_link_expires_and_a_made_up_one_is_none(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    token = await _token(running, infra, address)
    await _expire(running, token)
    assert (await _used(running, token)).json()["code"] == "ACTIVATION_OVER"
    assert (await _used(running, "made-up")).json()["code"] == "ACTIVATION_UNKNOWN"


async def test_whose_link_expired_gets_a_new_one_where_passwords_are_forgotten(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    expired = await _token(running, infra, address)
    await _expire(running, expired)
    async with running.visitor() as browser:
        asked = await browser.post("/v1/session/password-resets", json={"email": address})
    assert (asked.status_code, asked.content) == (202, b"")
    token = await running.link(address)
    assert (await _used(running, expired)).json()["code"] == "ACTIVATION_UNKNOWN"
    assert (await _used(running, token)).status_code == 200


async def test_a_weak_password_leaves_the_link_usable(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    token = await _token(running, infra, address)
    weak = await _used(running, token, "court")
    assert (weak.status_code, weak.json()["code"]) == (422, "PASSWORD_REFUSED")
    assert weak.json()["violations"][0]["pointer"] == "/password"
    assert (await _used(running, token)).status_code == 200


@pytest.mark.parametrize(
    "company",
    [
        {"vat_id": "FR65908172638", "legal_id": None},
        {"legal_id": {"scheme": "0002", "value": "908 172 638"}},
        {"legal_id": None, "identifiers": [{"scheme": "0009", "value": "90817263800045"}]},
    ],
)
async def test_no_number_of_a_company_makes_a_second_account(running: Running, company: dict[str, Any]) -> None:
    reply = await _registered(running, _wanted(_address(), _siren(), **company))
    assert (reply.status_code, reply.json()["code"]) == (409, "ACCOUNT_EXISTS")
    assert "administrator" in reply.json()["detail"]


async def test_of_two_registrations_under_way_the_first_link_wins(running: Running, infra: Infra) -> None:
    siren, first, second = _siren(), _address(), _address()
    for address in (first, second):
        assert (await _registered(running, _wanted(address, siren))).status_code == 202
    assert (await _used(running, await _token(running, infra, second))).status_code == 200
    late = await _used(running, await _token(running, infra, first))
    assert (late.status_code, late.json()["code"]) == (409, "ACCOUNT_EXISTS")
    async with running.env.pipeline.transaction() as tx:
        assert await tx.value("select count(*) from person where email = :email", email=first) == 0


async def test_somebody_with_an_account_adds_a_company_with_the_password_they_have(
    running: Running, infra: Infra
) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    assert (await _used(running, await _token(running, infra, address))).status_code == 200
    stranger = await _registered(running, _wanted(_address(), _siren()))
    second = await _registered(running, _wanted(address, _siren()))
    assert second.json().keys() == stranger.json().keys()
    token = await _token(running, infra, address)
    async with running.visitor() as browser:
        assert (await browser.get(f"/v1/activations/{token}")).json()["has_password"]
    wrong = await _used(running, token, "a new password of mine")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "SIGN_IN_FAILED")
    assert (await _used(running, token)).status_code == 200
    async with running.signed_in(address, PASSWORD) as browser:
        assert len((await browser.get("/v1/session")).json()["companies"]) == 2


@pytest.mark.parametrize(
    ("company", "code", "pointer"),
    [
        ({"supplier": False}, "NO_SIDE", "/company/supplier"),
        ({"legal_id": None}, "IDENTIFIER_NEEDED", "/company/vat_id"),
        ({"legal_id": {"scheme": "0002", "value": "123456789"}}, "INVALID_BODY", "/company/legal_id"),
        ({"vat_id": "FR00000000000"}, "INVALID_BODY", "/company/vat_id"),
        ({"time_zone": "Mars/Olympus"}, "INVALID_BODY", "/company/time_zone"),
    ],
)
async def test_a_form_with_a_flaw_is_told_where(
    running: Running, company: dict[str, Any], code: str, pointer: str
) -> None:
    reply = await _registered(running, _wanted(_address(), _siren(), **company))
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert reply.json()["violations"][0]["pointer"] == pointer


async def test_nobodys_mailbox_is_filled_through_us(running: Running) -> None:
    address = _address()
    for _ in range(throttling.PER_ADDRESSEE):
        assert (await _registered(running, _wanted(address, _siren()), "198.51.100.77")).status_code == 202
    reply = await _registered(running, _wanted(address, _siren()), "198.51.100.78")
    assert (reply.status_code, reply.json()["code"]) == (429, "TOO_MANY_TRIES")


async def test_a_mail_on_its_way_is_unreadable_in_the_database(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    async with running.env.pipeline.transaction() as tx:
        rows = await tx.rows("select cast(m as text) as row from outgoing_mail m")
        kept = await tx.rows("select cast(a as text) as row from activation a")
    assert rows
    assert address not in " ".join(row["row"] for row in rows)
    token = await _token(running, infra, address)
    assert token not in " ".join(row["row"] for row in kept)


async def test_people_are_asked_in_and_come_by_their_link(running: Running, infra: Infra) -> None:
    address = _address()
    async with running.acting(BUYER) as admin:
        content = {"email": address, "name": "Paul Roth", "language": "en", "roles": ["viewer"]}
        asked = await admin.post("/v1/users", json=content)
        assert asked.status_code == 202, asked.text
        pending = [each for each in (await admin.get("/v1/users")).json() if each["invited_until"]]
        assert [(each["email"], each["roles"]) for each in pending] == [(address, ["viewer"])]
        token = await _token(running, infra, address)
        used = await _used(running, token)
        assert UUID(used.json()["company_id"]) == BUYER_COMPANY
        users = (await admin.get("/v1/users")).json()
        assert [(each["email"], each["roles"]) for each in users if each["id"] == used.json()["user_id"]] == [
            (address, ["viewer"])
        ]
        again = await admin.post("/v1/users", json=content)
        assert (again.status_code, again.json()["code"]) == (409, "ALREADY_MEMBER")


async def test_an_invitation_that_is_withdrawn_opens_nothing(running: Running, infra: Infra) -> None:
    address = _address()
    async with running.acting(BUYER) as admin:
        asked = await admin.post("/v1/users", json={"email": address, "name": "Paul Roth", "roles": ["viewer"]})
        token = await _token(running, infra, address)
        assert (await admin.delete(f"/v1/users/{asked.json()['id']}")).status_code == 204
    assert (await _used(running, token)).json()["code"] == "ACTIVATION_UNKNOWN"


async def test_no_company_without_the_terms_and_the_proof_stays(running: Running, infra: Infra) -> None:
    address = _address()
    await _registered(running, _wanted(address, _siren()))
    token = await _token(running, infra, address)
    for terms in (None, "1999-01"):
        refused = await _used(running, token, terms=terms)
        assert (refused.status_code, refused.json()["code"]) == (422, "TERMS_NEEDED")
    used = (await _used(running, token)).json()
    async with running.visitor() as browser:
        text = (await browser.get("/v1/registrations/terms/current")).json()
        assert (await browser.get("/v1/registrations/terms/1999-01")).status_code == 404
    async with running.acting(address, PASSWORD) as program:
        (proof,) = (await program.get(f"/v1/companies/{used['company_id']}/acceptances")).json()
        grant = (await program.get(f"/v1/companies/{used['company_id']}/grant")).json()
    assert (proof["sha256"], proof["person_name"]) == (text["sha256"], "Anne Weber")
    assert grant == {"transactions": 10, "archive_ends_at": None}, "a new company has a limit from its first day"
