"""The second step of a sign-in, in each of its ways, and what a person sets up for it."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pyotp.totp import TOTP

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.second_factor import STEP_SECONDS
from registration.store import people
from registration.testing import CODE, OPERATOR, PORTAL, SUPPLIER_COMPANY, Running
from registration.testing_passkeys import SoftAuthenticator

pytestmark = pytest.mark.connected
PASSWORD = "une phrase assez longue"
_HASHED: list[str] = []


async def _somebody(running: Running, *roles: Role) -> str:
    """A person of the demo's supplier for whom the second factor is asked."""
    email, person_id = f"p.{uuid4().hex[:12]}@koenig.example", new_id()
    if not _HASHED:
        _HASHED.append(await running.env.passwords.hash(PASSWORD))
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Paule Roy", language="fr")
        await people.set_password(tx, person_id, _HASHED[0])
        await people.set_roles(tx, person_id, SUPPLIER_COMPANY, roles or (Role.VIEWER,))
        await states.user(tx, person_id, revoked=False)
    return email


async def _begin(browser: httpx.AsyncClient, email: str) -> dict[str, Any]:
    reply = await browser.post("/v1/session", json={"email": email, "password": PASSWORD})
    assert reply.status_code == 202, reply.text
    assert "set-cookie" not in reply.headers
    return reply.json()


async def _prove(browser: httpx.AsyncClient, begun: dict[str, Any], method: str, **proof: Any) -> httpx.Response:
    body = {"challenge": begun["challenge"], "method": method} | proof
    return await browser.post("/v1/session/second-factor", json=body)


async def _code(running: Running, browser: httpx.AsyncClient, begun: dict[str, Any], method: str, to: str) -> str:
    sent = await browser.post("/v1/session/code", json={"challenge": begun["challenge"], "method": method})
    assert sent.status_code == 202, sent.text
    found = CODE.search((await running.mails(to))[0]["text"])
    assert found
    return found.group()


async def _begin_factor(browser: httpx.AsyncClient, kind: str, **more: str) -> dict[str, Any]:
    body = {"kind": kind, "name": f"my {kind}", "password": PASSWORD} | more
    reply = await browser.post("/v1/session/factors", json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def _confirm(browser: httpx.AsyncClient, begun: dict[str, Any], **proof: Any) -> httpx.Response:
    return await browser.post(
        f"/v1/session/factors/{begun['id']}/confirm", json={"challenge": begun["challenge"], **proof}
    )


@asynccontextmanager
async def _with_totp(running: Running) -> AsyncGenerator[tuple[str, str, list[str], httpx.AsyncClient]]:
    """Somebody with an application: e-mail, seed, recovery codes and their browser."""
    email = await _somebody(running)
    async with running.signed_in(email, PASSWORD) as browser:
        begun = await _begin_factor(browser, "totp")
        # The code of the step before, so that this moment's is still unused at sign-in.
        reply = await _confirm(browser, begun, code=TOTP(begun["secret"]).at(time.time() - STEP_SECONDS))
        assert reply.status_code == 200, reply.text
        yield email, begun["secret"], reply.json()["recovery_codes"], browser


async def test_everybody_is_asked_for_a_code_by_mail_from_the_first_day(running: Running) -> None:
    email = await _somebody(running)
    async with running.visitor() as browser:
        begun = await _begin(browser, email)
        assert (begun["methods"], begun["set_up"]) == (["email"], False)
        assert begun["email_hint"] == "p•••@koenig.example"
        assert (await browser.get("/v1/session")).status_code == 401
        code = await _code(running, browser, begun, "email", email)
        opened = await _prove(browser, begun, "email", code=code)
        assert opened.status_code == 201, opened.text
        assert (await browser.get("/v1/session")).json()["email"] == email
        # The challenge opened its one session.
        assert (await _prove(browser, begun, "email", code=code)).json()["code"] == "CHALLENGE_OVER"


async def test_five_wrong_codes_end_the_sign_in_and_a_new_one_starts_with_the_password(running: Running) -> None:
    email = await _somebody(running)
    async with running.visitor() as browser:
        begun = await _begin(browser, email)
        right = await _code(running, browser, begun, "email", email)
        wrong = "000000" if right != "000000" else "000001"
        for _ in range(5):
            reply = await _prove(browser, begun, "email", code=wrong)
            assert (reply.status_code, reply.json()["code"]) == (401, "SECOND_FACTOR_FAILED")
        assert (await _prove(browser, begun, "email", code=right)).json()["code"] == "CHALLENGE_OVER"
        again = await _begin(browser, email)
        code = await _code(running, browser, again, "email", email)
        assert (await _prove(browser, again, "email", code=code)).status_code == 201


async def test_a_code_of_another_sign_in_opens_nothing(running: Running) -> None:
    email = await _somebody(running)
    async with running.visitor() as browser:
        first, second = await _begin(browser, email), await _begin(browser, email)
        code = await _code(running, browser, first, "email", email)
        await _code(running, browser, second, "email", email)
        assert (await _prove(browser, second, "email", code=code)).json()["code"] == "SECOND_FACTOR_FAILED"


async def test_with_an_application_the_mailbox_alone_opens_nothing(running: Running) -> None:
    async with _with_totp(running) as (email, seed, codes, _), running.visitor() as browser:
        begun = await _begin(browser, email)
        assert begun["methods"] == ["totp", "recovery_code"]
        refused = await browser.post("/v1/session/code", json={"challenge": begun["challenge"], "method": "email"})
        assert refused.json()["code"] == "METHOD_NOT_OFFERED"
        code = TOTP(seed).now()
        assert (await _prove(browser, begun, "totp", code=f"{code[:3]} {code[3:]}")).status_code == 201
        again = await _begin(browser, email)
        assert (await _prove(browser, again, "totp", code=code)).json()["code"] == "SECOND_FACTOR_FAILED"
        assert len(codes) == 10


async def test_a_recovery_code_works_once(running: Running) -> None:
    async with _with_totp(running) as (email, _, codes, _), running.visitor() as browser:
        begun = await _begin(browser, email)
        assert (await _prove(browser, begun, "recovery_code", code=codes[0].lower())).status_code == 201
        left = (await browser.get("/v1/session/factors")).json()["recovery_codes_left"]
        assert left == 9
        again = await _begin(browser, email)
        reply = await _prove(browser, again, "recovery_code", code=codes[0])
        assert reply.json()["code"] == "SECOND_FACTOR_FAILED"


async def test_a_passkey_signs_in_and_its_copy_does_not(running: Running) -> None:
    email = await _somebody(running)
    key = SoftAuthenticator(PORTAL, "portal.test")
    async with running.signed_in(email, PASSWORD) as browser:
        begun = await _begin_factor(browser, "passkey")
        assert (await _confirm(browser, begun, credential=key.register(begun["passkey"]))).status_code == 200
    async with running.visitor() as browser:
        begun = await _begin(browser, email)
        assert begun["methods"] == ["passkey", "recovery_code"]
        assert (await _prove(browser, begun, "passkey", credential=key.sign(begun["passkey"]))).status_code == 201
        copied = await _begin(browser, email)
        key.count -= 1
        reply = await _prove(browser, copied, "passkey", credential=key.sign(copied["passkey"]))
        assert reply.json()["code"] == "SECOND_FACTOR_FAILED"
        elsewhere = SoftAuthenticator("https://evil.example", "portal.test", key.key, key.credential_id, 40)
        reply = await _prove(browser, copied, "passkey", credential=elsewhere.sign(copied["passkey"]))
        assert reply.json()["code"] == "SECOND_FACTOR_FAILED"


async def test_a_message_to_a_phone_signs_in(running: Running) -> None:
    email = await _somebody(running)
    phone = f"+336{uuid4().int % 10**8:08d}"
    to = f"{phone[1:]}@sms.navette.example"
    async with running.signed_in(email, PASSWORD) as browser:
        begun = await _begin_factor(browser, "sms", phone=phone)
        code = CODE.search((await running.mails(to))[0]["text"])
        assert code
        assert (await _confirm(browser, begun, code=code.group())).status_code == 200
    async with running.visitor() as browser:
        begun = await _begin(browser, email)
        assert begun["phone_hint"] == f"{phone[:3]}••••{phone[-2:]}"
        code = await _code(running, browser, begun, "sms", to)
        assert (await _prove(browser, begun, "sms", code=code)).status_code == 201


async def test_a_company_that_wants_strong_factors_lets_people_in_to_set_one_up_only(running: Running) -> None:
    email = await _somebody(running, Role.OPERATOR)
    async with running.signed_in(email, PASSWORD) as browser:
        me = (await browser.get("/v1/session")).json()
        assert me["limited"] is True
        headers = {"x-navette-audience": "invoicing"}
        refused = await browser.get("/internal/exchange/v1/anything", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "SECOND_FACTOR_NEEDED")
        weak = {"kind": "email", "name": "mail", "password": PASSWORD}
        assert (await browser.post("/v1/session/factors", json=weak)).json()["code"] == "METHOD_NOT_OFFERED"
        begun = await _begin_factor(browser, "totp")
        assert (await _confirm(browser, begun, code=TOTP(begun["secret"]).now())).status_code == 200
        assert (await browser.get("/internal/exchange/v1/anything", headers=headers)).status_code == 200
        removed = await browser.post(f"/v1/session/factors/{begun['id']}/remove", json={"password": PASSWORD})
        assert removed.json()["code"] == "LAST_FACTOR"


async def test_an_administrator_says_what_counts(running: Running) -> None:
    async with running.acting("supplier@demo.navette.example") as program:
        path = f"/v1/companies/{SUPPLIER_COMPANY}/sign-in-policy"
        assert len((await program.get(path)).json()["methods"]) == 4
        refused = await program.put(path, json={"methods": ["sms"]})
        assert refused.status_code == 422
        try:
            assert (await program.put(path, json={"methods": ["totp", "passkey"]})).status_code == 200
            email = await _somebody(running)
            async with running.visitor() as browser:
                begun = await _begin(browser, email)
                assert (begun["methods"], begun["set_up"]) == (["email"], True)
        finally:
            everything = {"methods": ["totp", "passkey", "sms", "email"]}
            assert (await program.put(path, json=everything)).status_code == 200


async def test_changing_how_one_signs_in_takes_the_password_and_is_told_by_mail(running: Running) -> None:
    async with _with_totp(running) as (email, _, codes, browser):
        wrong = {"kind": "email", "name": "mail", "password": "not the password"}
        refused = await browser.post("/v1/session/factors", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "PASSWORD_WRONG")
        (factor,) = (await browser.get("/v1/session/factors")).json()["factors"]
        removed = await browser.post(f"/v1/session/factors/{factor['id']}/remove", json={"password": PASSWORD})
        assert removed.status_code == 204
        renewed = await browser.post("/v1/session/recovery-codes", json={"password": PASSWORD})
        assert not set(renewed.json()["recovery_codes"]) & set(codes)
        subjects = [mail["subject"] for mail in await running.mails(email)]
    assert subjects.count("Votre accès à Navette a changé") == 3


async def test_seeds_codes_and_numbers_are_not_in_the_database(running: Running) -> None:
    async with _with_totp(running) as (_, seed, codes, _):
        async with running.env.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select cast(f as text) as row from factor f union all select cast(r as text) from recovery_code r
                union all select cast(c as text) from challenge c"""
            )
        dumped = " ".join(row["row"] for row in rows)
        assert seed not in dumped
        assert codes[0] not in dumped


async def test_a_person_sees_and_ends_their_sessions(running: Running) -> None:
    email = await _somebody(running)
    async with running.signed_in(email, PASSWORD) as here, running.signed_in(email, PASSWORD) as there:
        listed = (await here.get("/v1/session/sessions")).json()
        assert [each["current"] for each in listed].count(True) == 1
        other = next(each for each in listed if not each["current"])
        assert (await here.delete(f"/v1/session/sessions/{other['id']}")).status_code == 204
        assert (await there.get("/v1/session")).status_code == 401
        assert (await here.delete(f"/v1/session/sessions/{new_id()}")).json()["code"] == "SESSION_UNKNOWN"
        async with running.signed_in(OPERATOR) as stranger:
            mine = next(each for each in listed if each["current"])
            assert (await stranger.delete(f"/v1/session/sessions/{mine['id']}")).status_code == 404
        assert (await here.get("/v1/session")).status_code == 200


async def test_a_new_password_ends_the_other_sessions(running: Running) -> None:
    email, new = await _somebody(running), "un autre bateau sur la Meuse"
    async with running.signed_in(email, PASSWORD) as here, running.signed_in(email, PASSWORD) as there:
        weak = await here.post("/v1/session/password", json={"current": PASSWORD, "new": "motdepasse123"})
        assert weak.json()["code"] == "PASSWORD_REFUSED"
        changed = await here.post("/v1/session/password", json={"current": PASSWORD, "new": new})
        assert changed.status_code == 204, changed.text
        assert (await here.get("/v1/session")).status_code == 200
        assert (await there.get("/v1/session")).status_code == 401


async def test_a_forgotten_password_is_answered_by_mail_and_leaves_the_second_factor(running: Running) -> None:
    async with _with_totp(running) as (email, _, _, signed_in), running.visitor() as browser:
        nobody = f"{uuid4().hex[:12]}@nowhere.example"
        replies = [await browser.post("/v1/session/password-resets", json={"email": each}) for each in (email, nobody)]
        assert {(reply.status_code, reply.content) for reply in replies} == {(202, b"")}
        assert "n’a aucun accès" in (await running.mails(nobody))[0]["text"]
        token = await running.link(email)
        offered = (await browser.get(f"/v1/activations/{token}")).json()
        assert (offered["purpose"], offered["has_password"]) == ("password", False)
        new = "un autre bateau sur la Meuse"
        used = await browser.post(f"/v1/activations/{token}", json={"password": new})
        assert used.status_code == 200, used.text
        assert UUID(used.json()["user_id"])
        assert (await signed_in.get("/v1/session")).status_code == 401
        assert (await browser.post(f"/v1/activations/{token}", json={"password": new})).status_code == 410
        begun = await browser.post("/v1/session", json={"email": email, "password": new})
        assert (begun.status_code, begun.json()["methods"]) == (202, ["totp", "recovery_code"])
