"""For whom an access token is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Bearer:
    """A person or a client with what they may do. `valid_from`: older tokens of theirs are refused."""

    subject: UUID | str
    kind: Literal["user", "client"]
    companies: Mapping[UUID, Iterable[str]]
    """What they may do for each, in the words of a token (`contracts.rights`)."""
    valid_from: datetime
    scopes: tuple[str, ...] = ()
    session_version: int = 0
    merged: Mapping[UUID, Iterable[UUID]] = field(default_factory=dict[UUID, Iterable[UUID]])
    """By company: the accounts that were joined to it."""
