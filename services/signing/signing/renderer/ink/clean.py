"""Brings texts into the form that the cut faces can print."""

import dataclasses
import unicodedata
from typing import TypeVar, cast

from signing.renderer.ink.faces import Family
from signing.renderer.page import Page

T = TypeVar("T")


class BeyondFaces(Exception):
    """Characters that the cut faces don't have, not even in a compatible form."""

    def __init__(self, characters: set[str]) -> None:
        super().__init__("".join(sorted(characters)))


def cleaned(page: Page, characters: frozenset[str], family: Family) -> Page:
    """The page with texts of these characters as the family prints them: composed (NFC), single ones compatible (NFKC).

    Raises BeyondFaces: another renderer must print it.
    """
    return page if characters <= family.characters else _mapped(page, family)


def _mapped(value: T, family: Family) -> T:
    if isinstance(value, str):
        return cast(T, _text(value, family))
    if isinstance(value, tuple):
        return cast(T, tuple(_mapped(member, family) for member in cast(tuple[object, ...], value)))
    if isinstance(value, dict):
        return cast(T, {key: _mapped(member, family) for key, member in cast(dict[str, object], value).items()})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _mapped(getattr(value, name), family) for name in names})
    return value


def _text(text: str, family: Family) -> str:
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    missing: set[str] = set()
    for character in set(family.others.findall(composed)):
        other = "" if unicodedata.category(character) == "Cf" else unicodedata.normalize("NFKC", character)
        if family.others.search(other):
            missing.add(character)
        composed = composed.replace(character, other)
    if missing:
        raise BeyondFaces(missing)
    return composed
