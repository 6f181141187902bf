"""How a document's parties are matched with companies: by identifiers, the most specific first, never by name."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from documents.party import Party
from documents.values import Identifier

SIRET: Final = "0009"
GLN: Final = "0088"
SIREN: Final = "0002"
VAT: Final = "VAT"
_SEPARATORS: Final = re.compile(r"[\s.\-]")
_FRENCH_VAT: Final = re.compile(r"^FR[0-9A-Z]{2}([0-9]{9})$")
_MAIL: Final = "EM"


class Key(NamedTuple):
    """One identifier as the directory holds it: an ICD (ISO/IEC 6523) or EAS code, or `VAT`, and the value."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def parse(text: str) -> Key:
    """The key that `str` gave."""
    scheme, _, value = text.partition(":")
    return Key(scheme, value)


def key(scheme: str, value: str) -> Key:
    """A key in the one form that is compared: no separators, upper case; mail addresses in lower case."""
    stripped = value.strip()
    if scheme == _MAIL:
        return Key(scheme, stripped.lower())
    return Key(scheme, _SEPARATORS.sub("", stripped).upper())


def _of(identifiers: Iterable[Identifier | None]) -> Iterable[Key]:
    return (key(found.scheme, found.value) for found in identifiers if found and found.scheme and found.value)


def keys(party: Party) -> tuple[Key, ...]:
    """The keys of a party, the most specific first, each once.

    An establishment comes before its company: SIRET and GLN, then the electronic address, VAT, SIREN, anything else.
    A SIREN is also read out of a SIRET and of a French VAT number.
    """
    given = list(_of((*party.identifiers, party.legal_registration)))
    address = list(_of((party.electronic_address,)))
    vat = [key(VAT, party.vat_identifier)] if party.vat_identifier else []
    derived = [Key(SIREN, found.value[:9]) for found in given if found.scheme == SIRET and len(found.value) == 14]
    derived += [Key(SIREN, match[1]) for found in vat if (match := _FRENCH_VAT.match(found.value))]
    specific = [found for found in given if found.scheme in (SIRET, GLN)]
    siren = [found for found in given if found.scheme == SIREN]
    rest = [found for found in given if found.scheme not in (SIRET, GLN, SIREN)]
    return tuple(dict.fromkeys([*specific, *address, *vat, *siren, *rest, *derived]))
