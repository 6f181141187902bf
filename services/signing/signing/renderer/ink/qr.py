"""The QR code of an original's short code, about ten microseconds each.

For a fixed version, level and mask a QR matrix is an affine function over GF(2) of its data bits (ISO/IEC 18004:2015,
7: Reed-Solomon codes are linear, masking is an exclusive or). So a library draws one matrix for each bit once, and each
code is the exclusive or of what its characters select.
"""

import io
from functools import lru_cache
from typing import Any, Final, cast

import segno

from signing.domain.short_code import CHARACTERS, LENGTH

MODULE: Final = 16
"""The side of a module, in tenths of a point (0.56 mm)."""
_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BITS_OF_A_PAIR: Final = 11
_MASK: Final = 2


class Codes:
    """The QR codes of one address, to which a short code is added."""

    def __init__(self, address: str) -> None:
        """Raises ValueError when the address can't stand in a QR code's alphanumeric mode."""
        prefix = address.upper()
        if set(prefix) - set(_ALPHANUMERIC):
            raise ValueError(f"{address} has characters that the alphanumeric mode of a QR code lacks")
        # characters are packed in pairs: a pair is of the address or of the code; hyphens of a code are not read
        self._prefix = prefix if len(prefix) % 2 == 0 else prefix + "-"
        first = segno.make(self._text("0" * LENGTH), error="m", mode="alphanumeric", micro=False, boost_error=False)
        self._version = first.version
        self.modules = len(first.matrix)
        self._wide = -(-self.modules // 8) * 8
        self._base = self._drawn("0" * LENGTH)
        self._tables = [self._table(pair) for pair in range(LENGTH // 2)]

    @property
    def side(self) -> int:
        """In tenths of a point."""
        return MODULE * self.modules

    def path(self, code: str, x: int, y: int) -> str:
        """One path with one fill, so that no hairlines show between modules; (x, y) is the upper left corner."""
        bits = self._base
        for pair, table in enumerate(self._tables):
            bits ^= table[code[2 * pair : 2 * pair + 2]]
        rows = bits.to_bytes(self.modules * self._wide // 8, "big")
        return "".join([runs[byte] for runs, byte in zip(self._runs(x, y), rows, strict=True)]) + "f\n"

    def _text(self, code: str) -> str:
        return self._prefix + code

    def svg(self, code: str) -> str:
        """The same as a picture, without a border; more than a millisecond."""
        out = io.BytesIO()
        cast(Any, self._made(code)).save(out, kind="svg", border=0, omitsize=True, xmldecl=False)
        return out.getvalue().decode()

    def _made(self, code: str) -> segno.QRCode:
        return segno.make(
            self._text(code), error="m", mode="alphanumeric", version=self._version, boost_error=False, mask=_MASK
        )

    def _drawn(self, code: str) -> int:
        rows = cast(Any, self._made(code)).matrix
        return int("".join("".join("1" if dark else "0" for dark in row).ljust(self._wide, "0") for row in rows), 2)

    def _table(self, pair: int) -> dict[str, int]:
        """What each pair of characters at this place changes."""
        size = len(_ALPHANUMERIC)

        def at(value: int) -> str:
            two = _ALPHANUMERIC[value // size] + _ALPHANUMERIC[value % size]
            return ("00" * pair + two).ljust(LENGTH, "0")

        columns = [self._drawn(at(1 << bit)) ^ self._base for bit in range(_BITS_OF_A_PAIR)]
        table: dict[str, int] = {}
        for one in CHARACTERS:
            for other in CHARACTERS:
                value, changed = _ALPHANUMERIC.index(one) * size + _ALPHANUMERIC.index(other), 0
                for bit, column in enumerate(columns):
                    if value >> bit & 1:
                        changed ^= column
                table[one + other] = changed
        return table

    @lru_cache(4)  # noqa: B019 - a process has one of these, for as long as it lives
    def _runs(self, x: int, y: int) -> list[list[str]]:
        """For each byte of the matrix at this place, the rectangles of each of its values."""
        return [
            [_rectangles(value, x + 8 * column * MODULE, y - row * MODULE) for value in range(256)]
            for row in range(self.modules)
            for column in range(self._wide // 8)
        ]


@lru_cache(4)
def codes_for(address: str) -> Codes:
    """The codes of an address; drawing them takes about 30 ms the first time."""
    return Codes(address)


def _rectangles(value: int, x: int, y: int) -> str:
    found, bit = "", 0
    while bit < 8:
        end = bit
        while end < 8 and value >> 7 - end & 1:
            end += 1
        if end > bit:
            found += f"{x + bit * MODULE} {y} {(end - bit) * MODULE} {-MODULE} re\n"
        bit = end + 1
    return found
