"""What a public register of companies says about a number, and how little follows from it.

That a number is in a register proves that the company exists; it proves nothing about who gave the number.
"""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["unchecked", "found", "closed", "unknown", "unreachable"]
"""`unchecked`: not asked yet, or no register answers for it. `unreachable` is never taken for `found`."""
ASKED_AGAIN_AFTER_HOURS: Final = 1


@dataclass(frozen=True)
class Entry:
    """A register's answer. Names and address are "" where it does not tell them."""

    state: State
    register: str = ""
    legal_name: str = ""
    line_one: str = ""
    postal_code: str = ""
    city: str = ""


UNCHECKED: Final = Entry("unchecked")
