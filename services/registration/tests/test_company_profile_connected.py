"""A company's profile: each change is a version, written over the one that was read; the logo is its own."""

import base64

import pytest

from contracts.registration import CompanyState
from registration import states
from registration.testing import BUYER, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
PROFILE = f"/v1/companies/{SUPPLIER_COMPANY}/profile"
LOGO = f"/v1/companies/{SUPPLIER_COMPANY}/logo"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ACCOUNT = {"label": "Courant", "iban": "FR7630006000011234567890189"}


async def test_every_change_is_a_version_over_the_one_that_was_read(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        before = await program.get(PROFILE)
        assert before.json() == {"billing_addresses": [], "bank_accounts": [], "contacts": [], "accent": None}
        first = {"if-match": before.headers["etag"]}
        content = {"bank_accounts": [ACCOUNT]}
        assert (await program.put(PROFILE, json=content)).status_code == 428
        kept = await program.put(PROFILE, json=content, headers=first)
        assert kept.json()["bank_accounts"][0]["iban"] == ACCOUNT["iban"]
        assert (await program.put(PROFILE, json={}, headers=first)).status_code == 412
        now = {"if-match": kept.headers["etag"]}
        wrong = await program.put(PROFILE, json={"bank_accounts": [ACCOUNT | {"iban": "FR76"}]}, headers=now)
        assert wrong.json()["violations"][0]["pointer"] == "/bank_accounts/0/iban"
        assert (await program.put(PROFILE, json={}, headers=now)).status_code == 200
        versions = (await program.get(f"{PROFILE}/versions")).json()
        assert [each["version"] for each in versions] == [2, 1]
        assert versions[1]["profile"]["bank_accounts"][0]["iban"] == ACCOUNT["iban"]
        assert versions[1]["person_name"]


async def test_a_logo_is_kept_shown_and_taken_away(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        assert (await program.get(LOGO)).json() is None
        assert (await program.put(LOGO, json={"content": "PHN2Zy8+"})).json()["code"] == "LOGO_REFUSED"
        assert (await program.put(LOGO, json={"content": PIXEL})).status_code == 204
        assert (await program.get(LOGO)).json() == {"media_type": "image/png", "content": PIXEL}
        assert (await program.delete(LOGO)).status_code == 204
        assert (await program.get(LOGO)).json() is None


async def test_other_services_learn_of_logo_and_colour(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        assert (await program.put(LOGO, json={"content": PIXEL})).status_code == 204
        at = {"if-match": (await program.get(PROFILE)).headers["etag"]}
        assert (await program.put(PROFILE, json={"accent": "#7a2a5e"}, headers=at)).status_code == 200
        told = await _stands(running)
        assert told.accent == "#7a2a5e"
        assert told.logo is not None
        assert await running.env.objects.read(told.logo) == base64.b64decode(PIXEL)
        assert (await program.delete(LOGO)).status_code == 204
        assert (await _stands(running)).logo is None


async def _stands(running: Running) -> CompanyState:
    async with running.env.pipeline.transaction() as tx:
        return await states.company(tx, SUPPLIER_COMPANY)


async def test_nobody_reads_another_company(running: Running) -> None:
    async with running.acting(BUYER) as stranger:
        for address in (PROFILE, f"{PROFILE}/versions", LOGO):
            assert (await stranger.get(address)).status_code == 404
        assert (await stranger.put(LOGO, json={"content": PIXEL})).status_code == 404
