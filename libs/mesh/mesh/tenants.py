"""Whoever acts for a company acts for the accounts that became part of it too: how statements and rows say so.

`companies` is `Principal.tenants`, the company itself and then the others, or the same of whom one trades with
(`mesh.directory.accounts`); `called` tells two of them in one statement apart. Nearly always it is the only one, and
then it is compared by equality, with the very text that its indexes were made for.
"""

from collections.abc import Sequence
from uuid import UUID


def named(companies: Sequence[UUID], called: str = "company") -> dict[str, UUID]:
    """Companies as the parameters of a statement: `company`, then `company_1` and so on."""
    return {f"{called}_{place}" if place else called: company for place, company in enumerate(companies)}


def own(column: str, companies: Sequence[UUID], called: str = "company") -> str:
    """The condition that a column holds one of the companies, by the parameters that `named` gives."""
    if len(companies) == 1:
        return f"{column} = :{called}"
    return f"{column} in ({', '.join(f':{name}' for name in named(companies, called))})"


def party(companies: Sequence[UUID], *sides: UUID | None) -> UUID:
    """As which of the companies one acts on a document of these sides; the first of them where none is a side.

    A document never changes its tenant: what is done to it is done as the account that it belongs to.
    """
    return next((company for company in companies if company in sides), companies[0])
