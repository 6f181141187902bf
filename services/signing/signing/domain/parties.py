"""What a seal depends on of those who take part: how the supplier's page looks, and what the buyer agreed to."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Look:
    """A supplier's own logo (PNG or JPEG) and colour (`#rrggbb`), those it has."""

    logo: bytes = field(default=b"", repr=False)
    accent: str | None = None


class Parties(Protocol):
    """Reads it of registration's latest state."""

    async def look(self, company_id: UUID) -> Look:
        """How this company's invoices look."""
        ...

    async def agrees_to_verification(self, unit_id: UUID) -> bool:
        """Whether this unit consents that seals are verified on its behalf."""
        ...
