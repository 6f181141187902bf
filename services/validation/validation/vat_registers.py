"""Whether VAT numbers are valid for trade within the Union, behind a port: the Commission's VIES."""

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import httpx
from pydantic import TypeAdapter

from mesh.breaker import Breakers
from mesh.errors import ResourceDown

VIES: Final = "vies"
TIMEOUT: Final = httpx.Timeout(3.0)
_OK: Final = 200
_BOUND: Final = 64 * 1024
_DECIDED: Final = {"VALID": True, "INVALID": False}
_REMEMBERED: Final = 20_000


def resource_of(country: str) -> str:
    """How faults and parked facts name the register of a member state."""
    return f"{VIES} {country}"


class VatRegister(Protocol):
    """What can be asked about a VAT number."""

    async def knows(self, number: str) -> bool:
        """Whether it is valid today. Raises ResourceDown (`resource_of`) for whatever is no plain yes or no."""
        ...


class Vies:
    """VIES over REST. Each member state answers for itself, so each that is away is left alone for itself."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address.rstrip("/")
        self._breakers = Breakers()

    async def knows(self, number: str) -> bool:
        """See `VatRegister.knows`."""
        country, rest = number[:2], number[2:]
        async with self._breakers.of(resource_of(country)).guard():
            content = await self._asked(country, f"{self._address}/ms/{country}/vat/{rest}")
            error = str(content.get("userError", "")) if isinstance(content, dict) else ""
            valid = _DECIDED.get(error)
            if valid is None or valid is not content.get("isValid"):
                raise ResourceDown(resource_of(country), f"answers {error[:60] or 'something else'}")
            return valid

    async def _asked(self, country: str, url: str) -> Any:
        try:
            reply = await self._client.get(url, timeout=TIMEOUT, follow_redirects=False)
            if reply.status_code == _OK and len(reply.content) <= _BOUND:
                return reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ResourceDown(resource_of(country), type(error).__name__) from error
        raise ResourceDown(resource_of(country), f"answers {reply.status_code}")


class FileVatRegister:
    """In development, a file that is read at each question: `{"DE136695976": "invalid"}`, or `away`.

    What is not in it is valid; so is everything without the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = TypeAdapter(dict[str, Literal["valid", "invalid", "away"]])

    async def knows(self, number: str) -> bool:
        """See `VatRegister.knows`."""
        content = self._path.read_bytes() if self._path.exists() else b"{}"
        said = self._content.validate_json(content).get(number, "valid")
        if said == "away":
            raise ResourceDown(resource_of(number[:2]), "answers MS_UNAVAILABLE")
        return said == "valid"


class Remembering:
    """Asks once a day about a number that is valid; one that is not is asked about again after ten minutes.

    A process's own memory, of the 20,000 numbers asked last.
    """

    def __init__(
        self,
        register: VatRegister,
        told: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        seconds: tuple[float, float] = (86_400, 600),
    ) -> None:
        self._register = register
        self._told = told
        self._clock = clock
        self._valid_for, self._invalid_for = seconds
        self._answers: OrderedDict[str, tuple[bool, float]] = OrderedDict()

    async def knows(self, number: str) -> bool:
        """See `VatRegister.knows`; `told` hears `valid`, `invalid` or `away` of each question that was asked."""
        kept = self._answers.get(number)
        if kept and self._clock() < kept[1]:
            return kept[0]
        try:
            valid = await self._register.knows(number)
        except ResourceDown:
            self._told("away")
            raise
        self._told("valid" if valid else "invalid")
        self._answers[number] = valid, self._clock() + (self._valid_for if valid else self._invalid_for)
        self._answers.move_to_end(number)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return valid
