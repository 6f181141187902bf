"""From the buyer's notice to ready: silence over a weekend activates, an open question holds."""

from datetime import datetime, timedelta

import pytest

from mesh.clock import OffsetClock
from registration import ready
from registration.testing import BUYER, CONNECTION, SUPPLIER, Running

pytestmark = pytest.mark.connected
PATH = f"/v1/connections/{CONNECTION}/ready"
NOTICE = {"instructions": "Indiquez le numéro de commande.", "contact": "achats@brasseries-rhin.example"}


async def test_silence_over_a_weekend_makes_a_connection_ready_and_a_question_holds_it(running: Running) -> None:
    clock = running.env.clock
    assert isinstance(clock, OffsetClock)
    async with running.acting(BUYER) as buyer, running.acting(SUPPLIER) as supplier:
        assert (await supplier.post(PATH, json=NOTICE)).status_code == 403
        noticed = (await buyer.post(PATH, json=NOTICE)).json()
        assert noticed["ready_state"] == "notified"
        (mail,) = [each for each in await running.mails(SUPPLIER) if "RTT – Prêt à la transaction" in each["subject"]]
        assert "achats@brasseries-rhin.example" in mail["text"]
        held = (await supplier.post(f"{PATH}/question", json={"text": "Et les avoirs ?"})).json()
        assert (held["ready_state"], held["activates_at"]) == ("held", None)
        try:
            assert held["ready_contact"] == "achats@brasseries-rhin.example"
            assert await ready.remind_who_is_awaited(running.env) == 0, "there is time to answer"
            clock.offset += timedelta(days=30)
            assert await ready.remind_who_is_awaited(running.env) == 1
            assert await ready.remind_who_is_awaited(running.env) == 0, "once"
            assert any("attend votre réponse" in mail["subject"] for mail in await running.mails(BUYER))
            assert await ready.activate_the_silent(running.env) == 0, "an open question holds"
            assert (await supplier.post(f"{PATH}/answer", json={"text": "?"})).status_code == 409
            answered = (await buyer.post(f"{PATH}/answer", json={"text": "De même."})).json()
            assert answered["ready_state"] == "notified"
            clock.offset += datetime.fromisoformat(answered["activates_at"]) - clock.now() - timedelta(minutes=1)
            assert await ready.remind_who_is_awaited(running.env) == 1
            (reminder,) = [
                mail for mail in await running.mails(SUPPLIER) if mail["subject"].startswith("Rappel : prêt")
            ]
            assert "achats@brasseries-rhin.example" in reminder["text"]
            assert await ready.activate_the_silent(running.env) == 0, "not before five working days are over"
            clock.offset += timedelta(minutes=2)
            assert await ready.activate_the_silent(running.env) == 1
        finally:
            clock.offset = timedelta()
        shown = (await supplier.get(f"/v1/connections/{CONNECTION}")).json()
        assert shown["ready_state"] == "ready"
        assert (await buyer.post(PATH, json=NOTICE)).json()["code"] == "READY_STATE"
    assert any(mail["subject"].startswith("Prêt :") for mail in await running.mails(BUYER))
