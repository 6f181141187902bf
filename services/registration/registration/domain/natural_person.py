"""Numbers that name a natural person: the state's, checked by country (python-stdnum), or an issuer's customer number.

The state's number is personal data: it finds the person's account and nothing else. No search, fact, log or partner has
it, and whoever recognises it sees its last two characters.
"""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from registration.domain.identifiers import Key

MAX: Final = 40
_NATIONAL: Final = "person:"
_CUSTOMER: Final = "customer:"
_SHOWN: Final = 2
NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "AT": ("vnr",),
    "BE": ("ssn",),
    "BG": ("egn", "pnf"),
    "CA": ("sin",),
    "CH": ("ssn",),
    "CZ": ("rc",),
    "DE": ("idnr",),
    "DK": ("cpr",),
    "EE": ("ik",),
    "ES": ("dni", "nie"),
    "FI": ("hetu",),
    "FR": ("nif", "nir"),
    "GR": ("amka",),
    "HR": ("oib",),
    "IE": ("pps",),
    "IT": ("codicefiscale",),
    "LI": ("peid",),
    "LT": ("asmens",),
    "NL": ("bsn",),
    "NO": ("fodselsnummer",),
    "PL": ("pesel",),
    "PT": ("cc",),
    "RO": ("cnp",),
    "SE": ("personnummer",),
    "SI": ("emso",),
    "SK": ("rc",),
    "US": ("ssn", "itin"),
}
"""Modules of python-stdnum, by the country of the person's address; France: numéro fiscal, NIR. Elsewhere nothing can
be checked, and a customer number is the way."""
_OF_A_COMPANY: Final = {"IT": 11}
"""Length of what the same module takes of companies."""


class CustomerNumber(BaseModel):
    """The number of somebody in an issuer's books; `issuer` is the issuer's own number, its VAT number if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(min_length=1, max_length=MAX)
    number: str = Field(min_length=1, max_length=60)

    @property
    def key(self) -> Key:
        """What finds the account."""
        return Key(_CUSTOMER + self.issuer, self.number)


def national_number(value: str, country: str) -> str:
    """A national number in its one form. Raises ValueError: it is none, or none is checked for this country."""
    modules = NUMBERS.get(country)
    if modules is None:
        raise ValueError(f"no national number of {country} can be checked here; give a customer number")
    for module in modules:
        rules: Any = get_cc_module(country, module)
        try:
            number: str = rules.validate(value)
        except ValidationError:
            continue
        if len(number) != _OF_A_COMPANY.get(country):
            return _with_century(number, rules) if country == "SE" else number
    raise ValueError("this is no national number: its length or its check digits do not fit")


def _with_century(number: str, rules: Any) -> str:
    """Ten digits and a sign that changes at a hundred years, or twelve: one person has one number."""
    return f"{rules.get_birth_date(number):%Y%m%d}{number[-4:]}"


def key(number: str, country: str) -> Key:
    """What finds the account of a national number."""
    return Key(_NATIONAL + country, number)


def public(keys: Iterable[Key]) -> list[Key]:
    """The keys that anybody may look up: whether a person has an account is told behind the person's own link alone."""
    return [each for each in keys if not each.scheme.startswith((_NATIONAL, _CUSTOMER))]


def masked(number: str) -> str:
    """For whoever has to recognise it: how long it is stays unsaid too."""
    return f"••••••{number[-_SHOWN:]}" if number else ""


def shown(scheme: str, value: str) -> str:
    """The value of a key as those see it who are not the person."""
    return masked(value) if scheme.startswith(_NATIONAL) else value
