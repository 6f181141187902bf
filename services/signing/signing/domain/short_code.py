"""The short code of an original: the first 60 bits of its XML's SHA-256, which anybody can derive from the file."""

from typing import Final

CHARACTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
LENGTH: Final = 12
_MEANT: Final = str.maketrans("ILO", "110", "- ")
"""What people type when they read a one or a zero; hyphens and blanks only part the groups."""
_DIGITS: Final = 15


def short_code(sha256: str) -> str:
    """The code of a digest (hexadecimal)."""
    bits = int(sha256[:_DIGITS], 16)
    return "".join(CHARACTERS[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))


def digest_prefix(typed: str) -> str | None:
    """The first 15 hexadecimal digits of the digest that a typed code stands for; None when it is no code."""
    code = typed.upper().translate(_MEANT)
    if len(code) != LENGTH or set(code) - set(CHARACTERS):
        return None
    bits = 0
    for character in code:
        bits = bits << 5 | CHARACTERS.index(character)
    return f"{bits:0{_DIGITS}x}"


def grouped(code: str) -> str:
    """As it is printed: `K7QM-3XRD-9TWF`."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def ungrouped(code: str) -> str:
    """Without the hyphens."""
    return code.replace("-", "")
