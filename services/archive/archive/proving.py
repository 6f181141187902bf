"""The proof of one entry, as routes, bundles and exports show it."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain import merkle
from archive.errors import not_in_log_yet
from archive.store import log
from mesh.bodies import Output
from mesh.transaction import Transaction


class Proof(Output):
    """An entry's leaf (its exact text), its place, the inclusion proof up to a signed head, and that head."""

    entry_id: UUID
    leaf: str
    leaf_index: int
    tree_size: int
    root: str
    inclusion: list[str]
    head: str


async def prove(tx: Transaction, entry: RowMapping, head: RowMapping | None = None) -> Proof:
    """Prove an entry by a head, the newest without one. Raises Conflict while it has no place yet."""
    head = head or await log.head(tx)
    if entry["leaf_index"] is None or head is None or head["size"] <= entry["leaf_index"]:
        raise not_in_log_yet()
    path = await log.proof(tx, merkle.inclusion(entry["leaf_index"], head["size"]))
    return Proof(
        entry_id=entry["id"],
        leaf=bytes(entry["leaf"]).decode(),
        leaf_index=entry["leaf_index"],
        tree_size=head["size"],
        root=bytes(head["root"]).hex(),
        inclusion=[value.hex() for value in path],
        head=head["jws"],
    )


def as_json(proof: Proof) -> dict[str, Any]:
    """The proof as proof.json holds it."""
    return proof.model_dump(mode="json")
