"""Companies that the mesh has not heard of: numbers that check out, the way in, and signing in in each way."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from stdnum import luhn
from stdnum.fr import siren as french

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Nobody, Person

PASSWORD: Final = "une phrase assez longue"
FIELDS: Final = ("name", "vat", "siret", "address", "postcode", "city", "first_name", "last_name", "email")


def new_email() -> str:
    """An address that nobody has yet."""
    return f"{fresh('p').lower()}@stories.navette.example"


def entity(name: str, email: str) -> dict[str, str]:
    """A French company as a line of a partner file, with a number of its own."""
    digits = f"{secrets.randbelow(10**8):08d}"
    number = digits + luhn.calc_check_digit(digits)
    siret = f"{number}0001"
    vat = "FR" + french.to_tva(number).replace(" ", "")
    siret += luhn.calc_check_digit(siret)
    values = (name, vat, siret, "1 rue du Port", "29000", "Quimper", "Maëlle", "Kerbrat", email)
    return dict(zip(FIELDS, values, strict=True))


def company_of(of: dict[str, str]) -> dict[str, Any]:
    """The same company as it registers itself."""
    return {
        "legal_name": of["name"],
        "country": "FR",
        "vat_id": of["vat"],
        "identifiers": [{"scheme": "0009", "value": of["siret"]}],
        "address": {"line_one": of["address"], "country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }


def token_of(mailbox: Mailbox) -> str:
    """What the next link in a mailbox opens."""
    return mailbox.link("/activation").partition("#")[2]


def activated(nobody: Nobody, token: str) -> dict[str, Any]:
    """Use a link: password set, terms accepted."""
    terms = nobody.get("/v1/registrations/terms/current")["version"]
    answer: dict[str, Any] = nobody.ask(
        "POST", f"/v1/activations/{token}", 200, json={"password": PASSWORD, "terms": terms}
    )
    return answer


def registered(mesh: Mesh, mailbox: Mailbox, of: dict[str, str]) -> str:
    """Somebody registers their company and uses the link; returns the company's id."""
    with mesh.nobody() as nobody:
        person = {"email": mailbox.address, "name": "Maëlle Kerbrat"}
        nobody.ask("POST", "/v1/registrations", 202, json={"company": company_of(of), "person": person})
        return str(activated(nobody, token_of(mailbox))["company_id"])


def brought(mesh: Mesh, buyer: Nobody, name: str, unit_id: str) -> tuple[Mailbox, dict[str, str], str]:
    """A supplier whom a buyer's unit asked in and who came: mailbox, line and company id."""
    row = entity(name, new_email())
    bring(buyer, [row], side="supplier", name=name, unit_id=unit_id)
    mailbox = Mailbox(mesh, row["email"])
    with mesh.nobody() as nobody:
        return mailbox, row, str(activated(nobody, token_of(mailbox))["company_id"])


def begin(person: Nobody, email: str) -> dict[str, Any]:
    """The password's half of a sign-in: its challenge and the ways on."""
    begun: dict[str, Any] = person.ask("POST", "/v1/session", 202, json={"email": email, "password": PASSWORD})
    return begun


def prove(person: Nobody, begun: dict[str, Any], method: str, **proof: Any) -> None:
    """The other half."""
    body = {"challenge": begun["challenge"], "method": method} | proof
    person.ask("POST", "/v1/session/second-factor", 201, json=body)


def prove_by_code(person: Nobody, begun: dict[str, Any], method: str, mailbox: Mailbox) -> None:
    """The other half, with the code that was sent to a mailbox."""
    person.ask("POST", "/v1/session/code", 202, json={"challenge": begun["challenge"], "method": method})
    prove(person, begun, method, code=mailbox.code())


@contextmanager
def signed_in(mesh: Mesh, mailbox: Mailbox) -> Generator[Person]:
    """With the password, then the code of the mail."""
    person = Person(mesh.access, mailbox.address, PASSWORD)
    try:
        prove_by_code(person, begin(person, mailbox.address), "email", mailbox)
        yield person
    finally:
        person.http.close()


def bring(person: Nobody, rows: list[dict[str, str]], **query: str) -> dict[str, Any]:
    """Bring the companies of a file; returns the campaign."""
    body = "\r\n".join([";".join(FIELDS), *(";".join(row.values()) for row in rows)]).encode()
    answer: dict[str, Any] = person.ask(
        "POST", "/v1/invitations/files", 201, params=query, content=body, headers={"content-type": "text/csv"}
    )
    return answer
