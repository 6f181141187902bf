"""Identifiers of companies: brought to one form, checked by their check digits (python-stdnum), and made into keys.

Schemes are the ICDs of ISO/IEC 6523, and `VAT` for the number of EN 16931 BT-31 with its country prefix.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from stdnum import ean, get_cc_module
from stdnum.fr import siren, siret
from stdnum.util import isdigits

from contracts.registration import Identifier

VAT: Final = "VAT"
SIREN: Final = "0002"
SIRET: Final = "0009"
DUNS: Final = "0060"
GLN: Final = "0088"
MAX: Final = 100
_SEPARATORS: Final = re.compile(r"[\s.\-]")
_VAT_FORM: Final = re.compile(r"^([A-Z]{2})[0-9A-Z+*]{2,13}$")
_SCHEME: Final = re.compile(r"^[0-9A-Z]{1,10}$")
_ADDRESS_SCHEME: Final = re.compile(r"^(EM|[0-9]{4})$")
_FRENCH_VAT: Final = re.compile(r"^FR[0-9A-Z]{2}([0-9]{9})$")
_CHECKS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    SIREN: ("SIREN", siren.is_valid),
    SIRET: ("SIRET", siret.is_valid),
    DUNS: ("D-U-N-S number", lambda value: len(value) == 9 and isdigits(value)),  # it has no check digit any more
    GLN: ("GLN", lambda value: len(value) == 13 and ean.is_valid(value)),  # the EAN of an article may be shorter
}
_PREFIX_OF_COUNTRY: Final = {"GR": "EL"}  # Council Directive 2006/112/EC, Article 215


class Key(NamedTuple):
    """What makes an account unique: a scheme and a value."""

    scheme: str
    value: str


def plain(value: str) -> str:
    """Without separators, in upper case: the one form that is kept and compared."""
    return _SEPARATORS.sub("", value).upper()


def vat_number(value: str, country: str) -> str:
    """A VAT number with its prefix. Raises ValueError when it is none of this country."""
    number = plain(value)
    form = _VAT_FORM.match(number)
    if form is None or form[1] != _PREFIX_OF_COUNTRY.get(country, country):
        raise ValueError(f"a VAT number of {country} starts with {_PREFIX_OF_COUNTRY.get(country, country)}")
    rules: Any = get_cc_module(country, "vat")
    if rules is not None and not rules.is_valid(number):
        raise ValueError("the check digits do not fit; look at the number again")
    return number


def identifier(scheme: str, value: str) -> Identifier:
    """An identifier in its one form. Raises ValueError when its check digits do not fit."""
    if not _SCHEME.match(scheme):
        raise ValueError("a scheme is an ICD of ISO/IEC 6523, for example 0002 for SIREN")
    kept = plain(value)
    if scheme in _CHECKS:
        name, fits = _CHECKS[scheme]
        if not fits(kept):
            raise ValueError(f"this is no {name}: its length or its check digit does not fit")
    if not kept or len(kept) > MAX:
        raise ValueError(f"an identifier has 1 to {MAX} characters")
    return Identifier(scheme=scheme, value=kept)


def electronic_address(scheme: str, value: str) -> Identifier:
    """A BT-34 / BT-49 with a scheme of the EAS list. Raises ValueError."""
    if not _ADDRESS_SCHEME.match(scheme):
        raise ValueError("the scheme of an electronic address is EM or four digits (EAS)")
    kept = value.strip().lower() if scheme == "EM" else plain(value)
    if not kept or len(kept) > MAX:
        raise ValueError(f"an electronic address has 1 to {MAX} characters")
    return Identifier(scheme=scheme, value=kept)


def account_keys(vat_id: str | None, legal_id: Identifier | None, identifiers: Iterable[Identifier]) -> tuple[Key, ...]:
    """The keys that no two accounts may share: VAT number, number in the companies' register, SIRET.

    A SIREN also stands in a SIRET and in a French VAT number, so one company is found by any of the three.
    """
    keys = [Key(VAT, vat_id)] if vat_id else []
    keys += [Key(legal_id.scheme, legal_id.value)] if legal_id else []
    keys += [Key(each.scheme, each.value) for each in identifiers if each.scheme in (SIREN, SIRET)]
    derived = [Key(SIREN, key.value[:9]) for key in keys if key.scheme == SIRET]
    derived += [Key(SIREN, match[1]) for key in keys if key.scheme == VAT and (match := _FRENCH_VAT.match(key.value))]
    return tuple(dict.fromkeys([*keys, *derived]))


def contradiction(keys: Iterable[Key]) -> str:
    """What is wrong when the keys speak of two companies; "" when they do not."""
    sirens = {key.value for key in keys if key.scheme == SIREN}
    return "SIREN, SIRET and VAT number belong to different companies" if len(sirens) > 1 else ""
