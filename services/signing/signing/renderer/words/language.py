"""One or two languages of a page: labels of both, figures and dates of the first.

Words come as pairs (French, English); a customer's own language has them by the English one (`abroad.csv`). Where it
has none, the first language stands alone; it is English itself where it leads.
"""

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale

from signing.domain.policy import Language
from signing.renderer.words.labels import LABELS

Languages = tuple[Language, ...]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NO_BREAK = "\u00a0"
_UNGROUPED = 3
_MINUS = "\u2212"
_FIGURES = 20_000
_LETTERS = {"el": "\u03b1", "bg": "\u0430"}
_COUNTRIES = 1000
"""More codes than there are countries: what is typed in their place is not remembered without end."""


class Words:
    """Everything that depends on the language. `languages` are one or two; the first decides on figures."""

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self.first: Language = languages[0]
        self._countries = [Locale(language).territories for language in languages]
        self._decimal, self._group = (".", ",") if self.first == "en" else (",", _NO_BREAK)
        self.colon = f"{_NO_BREAK}:" if self.first == "fr" else ":"
        self._names: dict[str, str] = {}
        self._figures: dict[tuple[Decimal, int], str] = {}
        self._labels = {key: self.both(pair) for key, pair in LABELS.items()}
        self._shorts = {key: self.one(pair) for key, pair in LABELS.items()}

    def label(self, key: str) -> str:
        """The label in all languages: `Commande · Purchase order`."""
        return self._labels[key]

    def short(self, key: str) -> str:
        """The label in the first language alone, where room is scarce."""
        return self._shorts[key]

    def second(self, key: str) -> str:
        """The label in the second language, empty when there is none or it is the same word."""
        words = self._all(LABELS[key])
        return words[1] if len(words) > 1 and words[1] != words[0] else ""

    def sentences(self, key: str) -> str:
        """The text in all languages, one a line."""
        return "\n".join(dict.fromkeys(filter(None, self._all(LABELS[key]))))

    def both(self, pair: tuple[str, str]) -> str:
        """A pair (French, English) in all languages of the page."""
        if len(self.languages) == 1:
            return self.one(pair)
        return " · ".join(dict.fromkeys(word for word in self._all(pair) if word))

    def one(self, pair: tuple[str, str]) -> str:
        """A pair in the first language."""
        return _said(pair, self.first) or pair[1]

    def _all(self, pair: tuple[str, str]) -> list[str]:
        return [self.one(pair), *(_said(pair, language) for language in self.languages[1:])]

    def word(self, table: Mapping[str, tuple[str, str]], code: str) -> str:
        """The word of a code in all languages, or the code itself."""
        pair = table.get(code)
        return self.both(pair) if pair else code

    def country(self, code: str) -> str:
        """The name of an ISO 3166-1 country, or the code itself."""
        name = self._names.get(code)
        if name is None:
            name = self._countries[0].get(code, code)
            if len(self._names) < _COUNTRIES:
                self._names[code] = name
        return name

    def day(self, day: date) -> str:
        """20 Nov 2026 in English, 20.11.2026 in the others."""
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if self.first == "en" else f"{day:%d.%m.%Y}"

    def span(self, start: date | None, end: date | None) -> str:
        """A period, open where it has no start or end."""
        return " – ".join(self.day(day) if day else "…" for day in (start, end))

    def figure(self, value: Decimal, decimals: int = 0) -> str:
        """A number as written in the document, grouped, with at least `decimals` places: never rounded."""
        # equal numbers are written alike, however many zeros they came with
        known = self._figures.get((value, decimals))
        if known is None:
            if len(self._figures) >= _FIGURES:
                self._figures.clear()
            known = self._figures[value, decimals] = self._figure(value, decimals)
        return known

    def _figure(self, value: Decimal, decimals: int) -> str:
        written = str(value)
        if "E" in written:
            written = format(value, "f")
        whole, _, fraction = written.lstrip("-").partition(".")
        if len(fraction) > decimals:
            fraction = fraction.rstrip("0")
        if len(fraction) < decimals:
            fraction = fraction.ljust(decimals, "0")
        if len(whole) > _UNGROUPED:
            whole = f"{int(whole):,}".replace(",", self._group)
        text = f"{whole}{self._decimal}{fraction}" if fraction else whole
        return f"{_MINUS}{text}" if value < 0 else text

    def percent(self, value: Decimal) -> str:
        """20% in English, 20 % in the others."""
        return self.figure(value) + ("%" if self.first == "en" else f"{_NO_BREAK}%")


def _said(pair: tuple[str, str], language: Language) -> str:
    french, english = pair
    if language == "fr":
        return french
    return english if language == "en" else abroad()[language].get(english, "")


@cache
def abroad() -> dict[str, dict[str, str]]:
    """By language, the words of the customer's by the English ones."""
    with (Path(__file__).parent / "abroad.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="|"))
    return {language: {row["en"]: row[language] for row in rows} for language in rows[0] if language != "en"}


def letters(languages: Languages) -> str:
    """A letter of each script beyond Latin that words of these languages are written in."""
    return "".join(_LETTERS.get(language, "") for language in languages)


@cache
def words(languages: Languages) -> Words:
    """The words of these languages, made once."""
    return Words(languages)
