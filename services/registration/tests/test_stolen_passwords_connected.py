"""A password of the lists of stolen ones is refused wherever one is chosen, and the link or session stays good."""

from uuid import uuid4

import pytest

from registration.domain import password_rules
from registration.domain.terms import CURRENT
from registration.testing import Running, partner_row

pytestmark = pytest.mark.connected
STOLEN = "!RBGlmBRjLAC"
"""Nobody would guess it; it was somebody's."""
PASSWORD, NEXT = "une phrase assez longue", "un autre bateau sur la Meuse"


async def test_a_stolen_password_is_refused_wherever_one_is_chosen(running: Running) -> None:
    assert password_rules.flaw(STOLEN, email="") == "", "only the list knows"
    email, row = f"anne.{uuid4().hex[:12]}@menuiserie.example", partner_row()
    company = {
        "legal_name": row["name"],
        "country": "FR",
        "legal_id": {"scheme": "0002", "value": row["siret"][:9]},
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    async with running.visitor() as browser:
        person = {"email": email, "name": "Anne Weber"}
        await browser.post("/v1/registrations", json={"company": company, "person": person})
        link = f"/v1/activations/{await running.link(email)}"
        chosen = {"password": STOLEN, "terms": CURRENT.version}
        refused = await browser.post(link, json=chosen)
        assert (refused.status_code, refused.json()["code"]) == (422, "PASSWORD_STOLEN")
        assert refused.json()["violations"][0]["pointer"] == "/password"
        assert (await browser.post(link, json=chosen | {"password": PASSWORD})).status_code == 200

        await browser.post("/v1/session/password-resets", json={"email": email})
        link = f"/v1/activations/{await running.link(email)}"
        assert (await browser.post(link, json={"password": STOLEN})).json()["code"] == "PASSWORD_STOLEN"
        assert (await browser.post(link, json={"password": NEXT})).status_code == 200

    async with running.signed_in(email, NEXT) as browser:
        change = {"current": NEXT, "new": STOLEN}
        assert (await browser.post("/v1/session/password", json=change)).json()["code"] == "PASSWORD_STOLEN"
        assert (await browser.post("/v1/session/password", json=change | {"new": PASSWORD})).status_code == 204
