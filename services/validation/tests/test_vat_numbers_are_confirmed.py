"""VAT numbers of trade within the Union are confirmed by VIES; where it is out of reach nothing passes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.faults import Finding, Severity
from documents.invoice import Invoice
from mesh.errors import ResourceDown
from mesh.vies import Vies
from rules.texts import text_of
from validation.confirming import VatNumbers
from validation.domain.rule_examples import sample
from validation.domain.vat_numbers import asked_about
from validation.vat_registers import FileVatRegister, Remembering, ViesRegister

Answer = Callable[[httpx.Request], httpx.Response]
SELLER, BUYER = "FR44732829320", "DE136695976"
YES = {"isValid": True, "userError": "VALID"}
NO = {"isValid": False, "userError": "INVALID"}


def vies(answer: Answer) -> ViesRegister:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return ViesRegister(Vies(client, "https://vies.test/rest-api/"))


def invoice(seller: str | None = SELLER, buyer: str | None = BUYER, **changes: Any) -> Invoice:
    content = sample()
    sides = {name: content[name] | {"vat_identifier": of} for name, of in (("seller", seller), ("buyer", buyer))}
    return Invoice.model_validate(content | sides | changes)


class Register:
    """Numbers and what is said of them; None: nobody answers."""

    def __init__(self, **answers: bool | None) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def knows(self, number: str) -> bool:
        self.asked.append(number)
        answer = self.answers.get(number, True)
        if answer is None:
            raise ResourceDown(f"vies {number[:2]}", "answers MS_UNAVAILABLE")
        return answer


@pytest.mark.parametrize(
    ("seller", "buyer", "asked"),
    [
        (SELLER, BUYER, [("BT-31", SELLER), ("BT-48", BUYER)]),
        (SELLER, "XI123456789", [("BT-31", SELLER), ("BT-48", "XI123456789")]),
        (SELLER, "FR39712345602", []),
        (SELLER, "CHE123456788", []),
        (SELLER, None, []),
        (None, BUYER, []),
    ],
)
def test_the_numbers_of_two_member_states_are_asked_about(
    seller: str | None, buyer: str | None, asked: list[tuple[str, str]]
) -> None:
    assert [(named.term, named.number) for named in asked_about(invoice(seller, buyer))] == asked


def test_the_number_of_a_tax_representative_stands_for_the_sellers() -> None:
    address = sample()["seller"]["address"]
    representative = {"name": "R", "vat_identifier": "BE0403170701", "address": address}
    named = asked_about(invoice("DE136695976", "FR44732829320", tax_representative=representative))
    assert [each.term for each in named] == ["BT-63", "BT-48"]


@pytest.mark.parametrize(("content", "valid"), [(YES, True), (NO, False)])
async def test_a_plain_answer_of_vies_is_one(content: Any, valid: bool) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=content)

    assert await vies(answer).knows(BUYER) is valid
    assert asked == ["/rest-api/ms/DE/vat/136695976"]


def _refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away", request=request)


def _silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("silent", request=request)


AWAY: list[Answer] = [
    _refused,
    _silent,
    lambda _: httpx.Response(429),
    lambda _: httpx.Response(503),
    lambda _: httpx.Response(301, headers={"location": "https://elsewhere.test"}),
    lambda _: httpx.Response(200, text="<html>maintenance</html>"),
    lambda _: httpx.Response(200, json=["VALID"]),
    lambda _: httpx.Response(200, json={"isValid": True}),
    lambda _: httpx.Response(200, json={"isValid": True, "userError": "TIMEOUT"}),
    lambda _: httpx.Response(200, json={"isValid": False, "userError": "MS_UNAVAILABLE"}),
    lambda _: httpx.Response(200, content=b'"' + b"x" * 100_000 + b'"'),
]


@pytest.mark.parametrize("answer", AWAY)
async def test_whatever_else_it_answers_is_never_a_yes_nor_a_no(answer: Answer) -> None:
    with pytest.raises(ResourceDown, match="vies DE"):
        await vies(answer).knows(BUYER)


async def test_a_member_state_that_is_away_does_not_hold_up_the_others() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=YES) if "/FR/" in request.url.path else httpx.Response(503)

    register = vies(answer)
    for _ in range(3):
        with pytest.raises(ResourceDown, match="answers 503"):
            await register.knows(BUYER)
    with pytest.raises(ResourceDown, match="left alone"):
        await register.knows(BUYER)
    assert await register.knows(SELLER)
    assert len(asked) == 4


async def test_before_it_leaves_an_outage_makes_the_invoice_wait_and_a_no_makes_it_fail() -> None:
    away = VatNumbers(Register(**{BUYER: None}))
    with pytest.raises(ResourceDown, match="vies DE: answers MS_UNAVAILABLE"):
        await away.before_it_leaves(invoice(), [])

    unknown = await VatNumbers(Register(**{BUYER: False})).before_it_leaves(invoice(), [])
    assert [(each.rule, each.stops, each.pointer) for each in unknown] == [
        ("NAV-VAT-02", True, "/buyer/vat_identifier")
    ]
    assert await VatNumbers(Register()).before_it_leaves(invoice(), []) == []


async def test_what_fails_anyway_waits_for_nobody() -> None:
    register = Register(**{BUYER: None})
    fatal = Finding(rule="BR-CO-15", severity=Severity.FATAL)
    assert await VatNumbers(register).before_it_leaves(invoice(), [fatal]) == []
    assert register.asked == []


async def test_as_one_types_an_outage_is_red_with_the_reason() -> None:
    found = await VatNumbers(Register(**{BUYER: None})).as_one_types(invoice(), [])
    assert [(each.rule, each.stops, each.fixed_by.value) for each in found] == [("NAV-VAT-03", True, "platform")]
    assert "VIES" in text_of(found[0], "fr")
    assert "DE" in text_of(found[0], "en")


async def test_a_number_that_cannot_be_one_is_no_question_and_without_a_register_none_is_asked() -> None:
    register = Register()
    await VatNumbers(register).as_one_types(invoice(buyer="DE136695977"), [])
    assert register.asked == [SELLER]
    assert await VatNumbers(None).as_one_types(invoice(), []) == []


async def test_a_yes_is_kept_for_a_day_a_no_for_minutes_and_an_outage_not_at_all() -> None:
    now = 0.0
    told: list[str] = []
    register = Register(**{BUYER: None, "BE0403170701": False})
    remembering = Remembering(register, told.append, clock=lambda: now)
    for at in (0, 601, 86_401):
        now = float(at)
        assert await remembering.knows(SELLER)
        assert not await remembering.knows("BE0403170701")
        with pytest.raises(ResourceDown):
            await remembering.knows(BUYER)
    assert [register.asked.count(number) for number in (SELLER, "BE0403170701", BUYER)] == [2, 3, 3]
    assert (told.count("valid"), told.count("invalid"), told.count("away")) == (2, 3, 3)


async def test_a_file_answers_in_development(tmp_path: Path) -> None:
    file = tmp_path / "vat-register.json"
    register = FileVatRegister(file)
    assert await register.knows(BUYER)
    file.write_text('{"DE136695976": "invalid"}')
    assert not await register.knows(BUYER)
    file.write_text('{"DE136695976": "away"}')
    with pytest.raises(ResourceDown):
        await register.knows(BUYER)
