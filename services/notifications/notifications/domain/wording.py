"""Mails in the language of their reader. The words are in `texts/`; what goes into them are codes and parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from contracts.money import minor_units
from contracts.status import label
from notifications.domain.mails import MailKind

LANGUAGES: Final = ("fr", "en")
_MAX_RULES: Final = 5
_STYLE: Final = "font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#1b1f24;max-width:36em"
_BUTTON: Final = (
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4e5f;color:#ffffff;text-decoration:none"
)


@dataclass(frozen=True)
class Addressed:
    """Whom a mail is for and where it leads. Names are as people typed them, with no address left in them."""

    company: str
    partner: str | None
    page: str
    """The portal's page that it is about."""
    settings: str
    """The portal's page with the reader's preferences."""


@dataclass(frozen=True)
class Wording:
    """A mail's words: a subject, a text, and the same as HTML."""

    subject: str
    text: str
    html: str


def write(kind: MailKind, language: str, data: Mapping[str, Any], to: Addressed) -> Wording:
    """A mail about an item; `data` is the item's. French for `fr…`, English otherwise."""
    words = _words("fr" if language.startswith("fr") else "en")
    text = words["kinds"][kind.value]
    values = _values(words, language, data, to)
    lines: list[str] = [line.format_map(values) for line in text["lines"]]
    lines += _particulars(words, data)
    footer: str = words["footer"].format_map(values)
    plain = [
        words["greeting"],
        *lines,
        f"{text['action']}: {to.page}",
        "-- ",
        footer,
        f"{words['settings']}: {to.settings}",
    ]
    return Wording(
        subject=" ".join(text["subject"].format_map(values).split()),
        text="\n\n".join(plain) + "\n",
        html=_html(words, language, lines, footer, text["action"], to),
    )


def amount(value: str, currency: str, language: str) -> str:
    """An amount as people read it: `1 234,50 EUR` in French, `1,234.50 EUR` in English."""
    marks = _words("fr" if language.startswith("fr") else "en")["amount"]
    number = format(Decimal(value), f",.{minor_units(currency)}f")
    return number.replace(",", "\0").replace(".", marks["decimal"]).replace("\0", marks["group"]) + f"\u00a0{currency}"


@cache
def _words(language: str) -> dict[str, Any]:
    return json.loads(files("notifications").joinpath("texts", f"{language}.json").read_text(encoding="utf-8"))


def _values(words: Mapping[str, Any], language: str, data: Mapping[str, Any], to: Addressed) -> dict[str, str]:
    totals = data.get("totals")
    return {
        "number": str(data.get("number", "")),
        "partner": to.partner or words["unknown_partner"],
        "company": to.company,
        "issued": str(data.get("issue_date", "")),
        "ready": str(data.get("ready_on", "")),
        "rule": str(data.get("rule", "")),
        "version": str(data.get("rulebook_version", "")),
        "amount": amount(totals["gross"], totals["currency"], language) if totals else "",
        "status": label(data["code"], language) if "code" in data else "",
    }


def _particulars(words: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    if reasons := data.get("reasons"):
        lines.append(words["reasons"].format(reasons=", ".join(words["codes"].get(code, code) for code in reasons)))
    if findings := data.get("findings"):
        rules = list(dict.fromkeys(finding["rule"] for finding in findings if finding["severity"] == "fatal"))
        more = ["…"] if len(rules) > _MAX_RULES else []
        if rules:
            lines.append(words["rules"].format(rules=", ".join(rules[:_MAX_RULES] + more)))
    if due := data.get("due_date"):
        # ISO 8601 as it stands: French and English readers read it alike.
        lines.append(words["due"].format(due_date=due))
    return lines


def _html(words: Mapping[str, Any], language: str, lines: list[str], footer: str, action: str, to: Addressed) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in [words["greeting"], *lines])
    return (
        f'<!doctype html><html lang="{"fr" if language.startswith("fr") else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"></head><body style="{_STYLE}">{paragraphs}'
        f'<p><a href="{escape(to.page)}" style="{_BUTTON}">{escape(action)}</a></p>'
        f'<p style="font-size:13px;color:#555c66">{escape(footer)}<br>'
        f'<a href="{escape(to.settings)}">{escape(words["settings"])}</a></p></body></html>'
    )
