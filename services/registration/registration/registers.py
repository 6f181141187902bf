"""Public registers of companies, behind a port: SIRENE for France's numbers, VIES for the Union's VAT numbers.

None of them is asked while somebody waits for a decision: whoever registers may look their data up, and what was
registered is checked afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
import structlog
from pydantic import TypeAdapter

from mesh.errors import ResourceDown
from mesh.vies import VIES, Vies
from registration.domain.identifiers import SIREN, SIRET, VAT, Key
from registration.domain.register import UNCHECKED, Entry

_TIMEOUT: Final = httpx.Timeout(3.0)
_OK: Final = 200
_MISSING: Final = 404
_BOUND: Final = 1024 * 1024
_log = structlog.get_logger(__name__)


class Register(Protocol):
    """A register that can be asked about numbers of some schemes."""

    schemes: frozenset[str]

    async def look(self, key: Key) -> Entry:
        """What it says; `unreachable` when it does not answer in time or says what is no answer. Never raises."""
        ...


class Sirene:
    """INSEE's SIRENE, version 3.11: legal units by SIREN, establishments by SIRET."""

    schemes = frozenset({SIREN, SIRET})

    def __init__(self, client: httpx.AsyncClient, address: str, key: str) -> None:
        self._client = client
        self._address = address.rstrip("/")
        self._headers = {"X-INSEE-Api-Key-Integration": key, "accept": "application/json"}

    async def look(self, key: Key) -> Entry:
        """The unit or establishment; one that has closed is `closed`."""
        what = "siret" if key.scheme == SIRET else "siren"
        status, content = await self._asked(f"{self._address}/{what}/{key.value}")
        if status == _MISSING:
            return Entry("unknown", "sirene")
        try:
            return _establishment(content) if key.scheme == SIRET else _unit(content["uniteLegale"])
        except (KeyError, IndexError, TypeError, AttributeError):
            return Entry("unreachable", "sirene")

    async def _asked(self, url: str) -> tuple[int, Any]:
        """Status and JSON; 0 and {} for whatever is no answer."""
        try:
            reply = await self._client.get(url, headers=self._headers, timeout=_TIMEOUT, follow_redirects=False)
            if reply.status_code in (_OK, _MISSING) and len(reply.content) <= _BOUND:
                return reply.status_code, reply.json() if reply.status_code == _OK else {}
            _log.warning("register_refuses", register="sirene", status=reply.status_code)
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("register_away", register="sirene", error=type(error).__name__)
        return 0, {}


def _unit(unit: Mapping[str, Any]) -> Entry:
    now = unit["periodesUniteLegale"][0]
    return Entry("found" if now["etatAdministratifUniteLegale"] == "A" else "closed", "sirene", _name({**unit, **now}))


def _establishment(content: Mapping[str, Any]) -> Entry:
    place = content["etablissement"]
    address = place["adresseEtablissement"]
    street = ("numeroVoieEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement")
    return Entry(
        "found" if place["periodesEtablissement"][0]["etatAdministratifEtablissement"] == "A" else "closed",
        "sirene",
        _name(place["uniteLegale"]),
        " ".join(str(address[part]) for part in street if address.get(part)),
        str(address.get("codePostalEtablissement") or ""),
        str(address.get("libelleCommuneEtablissement") or ""),
    )


def _name(unit: Mapping[str, Any]) -> str:
    """Of a company its name, of a person who trades theirs."""
    person = (unit.get("prenom1UniteLegale"), unit.get("nomUniteLegale"))
    return str(unit.get("denominationUniteLegale") or " ".join(str(part) for part in person if part))


class ViesRegister:
    """VIES, as one register among the others."""

    schemes = frozenset({VAT})

    def __init__(self, vies: Vies) -> None:
        self._vies = vies

    async def look(self, key: Key) -> Entry:
        """Valid is `found`, invalid `unknown`; a member state that is away is `unreachable`."""
        try:
            answer = await self._vies.ask(key.value)
        except ResourceDown as error:
            _log.warning("register_away", register=VIES, error=str(error))
            return Entry("unreachable", VIES)
        return Entry("found", VIES, answer.name) if answer.valid else Entry("unknown", VIES)


class FileRegister:
    """A register of a file, for development: `{"0009:80234567800014": {"state": "found", "legal_name": …}}`."""

    schemes = frozenset({SIREN, SIRET, VAT})

    def __init__(self, path: Path) -> None:
        self._entries = TypeAdapter(dict[str, Entry]).validate_json(path.read_bytes())

    async def look(self, key: Key) -> Entry:
        """What the file says; what is not in it is unknown."""
        found = self._entries.get(f"{key.scheme}:{key.value}")
        return replace(found, register="file") if found else Entry("unknown", "file")


class Registers:
    """The registers of an installation; without any, everything stays unchecked until there is one."""

    def __init__(self, registers: Sequence[Register]) -> None:
        self._registers = registers

    def __bool__(self) -> bool:
        return bool(self._registers)

    def answers(self, key: Key) -> bool:
        """Whether one of them knows numbers of this kind."""
        return any(key.scheme in register.schemes for register in self._registers)

    async def look(self, key: Key) -> Entry:
        """The first answer of a register that knows numbers of this kind."""
        for register in self._registers:
            if key.scheme in register.schemes:
                return await register.look(key)
        return UNCHECKED
