"""Public registers: what their answers mean, and that one which does not answer never counts as a yes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mesh.vies import Vies
from registration.domain.identifiers import SIREN, SIRET, VAT, Key
from registration.domain.register import UNCHECKED, Entry
from registration.registers import FileRegister, Registers, Sirene, ViesRegister

Answer = Callable[[httpx.Request], httpx.Response]
PLACE = Key(SIRET, "80234567800014")
NUMBER = Key(VAT, "FR88802345678")


def _client(answer: Answer) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def _sirene(answer: Answer) -> Sirene:
    return Sirene(_client(answer), "https://sirene.test/3.11/", "the-key")


def _vies(answer: Answer) -> ViesRegister:
    return ViesRegister(Vies(_client(answer), "https://vies.test/rest-api"))


def _place(state: str = "A", **unit: Any) -> dict[str, Any]:
    return {
        "etablissement": {
            "siret": PLACE.value,
            "uniteLegale": {"denominationUniteLegale": "ATELIERS KOENIG"} | unit,
            "adresseEtablissement": {
                "numeroVoieEtablissement": "12",
                "typeVoieEtablissement": "RUE",
                "libelleVoieEtablissement": "DE L'EGLISE",
                "codePostalEtablissement": "67000",
                "libelleCommuneEtablissement": "STRASBOURG",
            },
            "periodesEtablissement": [{"etatAdministratifEtablissement": state}],
        }
    }


async def test_an_establishment_is_found_with_its_address_by_the_key_of_the_installation() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=_place())

    found = await _sirene(answer).look(PLACE)
    assert found == Entry("found", "sirene", "ATELIERS KOENIG", "12 RUE DE L'EGLISE", "67000", "STRASBOURG")
    assert str(asked[0].url) == "https://sirene.test/3.11/siret/80234567800014"
    assert asked[0].headers["x-insee-api-key-integration"] == "the-key"


async def test_what_has_closed_is_said_to_have_closed_and_a_trader_has_their_own_name() -> None:
    person = {"denominationUniteLegale": None, "prenom1UniteLegale": "ANNE", "nomUniteLegale": "WEBER"}
    found = await _sirene(lambda _: httpx.Response(200, json=_place("F", **person))).look(PLACE)
    assert (found.state, found.legal_name) == ("closed", "ANNE WEBER")
    unit = {"uniteLegale": {"periodesUniteLegale": [{"etatAdministratifUniteLegale": "C", "nomUniteLegale": "ROY"}]}}
    assert (await _sirene(lambda _: httpx.Response(200, json=unit)).look(Key(SIREN, "802345678"))).state == "closed"


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({"isValid": True, "userError": "VALID", "name": "SARL KOENIG"}, "found"),
        ({"isValid": False, "userError": "INVALID", "name": "---"}, "unknown"),
        ({"isValid": False, "userError": "MS_UNAVAILABLE"}, "unreachable"),
        ({"isValid": True, "userError": "TIMEOUT"}, "unreachable"),
        ({"isValid": True}, "unreachable"),
        (["VALID"], "unreachable"),
    ],
)
async def test_only_a_plain_yes_of_vies_is_a_yes(content: Any, state: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=content)

    found = await _vies(answer).look(NUMBER)
    assert (found.state, asked) == (state, ["/rest-api/ms/FR/vat/88802345678"])


def _raises(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("away", request=request)

    return answer


AWAY: dict[str, Answer] = {
    "no connection": _raises(httpx.ConnectError),
    "no answer in time": _raises(httpx.ReadTimeout),
    "too many questions": lambda _: httpx.Response(429),
    "a failure": lambda _: httpx.Response(503),
    "a wrong key": lambda _: httpx.Response(401),
    "elsewhere": lambda _: httpx.Response(301, headers={"location": "https://elsewhere.test"}),
    "no JSON": lambda _: httpx.Response(200, text="<html>maintenance</html>"),
    "other JSON": lambda _: httpx.Response(200, json={"etablissement": {"siret": "80234567800014"}}),
    "endless": lambda _: httpx.Response(200, content=b'"' + b"x" * 2_000_000 + b'"'),
}


@pytest.mark.parametrize("answer", AWAY.values(), ids=AWAY)
async def test_a_register_that_does_not_answer_is_unreachable_and_never_a_yes(answer: Answer) -> None:
    assert (await _sirene(answer).look(PLACE)).state == "unreachable"
    assert (await _vies(answer).look(NUMBER)).state == "unreachable"


async def test_a_number_that_is_in_no_register_is_unknown(tmp_path: Path) -> None:
    assert (await _sirene(lambda _: httpx.Response(404, json={})).look(PLACE)).state == "unknown"
    file = tmp_path / "register.json"
    file.write_text('{"0009:80234567800014": {"state": "found", "legal_name": "ATELIERS KOENIG"}}')
    registers = Registers([FileRegister(file)])
    assert await registers.look(PLACE) == Entry("found", "file", "ATELIERS KOENIG")
    assert (await registers.look(NUMBER)).state == "unknown"


async def test_without_a_register_nothing_is_checked() -> None:
    assert await Registers([]).look(PLACE) == UNCHECKED
    vies_alone = Registers([_vies(lambda _: httpx.Response(200, json={"isValid": True, "userError": "VALID"}))])
    assert await vies_alone.look(PLACE) == UNCHECKED
    assert (await vies_alone.look(NUMBER)).state == "found"
