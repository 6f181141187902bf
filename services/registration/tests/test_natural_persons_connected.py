"""A natural person has one account by their national number; no partner, search, fact or table left behind has it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from stdnum.fr import nif

from registration import operator_acts
from registration.domain.terms import CURRENT
from registration.testing import BUYER, SUPPLIER, Running, partner_row

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"


def _number() -> str:
    digits = f"{uuid4().int % 3 * 10**9 + uuid4().int % 10**9:010d}"
    return digits + nif.calc_check_digits(digits)


def _email() -> str:
    return f"anne.{uuid4().hex[:12]}@weber.example"


async def _registers(running: Running, email: str, **company: Any) -> tuple[int, str]:
    content = {
        "kind": "person",
        "legal_name": f"Anne Weber {uuid4().hex[:6]}",
        "country": "FR",
        "address": {"country": "FR", "city": "Metz"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    asked = {"company": content | company, "person": {"email": email, "name": "Anne Weber"}}
    async with running.visitor() as browser:
        reply = await browser.post("/v1/registrations", json=asked)
    return reply.status_code, reply.json().get("code", "")


async def _comes(running: Running, email: str, **given: Any) -> tuple[int, dict[str, Any]]:
    """Use the newest link: what it answers."""
    token = await running.link(email)
    body = {"password": PASSWORD, "terms": CURRENT.version} | given
    async with running.visitor() as browser:
        reply = await browser.post(f"/v1/activations/{token}", json=body)
    return reply.status_code, reply.json()


async def _brought(running: Running, who: str, **row: str) -> dict[str, Any]:
    entity = partner_row(kind="person", vat="", siret="", **row)
    async with running.acting(who) as program:
        reply = await program.post("/v1/invitations", json={"side": "customer", "entity": entity})
        assert reply.status_code == 201, reply.text
        campaign = reply.json()
        listed = (await program.get("/v1/invitations", params={"side": "customer"})).json()["items"]
    return next(each for each in listed if each["campaign_id"] == campaign["id"]) | {"had": campaign["had_account"]}


async def _tables_with(running: Running, text: str) -> set[str]:
    async with running.env.pipeline.transaction() as tx:
        tables = await tx.rows(
            """select table_name as name from information_schema.tables
            where table_schema = 'registration' and table_type = 'BASE TABLE'"""
        )
        return {
            row["name"]
            for row in tables
            if await tx.value(
                f"select exists (select from {row['name']} t where cast(t as text) like '%' || :text || '%')",  # noqa: S608 - names from the catalog
                text=text,
            )
        }


async def test_a_number_is_one_account_and_the_page_tells_a_stranger_nothing(running: Running) -> None:
    number, first, second = _number(), _email(), _email()
    assert await _registers(running, first, national_number=number) == (202, "")
    status, made = await _comes(running, first)
    assert status == 200, made
    spaced = f"{number[:2]} {number[2:4]} {number[4:7]} {number[7:]}"
    assert await _registers(running, second, national_number=spaced) == (202, ""), "as for a number nobody has"
    status, refused = await _comes(running, second)
    assert (status, refused["code"]) == (409, "ACCOUNT_EXISTS")
    assert refused["violations"][0]["pointer"] == "/company/national_number"


async def test_a_number_is_read_by_whom_it_names_and_by_nobody_else(running: Running) -> None:
    number, email = _number(), _email()
    await _registers(running, email, national_number=number)
    _, made = await _comes(running, email)
    path = f"/v1/companies/{made['company_id']}"
    async with running.acting(email, PASSWORD) as program:
        own = await program.get(path)
        changed = await program.patch(path, json={"language": "en"}, headers={"if-match": own.headers["etag"]})
    assert own.json()["national_number"] == number
    assert changed.json()["national_number"] == f"••••••{number[-2:]}", "answers are kept for a repetition"
    async with running.acting(BUYER) as stranger:
        assert (await stranger.get("/v1/partners", params={"q": number})).json()["items"] == []
        seen = (await stranger.get(f"/v1/partners/{made['company_id']}")).text
    assert number not in seen
    assert await _tables_with(running, number) == {"company", "company_key", "activation"}, "no fact, log or answer"


async def test_who_is_brought_by_a_number_corrects_all_but_what_no_link_shows(running: Running) -> None:
    number, email = _number(), _email()
    prospect = await _brought(running, SUPPLIER, email=email, national_number=number)
    assert (prospect["scheme"], prospect["value"]) == ("person:FR", f"••••••{number[-2:]}")
    token = await running.link(email)
    async with running.visitor() as browser:
        offered = (await browser.get(f"/v1/activations/{token}")).json()
    assert number not in str(offered)
    assert offered["national_number"] == f"••••••{number[-2:]}"
    given = offered["company_given"] | {"address": offered["company_given"]["address"] | {"city": "Nancy"}}
    status, made = await _comes(running, email, company=given)
    assert status == 200, made
    async with running.acting(email, PASSWORD) as program:
        own = (await program.get(f"/v1/companies/{made['company_id']}")).json()
    assert (own["national_number"], own["address"]["city"], own["kind"]) == (number, "Nancy", "person")
    async with running.acting(BUYER) as other:
        asked = await other.get(f"/v1/partners/{made['company_id']}")
    assert asked.status_code == 200


async def test_a_customer_number_is_its_issuers_word_and_one_account(running: Running) -> None:
    number, email = f"C-{uuid4().hex[:8]}", _email()
    claimed = {"issuer": "FR88802345678", "number": number}
    assert await _registers(running, _email(), customer_number=claimed) == (422, "NATIONAL_NUMBER_NEEDED")
    assert await _registers(running, _email()) == (422, "NATIONAL_NUMBER_NEEDED")
    await _brought(running, SUPPLIER, email=email, customer_number=number)
    token = await running.link(email)
    async with running.visitor() as browser:
        given = (await browser.get(f"/v1/activations/{token}")).json()["company_given"]
    status, made = await _comes(running, email, company=given | {"customer_number": claimed | {"number": "another"}})
    assert status == 200, made
    async with running.acting(email, PASSWORD) as program:
        own = (await program.get(f"/v1/companies/{made['company_id']}")).json()
    assert own["customer_number"]["number"] == number, "nobody takes another's"
    entity = partner_row(kind="person", vat="", siret="", customer_number=number)
    async with running.acting(SUPPLIER) as program:
        again = await program.post("/v1/invitations", json={"side": "customer", "entity": entity})
    assert again.json()["violations"][0]["detail"] == "CONNECTED", again.text


async def test_a_person_who_is_anonymised_takes_their_number_along(running: Running) -> None:
    number, email = _number(), _email()
    await _brought(running, SUPPLIER, email=email, national_number=number)
    status, made = await _comes(running, email)
    assert status == 200, made
    before = len(await running.facts())
    async with running.env.pipeline.transaction() as tx:
        person_id = await tx.value("select id from person where email = :email", email=email)
    assert isinstance(person_id, UUID)
    async with running.env.pipeline.transaction() as tx:
        act = await operator_acts.ask(
            tx, "person_erase", subject=str(person_id), company_id=None, params={}, reason="à sa demande", by="user:one"
        )
    async with running.env.pipeline.transaction() as tx:
        await operator_acts.decide(tx, running.env, act, agreed=True, by="user:two", note="")
    told = [key for kind, key in (await running.facts())[before:] if "state" in kind]
    assert f"company:{made['company_id']}" in told
    assert any(key.startswith("connection:") for key in told)
    assert told[-1] == f"user:{person_id}"
    assert await _tables_with(running, number) == set()
    assert await _registers(running, _email(), national_number=number) == (202, "")
