"""What a verification stops at."""


class SealFault(Exception):
    """The file is not what it claims to be. `code` is stable, the text says where it differs."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(f"{code}: {text}")


def demand(condition: object, code: str, text: str) -> None:
    """Raises SealFault unless the condition holds."""
    if not condition:
        raise SealFault(code, text)
