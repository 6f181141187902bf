"""Signing in: one answer for all strangers, and no way for them to lock an owner out."""

import httpx
import pytest

from registration.domain import throttling
from registration.opaque_tokens import digest
from registration.testing import BUYER, BUYER_COMPANY, BUYER_USER, OPERATOR, PORTAL, SUPPLIER, Running

pytestmark = pytest.mark.connected

ATTACKER = {"x-forwarded-for": "203.0.113.66"}


async def _try(browser: httpx.AsyncClient, email: str, password: str, **headers: str) -> httpx.Response:
    return await browser.post("/v1/session", json={"email": email, "password": password}, headers=headers)


async def test_whoever_signs_in_learns_for_which_companies_they_act(running: Running) -> None:
    async with running.signed_in(BUYER.upper(), running.secrets.users[BUYER]) as browser:
        me = (await browser.get("/v1/session")).json()
    assert me["user_id"] == str(BUYER_USER)
    assert me["language"] == "fr"
    assert [(each["id"], each["roles"], each["buyer"]) for each in me["companies"]] == [
        (str(BUYER_COMPANY), ["accountant", "administrator"], True)
    ]


async def test_the_cookies_are_kept_from_scripts_and_other_sites(running: Running) -> None:
    async with running.visitor() as browser:
        reply = await _try(browser, BUYER, running.secrets.users[BUYER])
    cookies = reply.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-navette", "__Host-navette-device"]
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)


async def test_strangers_get_one_answer_whoever_they_try(running: Running) -> None:
    async with running.visitor() as browser:
        known = await _try(browser, SUPPLIER, "not the password", **{"x-forwarded-for": "203.0.113.1"})
        unknown = await _try(browser, "nobody@example.org", "not the password", **{"x-forwarded-for": "203.0.113.2"})
    answers = [reply.json() | {"request_id": ""} for reply in (known, unknown)]
    assert answers[0] == answers[1]
    assert (known.status_code, answers[0]["code"]) == (401, "SIGN_IN_FAILED")
    assert "set-cookie" not in known.headers


async def test_another_site_cannot_sign_a_browser_in(running: Running) -> None:
    async with running.visitor() as browser:
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            reply = await _try(browser, BUYER, running.secrets.users[BUYER], **headers)
            assert reply.status_code == 403
            assert reply.json()["code"].startswith("CSRF_")
        del browser.headers["origin"]
        reply = await _try(browser, BUYER, running.secrets.users[BUYER])
        assert reply.json()["code"] == "CSRF_NO_ORIGIN"


async def test_guessing_is_refused_and_does_not_lock_the_owner_out(running: Running) -> None:
    async with running.visitor() as stranger:
        for _ in range(throttling.PER_ACCOUNT_AND_NETWORK):
            assert (await _try(stranger, OPERATOR, "a wrong guess", **ATTACKER)).status_code == 401
        # Even the right password is not judged any more, so guessing on cannot succeed.
        refused = await _try(stranger, OPERATOR, running.secrets.users[OPERATOR], **ATTACKER)
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_TRIES")
        assert int(refused.headers["retry-after"]) > 0
    async with running.signed_in(OPERATOR) as elsewhere:
        assert (await elsewhere.get("/v1/session")).status_code == 200
        # The owner's own browser is known: it passes even from the network that is refused.
        again = await _try(elsewhere, OPERATOR, running.secrets.users[OPERATOR], **ATTACKER)
        assert again.status_code == 201


async def test_a_right_password_leaves_no_tries_behind(running: Running) -> None:
    headers = {"x-forwarded-for": "203.0.113.99"}
    for _ in range(throttling.PER_ACCOUNT_AND_NETWORK + 2):
        async with running.visitor() as browser:
            assert (await _try(browser, SUPPLIER, running.secrets.users[SUPPLIER], **headers)).status_code == 201


async def test_signing_in_again_ends_the_session_before(running: Running) -> None:
    async with running.signed_in(BUYER) as browser:
        before, device = browser.cookies["__Host-navette"], browser.cookies["__Host-navette-device"]
        assert (await _try(browser, BUYER, running.secrets.users[BUYER])).status_code == 201
        assert browser.cookies["__Host-navette"] != before
        async with running.env.pipeline.transaction() as tx:
            kept = [bytes(row["token_sha256"]) for row in await tx.rows("select token_sha256 from device")]
        assert digest(browser.cookies["__Host-navette-device"]) in kept
        assert digest(device) not in kept
    async with running.visitor() as old:
        reply = await old.get("/v1/session", headers={"cookie": f"__Host-navette={before}"})
        assert reply.json()["code"] == "SESSION_INVALID"


@pytest.mark.parametrize(
    "content",
    [
        {"email": "not an address", "password": "x"},
        {"email": BUYER},
        {"email": BUYER, "password": "x" * 201},
        {"email": BUYER, "password": "x", "tenant": "acme"},
    ],
)
async def test_a_body_of_another_shape_is_told_where(running: Running, content: dict[str, str]) -> None:
    async with running.visitor() as browser:
        reply = await browser.post("/v1/session", json=content, headers={"origin": PORTAL})
    assert (reply.status_code, reply.json()["code"]) == (422, "INVALID_BODY")
    assert reply.json()["violations"]
    assert "x" * 201 not in reply.text


async def test_tokens_and_passwords_are_kept_as_digests_only(running: Running) -> None:
    async with running.signed_in(BUYER) as browser:
        token = browser.cookies["__Host-navette"]
    async with running.env.pipeline.transaction() as tx:
        rows = await tx.rows(
            "select cast(s as text) as row from session s union all select cast(c as text) from credential c"
        )
    dumped = " ".join(row["row"] for row in rows)
    assert token not in dumped
    assert running.secrets.users[BUYER] not in dumped
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in dumped


async def test_an_old_password_and_a_used_session_end_only_when_they_should(running: Running) -> None:
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update credential set changed_at = now() - interval '10 years'")
    async with running.signed_in(BUYER) as browser:  # no password runs out
        assert (await browser.get("/v1/session")).status_code == 200
        async with running.env.pipeline.transaction() as tx:
            await tx.execute("update session set seen_at = now(), expires_at = now() - interval '1 second'")
        assert (await browser.get("/v1/session")).json()["code"] == "SESSION_INVALID", "used or not, it is over"
