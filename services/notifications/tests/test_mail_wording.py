"""Mails say the same in French and English, and lead nowhere but to the portal."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from mesh.mail import Mail, Mailer, MailRefused
from mesh.mail_links import unlinked
from notifications.domain.mails import MailKind
from notifications.domain.wording import LANGUAGES, Addressed, amount, write

PORTAL = "https://portal.test"
TO = Addressed(
    company="Menuiserie Durand",
    partner="Société Générale d'Achats & Cie",
    page=f"{PORTAL}/invoices/{uuid4()}",
    settings=f"{PORTAL}/settings/notifications",
)
DATA: dict[str, Any] = {
    "number": "FA-2026-0042",
    "totals": {"currency": "EUR", "net": "1028.75", "vat": "205.75", "gross": "1234.50", "due": "1234.50"},
    "code": "210",
    "reasons": ["QTE_ERR", "X_OUR_OWN"],
    "findings": [
        {"rule": "BR-CO-15", "severity": "fatal"},
        {"rule": "BR-CO-15", "severity": "fatal"},
        {"rule": "NAV-W-1", "severity": "warning"},
    ],
    "due_date": "2026-04-30",
}


def _mailer() -> Mailer:
    return Mailer("127.0.0.1", 1, sender="Navette <no-reply@navette.test>", public_url=PORTAL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(MailKind))
def test_every_kind_is_written_in_every_language_with_nothing_left_open(kind: MailKind, language: str) -> None:
    wording = write(kind, language, DATA, TO)
    for part in (wording.subject, wording.text, wording.html):
        assert part.strip()
        assert "{" not in part
    assert TO.page in wording.text
    assert TO.page in wording.html
    assert TO.settings in wording.text
    mail = Mail(id=new_id(), to="a@example.com", subject=wording.subject, text=wording.text, html=wording.html)
    assert _mailer().message(mail)["Subject"] == wording.subject


def test_a_refusal_names_the_reason_in_the_readers_language() -> None:
    french, english = (write(MailKind.REFUSED, language, DATA, TO) for language in ("fr-FR", "en"))
    assert "Facture FA-2026-0042 : Refusée" in french.subject
    assert "quantité erronée, X_OUR_OWN" in french.text
    assert "Invoice FA-2026-0042: Refused" in english.subject
    assert "wrong quantity, X_OUR_OWN" in english.text


def test_a_failure_names_each_fatal_rule_once_and_no_warning() -> None:
    text = write(MailKind.FAILED, "en", DATA, TO).text
    assert text.count("BR-CO-15") == 1
    assert "NAV-W-1" not in text


def test_other_languages_are_written_in_english() -> None:
    assert write(MailKind.PAID, "de", DATA, TO) == write(MailKind.PAID, "en", DATA, TO)


def test_names_that_people_typed_are_text_and_never_markup_or_a_link() -> None:
    hostile = Addressed(
        company="C",
        partner=unlinked('<a href="https://evil.test">Pay here</a><script>x()</script> https://evil.test'),
        page=TO.page,
        settings=TO.settings,
    )
    wording = write(MailKind.NEW_INVOICE, "fr", DATA, hostile)
    assert "<script>" not in wording.html
    assert "https://evil.test" not in wording.html + wording.text
    mail = Mail(id=new_id(), to="a@example.com", subject=wording.subject, text=wording.text, html=wording.html)
    _mailer().message(mail)


def test_a_number_with_line_breaks_cannot_forge_headers() -> None:
    wording = write(MailKind.PAID, "fr", DATA | {"number": "1\r\nBcc: everybody@example.com"}, TO)
    assert "\n" not in wording.subject
    assert "\r" not in wording.subject
    mail = Mail(id=new_id(), to="a@example.com\r\nBcc: b@example.com", subject="s", text="t", html="<p>t</p>")
    with pytest.raises(MailRefused):
        _mailer().message(mail)


def test_amounts_are_written_as_readers_write_them() -> None:
    assert amount("1234567.5", "EUR", "fr") == "1\u202f234\u202f567,50\u00a0EUR"
    assert amount("1234567.5", "EUR", "en") == "1,234,567.50\u00a0EUR"
    assert amount("-3", "JPY", "en") == "-3\u00a0JPY"
    assert amount("0.125", "TND", "fr") == "0,125\u00a0TND"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_an_amount_keeps_its_value_in_both_languages(value: Decimal) -> None:
    for language, group, decimal in (("fr", "\u202f", ","), ("en", ",", ".")):
        shown = amount(str(value), "EUR", language).removesuffix("\u00a0EUR")
        assert Decimal(shown.replace(group, "").replace(decimal, ".")) == value
