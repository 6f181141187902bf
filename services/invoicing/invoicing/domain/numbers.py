"""Invoice numbers as they are compared."""


def number_key(number: str) -> str:
    """One space per selling company for all kinds of documents: trimmed, case-insensitive."""
    return number.strip().upper()
