"""The column `company.sign_in_methods`: which second factors a company allows its people."""

from collections.abc import Iterable
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.second_factor import Method


async def read(tx: Transaction, company_id: UUID) -> list[Method]:
    """What a company allows."""
    found: list[str] | None = await tx.value("select sign_in_methods from company where id = :id", id=company_id)
    return [Method(method) for method in found or ()]


async def write(tx: Transaction, company_id: UUID, methods: Iterable[Method]) -> None:
    """Allow these; it counts at each one's next sign-in."""
    await tx.execute(
        "update company set sign_in_methods = cast(:methods as text[]) where id = :id",
        id=company_id,
        methods=sorted(str(method) for method in methods),
    )
