"""Mails in both languages, with the link and without any other."""

import pytest

from mesh.mail_links import foreign_link
from registration.mail_texts import letter, links, ready

LINK = "https://portal.test/activation#token"


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("occasion", ["registration", "registration_known", "invitation", "invitation_known"])
def test_a_mail_names_the_company_and_leads_to_the_portal_only(language: str, occasion: links.Occasion) -> None:
    company = "Kœnig <b>& Fils</b> http://evil.example/\r\nbcc: x {0}"
    written = links.written(occasion, language, person="Élise", company=company, link=LINK)
    assert LINK in written.text
    assert "http://evil.example" not in written.text + written.html + written.subject
    assert "<b>" not in written.html
    assert "\n" not in written.subject
    assert foreign_link("https://portal.test", written.text, written.html) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_notice_of_readiness_is_found_by_one_subject_in_both_languages(language: str) -> None:
    said = {"partner": "Kœnig", "person": "Élise", "unit": "Achats", "day": "2026-03-02", "contact": "a@b.example"}
    written = letter.written(ready.NOTICE, language, link=LINK, instructions="", **said)
    assert written.subject.startswith("RTT – Prêt à la transaction")
