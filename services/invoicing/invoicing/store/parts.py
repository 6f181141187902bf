"""Statements that go to the database as one: a round trip costs as much as the work of a small statement."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from mesh.transaction import Transaction


class Part(NamedTuple):
    """Data-modifying queries with names (`name as (…), …`) that no other part has, and their parameters.

    They see each other's results by name, not each other's rows.
    """

    queries: str
    parameters: dict[str, Any]


async def run(tx: Transaction, parts: Iterable[Part], asked: str) -> Any:
    """Run all of them; `asked` is an expression over what they returned."""
    queries: list[str] = []
    parameters: dict[str, Any] = {}
    for part in parts:
        queries.append(part.queries)
        parameters |= part.parameters
    return await tx.value(f"with {', '.join(queries)} select {asked}", **parameters)
