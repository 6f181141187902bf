"""Whom a partner turns to, and whether mail reaches them; a forgotten sign-in name comes by mail alone."""

from uuid import uuid4

import pytest

from registration.store import mails
from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
SIREN = {"scheme": "0002", "value": "802 345 678"}


async def test_partners_see_contacts_with_their_date_and_which_addresses_refuse_mail(running: Running) -> None:
    other = f"compta.{uuid4().hex[:8]}@rhin.example"
    wanted = {"contacts": [{"name": "Comptabilité", "purpose": "billing", "email": other}]}
    path = f"/v1/partners/{BUYER_COMPANY}/contacts"
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as partner:
        profile = f"/v1/companies/{BUYER_COMPANY}/profile"
        version = (await buyer.get(profile)).headers["etag"]
        assert (await buyer.put(profile, json=wanted, headers={"if-match": version})).status_code == 200
        async with running.env.pipeline.transaction() as tx:
            await mails.flag_address(tx, other.upper(), "550 no such mailbox")
            await mails.flag_address(tx, SUPPLIER, "550 no such mailbox")
        first, *_, last = (await partner.get(path)).json()
        assert (first["email"], first["purpose"], first["refused_since"]) == (BUYER, "administrator", None)
        assert (last["name"], last["purpose"], last["email"]) == ("Comptabilité", "billing", other)
        assert last["refused_since"] >= last["since"]
        users = {each["email"]: each["mail_refused_since"] for each in (await partner.get("/v1/users")).json()}
        assert users[SUPPLIER] is not None, "its own people see it too"
        async with running.env.pipeline.transaction() as tx:
            await tx.execute("delete from bad_address")
    async with running.acting(OPERATOR) as stranger:
        refused = await stranger.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_A_PARTNER")


async def test_contacts_are_shown_to_who_is_connected_and_no_longer(running: Running) -> None:
    path = f"/v1/partners/{SUPPLIER_COMPANY}/contacts"
    async with running.acting(BUYER) as buyer:
        assert [each["email"] for each in (await buyer.get(path)).json()][:1] == [SUPPLIER]
        async with running.env.pipeline.transaction() as tx:
            await tx.execute(
                "update connection set status = 'disconnected' where supplier_id = :id", id=SUPPLIER_COMPANY
            )
        try:
            assert (await buyer.get(path)).json()["code"] == "NOT_A_PARTNER"
        finally:
            async with running.env.pipeline.transaction() as tx:
                await tx.execute("update connection set status = 'active' where supplier_id = :id", id=SUPPLIER_COMPANY)


async def test_a_forgotten_name_is_mailed_to_who_has_it_and_the_page_tells_nothing(running: Running) -> None:
    async with running.acting(SUPPLIER) as person:
        name = (await person.get("/v1/users")).json()[0]["name"]
        address = (await person.get("/v1/users")).json()[0]["email"]
    before = len(await running.mails(address))
    async with running.visitor() as browser:
        answers = [
            await browser.post("/v1/session/name-reminders", json={"company": company, "name": who})
            for company, who in (
                (SIREN, name.upper()),
                (SIREN, "Personne Du-Tout"),
                ({"scheme": "0002", "value": "111111118"}, name),
            )
        ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    told = await running.mails(address)
    assert len(told) == before + 1, "one of the three asked about somebody"
    assert told[0]["subject"] == "Votre nom de connexion à Navette"
    assert address in told[0]["text"]
