"""Companies that nobody has heard of: numbers that check out, and the way in."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from browser import Visitor
from playwright.sync_api import CDPSession, expect
from pyotp.totp import TOTP
from stdnum import luhn

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Person


@dataclass(frozen=True)
class Newcomer:
    """A French company and its first person."""

    name: str
    siren: str
    vat_id: str
    email: str
    password: str

    @property
    def siret(self) -> str:
        """Of its head office."""
        digits = f"{self.siren}0001"
        return digits + luhn.calc_check_digit(digits)

    @property
    def entity(self) -> dict[str, str]:
        """As a partner knows it that brings it."""
        return {
            "name": self.name,
            "vat": self.vat_id,
            "siret": self.siret,
            "address": "4 rue du Port",
            "postcode": "29000",
            "city": "Quimper",
            "first_name": "Maëlle",
            "last_name": "Kerbrat",
            "email": self.email,
        }

    @classmethod
    def fresh(cls) -> "Newcomer":
        """One that no other test has."""
        digits = f"{secrets.randbelow(10**8):08d}"
        siren = digits + luhn.calc_check_digit(digits)
        name = fresh("Atelier")
        vat_id = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
        email = f"{name.lower()}@newcomers.navette.example"
        return cls(name, siren, vat_id, email, secrets.token_urlsafe(15))


def registers(someone: Visitor, newcomer: Newcomer) -> None:
    """Fill in the three steps, by keyboard."""
    page = someone.page
    someone.go("/register")
    page.locator("input[name='company.legal_name'], [data-path='company.legal_name']").fill(newcomer.name)
    page.locator("[data-path='company.vat_id']").fill(newcomer.vat_id)
    page.locator("[data-path='company.legal_id']").fill(newcomer.siren)
    page.keyboard.press("Enter")
    page.locator("[data-path='company.address.line_one']").fill("4 rue du Port")
    page.locator("[data-path='company.address.postal_code']").fill("29000")
    page.locator("[data-path='company.address.city']").fill("Quimper")
    page.keyboard.press("Enter")
    page.locator("[data-path='person.name']").fill("Maëlle Kerbrat")
    page.locator("[data-path='person.email']").fill(newcomer.email)
    page.keyboard.press("Enter")


def activates(someone: Visitor, link: str, password: str) -> None:
    """Use the link of the mail: accept the terms, choose the password."""
    page = someone.page
    page.goto(link)
    page.locator("input[type=password]").fill(password)
    terms = page.locator("input[type=checkbox]")
    if terms.count():
        terms.check()
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=status] a[href='/']")).to_be_visible()


def signs_in(someone: Visitor, mailbox: Mailbox, password: str) -> None:
    """By password, then the code that comes by mail."""
    page = someone.page
    someone.go("/")
    page.locator("input[type=email]").fill(mailbox.address)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.locator("input[autocomplete=one-time-code]").fill(mailbox.code())
    page.keyboard.press("Enter")


def signs_out(someone: Visitor) -> None:
    """Leave, as the button on one's own page does."""
    someone.page.context.clear_cookies()


def wants_strong_factors(someone: Visitor, mesh: Mesh) -> None:
    """The company allows an application and passkeys alone from now on."""
    http = someone.page.context.request
    company = http.get(f"{mesh.access.url}/v1/session").json()["companies"][0]["id"]
    answer = http.put(
        f"{mesh.access.url}/v1/companies/{company}/sign-in-policy",
        data={"methods": ["totp", "passkey"]},
        headers={"origin": mesh.access.url, "idempotency-key": fresh("policy")},
    )
    assert answer.ok, answer.text()


def with_a_fingerprint(someone: Visitor) -> CDPSession:
    """Give the browser an authenticator that says yes."""
    chrome = someone.page.context.new_cdp_session(someone.page)
    chrome.send("WebAuthn.enable")
    chrome.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return chrome


def code_of(seed: str) -> str:
    """What the application on the phone shows."""
    return TOTP(seed.replace(" ", "")).now()


def is_there(mesh: Mesh, newcomer: Newcomer, **company: object) -> Mailbox:
    """The same company with its account already active: for tests that are about something else than arriving."""
    mailbox = Mailbox(mesh, newcomer.email)
    given = {
        "legal_name": newcomer.name,
        "country": "FR",
        "vat_id": newcomer.vat_id,
        "legal_id": {"scheme": "0002", "value": newcomer.siren},
        "supplier": True,
        "buyer": False,
        "address": {"line_one": "4 rue du Port", "postal_code": "29000", "city": "Quimper", "country": "FR"},
        "time_zone": "Europe/Paris",
        "language": "fr",
    }
    person = {"name": "Maëlle Kerbrat", "email": newcomer.email, "language": "fr"}
    with mesh.nobody() as nobody:
        headers = {"idempotency-key": fresh("register")}
        body = {"company": given | company, "person": person}
        nobody.ask("POST", "/v1/registrations", json=body, headers=headers)
        token = mailbox.link("/activation#").partition("#")[2]
        terms = nobody.get(f"/v1/activations/{token}")["terms"]
        nobody.ask("POST", f"/v1/activations/{token}", json={"password": newcomer.password, "terms": terms})
    return mailbox


def connected(supplier: Visitor, unit: UUID, buyer: Person) -> None:
    """The supplier asks one unit, whose buyer accepts."""
    url = supplier.url
    asked = supplier.page.context.request.post(
        f"{url}/v1/connections",
        data={"unit_id": str(unit), "message": ""},
        headers={"origin": url, "idempotency-key": fresh("ask")},
    )
    assert asked.ok, asked.text()
    buyer.ask("POST", f"/v1/connections/{asked.json()['id']}/accept", json={"consent": True})
