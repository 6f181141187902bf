"""Partners in a CSV file, one line an entity: read line by line, each flaw by line, field and reason.

The separator is a semicolon or a comma, as the header shows; columns come in any order. A cell that a spreadsheet would
run (`=`, `+`, `-`, `@`, tab first) is refused, so that nobody's export runs it later (CWE-1236).
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registration.domain import homographs, identifiers, mail_address, natural_person
from registration.domain.company import Company
from registration.domain.identifiers import SIREN, SIRET, VAT, Key

MAX_LINES: Final = 50_000
MAX_LINE: Final = 4_000
REQUIRED: Final = (
    "name",
    "vat",
    "siret",
    "address",
    "postcode",
    "city",
    "first_name",
    "last_name",
    "email",
)
OPTIONAL: Final = ("kind", "country", "language", "customer_number", "national_number")
HAS_ACCOUNT: Final = "HAS_ACCOUNT"
"""Told of a line that went in: the entity is in the network, and its own people are asked."""
_NAMES: Final = ("name", "first_name", "last_name", "city")
_RUN: Final = ("=", "+", "-", "@", "\t")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OF_KIND: Final = {"association": ("vat",), "person": ("vat", "siret")}
"""What is not asked of whom: an association has no VAT number; a person has a national number, or a customer number
alone. A company abroad has no SIRET."""


class Row(BaseModel):
    """One entity as it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(max_length=200)] = ""
    vat: Annotated[str, Field(max_length=40)] = ""
    siret: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    postcode: Annotated[str, Field(max_length=20)] = ""
    city: Annotated[str, Field(max_length=200)] = ""
    first_name: Annotated[str, Field(max_length=60)] = ""
    last_name: Annotated[str, Field(max_length=60)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    kind: Literal["company", "association", "person"] = "company"
    country: Annotated[str, Field(max_length=2)] = "FR"
    language: Literal["fr", "en"] = "fr"
    customer_number: Annotated[str, Field(max_length=60)] = ""
    national_number: Annotated[str, Field(max_length=natural_person.MAX)] = ""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a field; `reason` is a stable code."""

    field: str
    reason: str


@dataclass(frozen=True)
class Entity:
    """A valid line: the company to be, the key it is brought under, and whom to write to."""

    company: Company
    key: Key
    contact: str
    email: str
    language: str

    @property
    def keys(self) -> tuple[Key, ...]:
        """All that an account of the company may be found by."""
        return tuple(dict.fromkeys([self.key, *self.company.account_keys()]))


def entity(row: Row, *, supplier: bool, issuer: str) -> Entity | list[Flaw]:
    """The entity of a row, or everything that is wrong with it. `issuer` is the number of whose customer number it is.

    A person who has neither number is `NUMBER_NEEDED`; a national number of a country whose numbers nobody can check
    here is `NOT_CHECKED`.
    """
    skipped = _OF_KIND.get(row.kind, ()) if row.kind != "company" or row.country == "FR" else ("siret",)
    flaws = [Flaw(name, "MISSING") for name in REQUIRED if name not in skipped and not getattr(row, name).strip()]
    national, customer = row.national_number.strip(), row.customer_number.strip()
    if row.kind == "person" and not (national or customer):
        flaws.append(Flaw("national_number", "NUMBER_NEEDED"))
    if row.kind == "person" and national and row.country not in natural_person.NUMBERS:
        flaws.append(Flaw("national_number", "NOT_CHECKED"))
    flaws += [Flaw(name, "FORMULA") for name, value in row if isinstance(value, str) and value.startswith(_RUN)]
    flaws += [Flaw(name, "HOMOGRAPH") for name in _NAMES if homographs.refused(getattr(row, name))]
    try:
        email = mail_address.checked(row.email)
    except ValueError:
        email = ""
        flaws += [] if any(flaw.field == "email" for flaw in flaws) else [Flaw("email", "NO_ADDRESS")]
    flawed = {flaw.field for flaw in flaws}
    flaws += [Flaw(name, "NOT_VALID") for name, value in row if name not in flawed and _CONTROLS.search(value)]
    company = None if flaws else _company(row, supplier, issuer, flaws)
    if flaws or company is None:
        return flaws
    return Entity(company, _key(company), f"{row.first_name} {row.last_name}".strip(), email, row.language)


def _company(row: Row, supplier: bool, issuer: str, flaws: list[Flaw]) -> Company | None:
    siret, customer = identifiers.plain(row.siret), row.customer_number.strip()
    number = {"scheme": SIREN, "value": siret[:9]} if siret and row.country == "FR" else None
    content: dict[str, Any] = {
        "legal_name": row.name,
        "kind": row.kind,
        "country": row.country,
        "vat_id": row.vat or None,
        "legal_id": number,
        "identifiers": [{"scheme": SIRET, "value": siret}] if siret else [],
        "national_number": row.national_number,
        "customer_number": {"issuer": issuer, "number": customer} if customer and row.kind == "person" else None,
        "address": {
            "line_one": row.address,
            "postal_code": row.postcode,
            "city": row.city,
            "country": row.country,
        },
        "time_zone": "Europe/Paris",
        "language": row.language,
        "supplier": supplier,
        "buyer": not supplier,
    }
    try:
        company = Company.model_validate(content)
    except ValidationError as error:
        names = {"vat_id": "vat", "legal_id": "siret", "identifiers": "siret", "legal_name": "name"}
        for each in error.errors():
            place = str(each["loc"][0]) if each["loc"] else "vat"
            flaws.append(Flaw(names.get(place, place), "NOT_VALID"))
        return None
    if not company.account_keys():  # separators alone
        flaws.append(Flaw("siret" if row.kind == "association" else "vat", "NOT_VALID"))
    return company


def _key(company: Company) -> Key:
    keys = company.account_keys()
    for scheme in (SIRET, VAT):
        for key in keys:
            if key.scheme == scheme:
                return key
    return keys[0]


def rows(lines: Iterable[str]) -> Iterator[tuple[int, Row | list[Flaw]]]:
    """Each line after the header with its number.

    Raises ValueError for a header that is none of ours, and for what is no CSV: a carriage return inside a line, a
    quote that is not closed.
    """
    lines = iter(lines)
    header = next(lines, "").lstrip("\ufeff").strip()
    separator = ";" if header.count(";") >= header.count(",") else ","
    names = [name.strip().lower() for name in header.split(separator)]
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        raise ValueError(
            f"missing columns: {', '.join(missing) or '—'}; unknown ones: {', '.join(unknown)[:200] or '—'}"
        )
    number = 1
    for cells in _cells(lines, separator):
        number += 1
        if number > MAX_LINES + 1:
            raise ValueError(f"a file has at most {MAX_LINES} lines")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            yield number, [Flaw("line", "CELLS")]
            continue
        content = {name: cell.strip(" ") for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            yield number, Row.model_validate(content)
        except ValidationError as error:
            yield number, [Flaw(str(each["loc"][0]), "NOT_VALID") for each in error.errors()]


def _cells(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error as error:
        raise ValueError(f"it is no CSV: {error}") from None
