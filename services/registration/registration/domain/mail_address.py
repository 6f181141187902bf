"""Mail addresses as people type them."""

import re
from typing import Final

MAX: Final = 254  # RFC 5321, §4.5.3.1.3, without the angle brackets
_ADDRESS: Final = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$")


def checked(address: str) -> str:
    """The address without surrounding space. Raises ValueError for what is none."""
    stripped = address.strip()
    if len(stripped) > MAX or not _ADDRESS.match(stripped):
        raise ValueError("this is not a mail address such as name@example.com")
    return stripped


def hidden(address: str) -> str:
    """The address for somebody who has to recognise it, and for nobody else."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
