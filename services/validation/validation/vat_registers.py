"""Whether VAT numbers are valid for trade within the Union, behind a port: the Commission's VIES."""

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, Protocol

from pydantic import TypeAdapter

from mesh.errors import ResourceDown
from mesh.vies import Vies, resource_of

_REMEMBERED: Final = 20_000


class VatRegister(Protocol):
    """What can be asked about a VAT number."""

    async def knows(self, number: str) -> bool:
        """Whether it is valid today. Raises ResourceDown (`resource_of`) for whatever is no plain yes or no."""
        ...


class ViesRegister:
    """VIES itself."""

    def __init__(self, vies: Vies) -> None:
        self._vies = vies

    async def knows(self, number: str) -> bool:
        """See `VatRegister.knows`."""
        return (await self._vies.ask(number)).valid


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
