"""A company exports its part of the chained trail; a person reads what is kept about them."""

import pytest

from mesh import audit
from registration.testing import BUYER, BUYER_COMPANY, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected


async def test_a_company_exports_what_was_done_to_it_and_nothing_else(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        policy = {"methods": ["totp", "passkey", "sms", "email"]}
        await program.put(f"/v1/companies/{SUPPLIER_COMPANY}/sign-in-policy", json=policy)
        async with running.env.pipeline.transaction() as tx:
            while await audit.chain(tx):
                pass
        first = (await program.get(f"/v1/companies/{SUPPLIER_COMPANY}/audit", params={"limit": 1})).json()
        rest = (
            await program.get(f"/v1/companies/{SUPPLIER_COMPANY}/audit", params={"after": first["next"] or 0})
        ).json()
        actions = [row["action"] for row in [*first["items"], *rest["items"]]]
        assert "company.sign_in_policy" in actions
        assert all(len(row["hash"]) == 64 for row in rest["items"])
        assert (await program.get(f"/v1/companies/{BUYER_COMPANY}/audit")).status_code == 404


async def test_a_person_reads_what_is_kept_about_them(running: Running) -> None:
    async with running.signed_in(BUYER) as browser:
        about = (await browser.get("/v1/session/about-me")).json()
    assert about["person"]["email"] == BUYER
    assert [each["company_id"] for each in about["memberships"]] == [str(BUYER_COMPANY)]
    assert about["sessions"]
    assert not {"password_hash", "sealed", "token_sha256"} & {key for kind in about.values() for key in str(kind)}
