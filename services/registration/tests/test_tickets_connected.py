"""Tickets: a number and a thread that both sides see; somebody who cannot sign in is answered by mail."""

from uuid import uuid4

import pytest

from registration.testing import BUYER, OPERATOR, SUPPLIER, Running

pytestmark = pytest.mark.connected
ASKED = {"topic": "statuses", "subject": "Bloquée à « Présentée »", "text": "Depuis deux jours.", "document": "F-1"}


async def test_a_ticket_is_numbered_answered_and_seen_by_its_company_alone(running: Running) -> None:
    async with running.acting(SUPPLIER) as program, running.acting(OPERATOR) as support:
        opened = await program.post("/v1/tickets", json=ASKED)
        assert opened.status_code == 201, opened.text
        ticket = opened.json()
        assert f"Billet {ticket['number']}" in (await running.mails(SUPPLIER))[0]["subject"]
        assert ticket["id"] in [each["id"] for each in (await support.get("/v1/ops/registration/tickets")).json()]
        answered = await support.post(
            f"/v1/ops/registration/tickets/{ticket['id']}/entries", json={"text": "C’est relancé.", "close": True}
        )
        assert answered.json()["state"] == "closed"
        again = await program.post(f"/v1/tickets/{ticket['id']}/entries", json={"text": "Merci, mais non."})
        assert [each["from_support"] for each in again.json()["thread"]] == [False, True, False]
        assert [each["state"] for each in (await program.get("/v1/tickets")).json()] == ["open"]
    assert "relancé" in (await running.mails(SUPPLIER))[0]["text"]
    async with running.acting(BUYER) as stranger:
        assert (await stranger.get("/v1/tickets")).json() == []
        assert (await stranger.get(f"/v1/tickets/{ticket['id']}")).status_code == 404
        wrote = await stranger.post(f"/v1/tickets/{ticket['id']}/entries", json={"text": "moi"})
        assert wrote.status_code == 404
        assert (await stranger.get("/v1/ops/registration/tickets")).status_code == 403


async def test_who_cannot_sign_in_asks_by_form_and_gets_the_number_by_mail(running: Running) -> None:
    email = f"perdu.{uuid4().hex[:8]}@koenig.example"
    async with running.visitor() as browser:
        body = ASKED | {"email": email, "name": "Jean Perdu", "topic": "access"}
        assert (await browser.post("/v1/registrations/tickets", json=body)).status_code == 202
    assert (await running.mails(email))[0]["subject"].startswith("Billet ")
