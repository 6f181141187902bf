"""Names that are made to be taken for others are refused wherever somebody gives one."""

import pytest
from pydantic import ValidationError

from registration.api import shapes
from registration.api.shapes import one_line
from registration.domain import homographs, mail_address
from registration.domain.company import Company
from registration.domain.partner_rows import Flaw, Row, entity
from registration.mail_texts import support
from registration.mail_texts.letter import written

LOOKS_LIKE = ("GROUPE \u0415XCO", "Brasseries du \u0420hin", "\u0391teliers Koenig")
"""With a Cyrillic Ie, a Cyrillic Er, a Greek Alpha."""
UNSEEN = ("Brasseries\u200b du Rhin", "Rhin \u202exe.fdp", "Rhin\u2066", "Rhin\u00ad SA", "Rhin\x00")


@pytest.mark.parametrize("name", [*LOOKS_LIKE, *UNSEEN])
def test_what_looks_like_another_name_is_refused(name: str) -> None:
    content = {"country": "FR", "address": {"country": "FR"}, "time_zone": "Europe/Paris"}
    with pytest.raises(ValidationError, match="legal_name"):
        Company.model_validate(content | {"legal_name": name})
    with pytest.raises(ValueError, match=r"name|word"):
        one_line(name)
    flaws = entity(Row(name=name), supplier=True, issuer="x")
    assert Flaw("name", "HOMOGRAPH") in flaws if isinstance(flaws, list) else False


@pytest.mark.parametrize(
    "name",
    [
        "Ateliers Kœnig & Fils SARL",
        "ЗАО Рога и копыта",
        "Αθήνα ΑΕ",
        "3M — Ω Industries",
        "株式会社 日立",
        "L’Écluse n° 5",
    ],
)
def test_names_of_one_script_a_word_are_fine(name: str) -> None:
    assert homographs.checked(name) == name


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\nX",
        "аnne@weber.example",
        "a@wеber.example",
        "a b@c.example",
        "<a@b.fr>",
    ],
)
def test_a_mail_address_holds_neither_headers_nor_letters_of_other_scripts(address: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        mail_address.checked(address)


def test_what_people_type_makes_no_header_and_no_link_of_a_mail() -> None:
    typed = "Paul\r\nBcc: everybody@example.com\r\n\r\nhttps://evil.example/login"
    letter = written(
        support.ACCESS_ASKED,
        "fr",
        link="https://portal.test/x",
        name=typed,
        email="p@x.example",
        company="Rhin",
        message=typed,
        person="Anne",
    )
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "https://evil.example" not in letter.html
    assert letter.html.count("href=") == 1


@pytest.mark.parametrize("name", ["Paul\r\nBcc: x@y.example", "Paul\n", "Pa\x00ul", " \t ", "Paul\x7f"])
def test_a_name_is_one_line_and_says_so(name: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        shapes.one_line(name)


def test_spaces_around_and_doubled_are_no_flaw_of_a_name() -> None:
    assert shapes.one_line("  Paul \t  Roy ") == "Paul Roy"
