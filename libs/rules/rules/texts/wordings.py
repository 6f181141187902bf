"""Official rules that are worded alike share a text: hundreds forbid an element, or demand one, each in one sentence.

A rule that is worded like no other is quoted, after a line in the reader's language; three thousand ids are covered so.
"""

import re
from typing import Final, Literal

Language = Literal["fr", "en"]
_MUST: Final = r"(?:should|shall|must)"
_ALIKE: Final[tuple[tuple[str, str], ...]] = (
    ("NAV-WORDING-UNKNOWN-ELEMENT", r"elements not part of the data model"),
    ("NAV-WORDING-REMOVE", rf"{_MUST} not (?:include|contain) (?:the |an? )?(?P<thing>[^.,]+)\.?$"),
    ("NAV-WORDING-REMOVE", rf"^(?P<thing>\S[^.,]*?) ?{_MUST} not be (?:present|used)\b[^,]*$"),
    ("NAV-WORDING-ATTRIBUTE", r"^Attribute '(?P<thing>[^']+)' must be present"),
    ("NAV-WORDING-ONCE", rf"^(?P<thing>[^,]+?) {_MUST} (?:occur|exist) (?:a )?(?:at most|maximum|exactly) once"),
    ("NAV-WORDING-ONCE", rf"{_MUST} (?:have|contain) maximum one (?P<thing>[^,]+?)\.?$"),
    ("NAV-WORDING-ONCE", r"^Only one (?P<thing>[^,]+?) (?:should|shall|is|must)\b"),
    ("NAV-WORDING-CODES", r"^Value must be part of code list '(?P<thing>[^']+)'"),
    (
        "NAV-WORDING-CODES",
        rf"{_MUST} (?:be coded using|belong to) (?:one of |a restriction of )?(?:the )?(?P<thing>.+?)\.?$",
    ),
    ("NAV-WORDING-NEGATIVE", rf"^(?P<thing>[^,]+?) {_MUST} not be negative"),
    ("NAV-WORDING-FORMAT", rf"^(?P<thing>[^,]+?) {_MUST} be stated in the correct format"),
    ("NAV-WORDING-GIVE", rf"^(?:Element )?'?(?P<thing>[^',]+)'? {_MUST} be provided"),
    (
        "NAV-WORDING-GIVE",
        rf"^(?:Each|An?|The) .+? {_MUST} (?:have|contain|provide) (?:an? |the )?(?P<thing>[^,]+?)\.?$",
    ),
)
_PATTERNS: Final = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _ALIKE)
_FRENCH: Final = re.compile(
    r"\b(?:doit|doivent|est|sont|lorsque|écart|obligatoire|être|peut|dépasse|Veuillez)\b", re.IGNORECASE
)
_GERMAN: Final = re.compile(r"\b(?:muss|müssen|soll|sollte|ist|wenn|werden|darf)\b", re.IGNORECASE)


def wording_of(official: str) -> tuple[str, str]:
    """The text of ours that fits how a rule is worded, and the thing that it names; ("", "") where none fits."""
    for name, pattern in _PATTERNS:
        if match := pattern.search(official):
            return name, match.groupdict().get("thing", "").strip()
    return "", ""


def is_in(language: Language, official: str) -> bool:
    """Whether an official text is in the reader's language; they are in English, French or German."""
    if _FRENCH.search(official):
        return language == "fr"
    return language == "en" and not _GERMAN.search(official)
