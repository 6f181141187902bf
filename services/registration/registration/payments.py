"""Payments for packs, behind a port: card data never pass through this service."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

from mesh.errors import Unavailable


@dataclass(frozen=True)
class Payment:
    """How a payment ended, and the provider's reference of it."""

    state: Literal["paid", "refused"]
    reference: str


class Payments(Protocol):
    """A provider. A purchase's id is its business key: asked twice, it charges once and answers the same."""

    async def charge(self, purchase_id: UUID, amount: Decimal, currency: str) -> Payment:
        """Charge a company. Raises Unavailable when the provider does not answer."""
        ...


class DevelopmentPayments:
    """Pays everything at once; for development only."""

    async def charge(self, purchase_id: UUID, amount: Decimal, currency: str) -> Payment:
        """Paid."""
        return Payment("paid", f"development-{purchase_id}")


class NoPayments:
    """An installation without a provider: its operator grants."""

    async def charge(self, purchase_id: UUID, amount: Decimal, currency: str) -> Payment:
        """Raises Unavailable (`PAYMENT_UNAVAILABLE`)."""
        raise Unavailable("PAYMENT_UNAVAILABLE", "Packs cannot be bought here; ask the operator for transactions.")
