"""VIES over REST: whether a VAT number is valid for trade within the Union (Regulation 904/2010, art. 31)."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from mesh.breaker import Breakers
from mesh.errors import ResourceDown

VIES: Final = "vies"
_TIMEOUT: Final = httpx.Timeout(3.0)
_OK: Final = 200
_BOUND: Final = 64 * 1024
_DECIDED: Final = {"VALID": True, "INVALID": False}


def resource_of(country: str) -> str:
    """How faults and parked facts name the register of a member state."""
    return f"{VIES} {country}"


@dataclass(frozen=True)
class Answer:
    """What a member state says of a number today; `name` is empty where it tells none."""

    valid: bool
    name: str


class Vies:
    """Each member state answers for itself, so each that is away is left alone for itself."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address.rstrip("/")
        self._breakers = Breakers()

    async def ask(self, number: str) -> Answer:
        """About a number with its prefix. Raises ResourceDown (`resource_of`) for whatever is no plain yes or no."""
        country, rest = number[:2], number[2:]
        async with self._breakers.of(resource_of(country)).guard():
            content = await self._asked(country, f"{self._address}/ms/{country}/vat/{rest}")
            said = content if isinstance(content, dict) else {}
            error = str(said.get("userError", ""))
            valid = _DECIDED.get(error)
            if valid is None or valid is not said.get("isValid"):
                raise ResourceDown(resource_of(country), f"answers {error[:60] or 'something else'}")
            return Answer(valid, str(said.get("name") or "").strip("- "))

    async def _asked(self, country: str, url: str) -> Any:
        try:
            reply = await self._client.get(url, timeout=_TIMEOUT, follow_redirects=False)
            if reply.status_code == _OK and len(reply.content) <= _BOUND:
                return reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ResourceDown(resource_of(country), type(error).__name__) from error
        raise ResourceDown(resource_of(country), f"answers {reply.status_code}")
