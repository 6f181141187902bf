"""What tests of registration work with. Nothing in the product imports this module."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from stdnum import luhn
from stdnum.fr import siren

from contracts.ids import new_id
from contracts.registration import Role
from registration import states
from registration.demo import Secrets
from registration.env import Env
from registration.store import people

CODE: Final = re.compile(r"\b[0-9]{6}\b")
PORTAL: Final = "https://portal.test"
BUYER_COMPANY: Final = UUID("019a0000-0000-7000-8000-000000000001")
SUPPLIER_COMPANY: Final = UUID("019a0000-0000-7000-8000-000000000002")
UNIT: Final = UUID("019a0000-0000-7000-8000-000000000011")
BUYER_USER: Final = UUID("019a0000-0000-7000-8000-000000000021")
SUPPLIER_USER: Final = UUID("019a0000-0000-7000-8000-000000000022")
CONNECTION: Final = UUID("019a0000-0000-7000-8000-000000000031")
BUYER: Final = "buyer@demo.navette.example"
SUPPLIER: Final = "supplier@demo.navette.example"
OPERATOR: Final = "operator@demo.navette.example"
CLIENT: Final = "erp-brasseries-du-rhin"
PASSWORD: Final = "une phrase assez longue"  # noqa: S105 - of people whom a test makes


@dataclass
class Running:
    """The service's application with the demo loaded, answering in this process."""

    app: FastAPI
    env: Env
    secrets: Secrets
    mail_url: str
    mail_domain: str
    """Where its mails come from: other instances write to the same people through the same catcher."""

    def visitor(self) -> httpx.AsyncClient:
        """A browser on the portal in which nobody is signed in."""
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(transport=transport, base_url=PORTAL, headers={"origin": PORTAL})

    @asynccontextmanager
    async def signed_in(self, email: str, password: str | None = None) -> AsyncGenerator[httpx.AsyncClient]:
        """A browser in which this person is signed in."""
        async with self.visitor() as browser:
            content = {"email": email, "password": password or self.secrets.users[email]}
            reply = await browser.post("/v1/session", json=content)
            reply.raise_for_status()
            if reply.status_code == 202:
                await self.prove_by_mail(browser, email, reply.json()["challenge"])
            yield browser

    async def prove_by_mail(self, browser: httpx.AsyncClient, email: str, challenge: str) -> None:
        """Finish a sign-in with the code of a mail."""
        asked = {"challenge": challenge, "method": "email"}
        (await browser.post("/v1/session/code", json=asked)).raise_for_status()
        # another mail of the same moment may have come after it
        found = (CODE.search(mail["text"]) for mail in await self.mails(email))
        code = next(code for code in found if code is not None)
        reply = await browser.post("/v1/session/second-factor", json=asked | {"code": code.group()})
        reply.raise_for_status()

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails that somebody got, the newest first."""
        while await self.env.mails.send_due():
            pass
        async with httpx.AsyncClient(base_url=self.mail_url, timeout=60) as catcher:
            found: list[dict[str, Any]] = (await catcher.get("/api/messages", params={"to": address})).json()
        return [mail for mail in found if self.mail_domain in mail["from"]]

    async def link(self, address: str, page: str = "/activation") -> str:
        """The token of the newest link to a page that somebody got."""
        for mail in await self.mails(address):
            for link in mail["links"]:
                found, _, token = link.partition("#")
                if found == PORTAL + page:
                    return token
        raise AssertionError(f"no link to {page} for {address}")

    @asynccontextmanager
    async def acting(
        self, email: str, password: str | None = None, company: UUID | None = None
    ) -> AsyncGenerator[httpx.AsyncClient]:
        """The same person as the gateway lets them in: with a token for registration instead of the cookie."""
        async with self.signed_in(email, password) as browser:
            token = await exchanged(browser, "registration")
        async with self.visitor() as program:
            program.headers["authorization"] = f"Bearer {token}"
            if company is not None:
                program.headers["navette-company"] = str(company)
            yield program

    async def facts(self) -> list[tuple[str, str]]:
        """Type and key of every fact in the outbox, in order."""
        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows("select headers ->> 'ce_type' as type, msg_key from outbox order by seq")
        return [(row["type"], row["msg_key"]) for row in rows]


async def exchanged(browser: httpx.AsyncClient, audience: str) -> str:
    """The token that the gateway gets for this browser's cookie."""
    reply = await browser.get("/internal/exchange/v1/anything", headers={"x-navette-audience": audience})
    reply.raise_for_status()
    return reply.headers["authorization"].removeprefix("Bearer ")


async def colleague(running: Running, *roles: Role) -> tuple[UUID, str]:
    """Somebody else of the supplier, who signs in with `PASSWORD`: their id and address."""
    person_id, email = new_id(), f"c.{uuid4().hex[:12]}@koenig.example"
    hashed = await running.env.passwords.hash(PASSWORD)
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=email, name="Paul Roy", language="fr")
        await people.set_password(tx, person_id, hashed)
        await people.exempt(tx, person_id, exempt=True)
        await people.set_roles(tx, person_id, SUPPLIER_COMPANY, roles)
        await states.user(tx, person_id, revoked=False)
    return person_id, email


def partner_row(**more: str) -> dict[str, str]:
    """A company nobody knows yet, as a file of partners names it."""
    digits = f"{uuid4().int % 10**8:08d}"
    number = digits + luhn.calc_check_digit(digits)
    siret = number + "0001"
    return {
        "name": f"Hôtel {digits}",
        "vat": "FR" + siren.to_tva(number).replace(" ", ""),
        "siret": siret + luhn.calc_check_digit(siret),
        "address": "1 rue du Bois",
        "postcode": "57000",
        "city": "Metz",
        "first_name": "Anne",
        "last_name": "Weber",
        "email": f"anne.{uuid4().hex[:12]}@weber.example",
    } | more
