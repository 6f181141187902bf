"""What a verification stops at."""

from typing import Final

_OF_OTHERS: Final = frozenset({"NOT_IN_FORCE", "UNTRUSTED", "WRONG_USE", "WEAK_ALGORITHM", "TIME_STAMP_AHEAD"})


class SealFault(Exception):
    """The file is not what it claims to be. `code` is stable, the text says where it differs."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.is_of_others = code in _OF_OTHERS
        """The bytes are sound: it is about certificates, lists and clocks, which another time finds otherwise."""
        super().__init__(f"{code}: {text}")


def demand(condition: object, code: str, text: str) -> None:
    """Raises SealFault unless the condition holds."""
    if not condition:
        raise SealFault(code, text)
