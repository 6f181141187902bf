"""Mails in both languages, with the link and without any other."""

import pytest

from mesh.mail_links import foreign_link
from registration.mail_texts import links

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
