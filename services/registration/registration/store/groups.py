"""Rows of `group_entity`: which entities a company lists as its group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from mesh.transaction import Transaction

State = Literal["asked", "agreed", "ended"]


@dataclass(frozen=True)
class Link:
    """An entity in the list of its group's head, with the names that both see."""

    id: UUID
    head_id: UUID
    head_name: str
    entity_id: UUID
    entity_name: str
    state: State
    changed_at: datetime

    def other(self, company_id: UUID) -> UUID:
        """The side that this company is not."""
        return self.entity_id if company_id == self.head_id else self.head_id


_COLUMNS: Final = "g.id, g.head_id, n.head_name, g.entity_id, n.entity_name, g.state, g.changed_at"


async def ask(tx: Transaction, link_id: UUID, head_id: UUID, entity_id: UUID) -> State:
    """Let a head ask an entity, unless it has asked already; how the two stood before, `ended` for not at all."""
    before: State | None = await tx.value(
        "select state from group_entity where head_id = :head and entity_id = :entity for update",
        head=head_id,
        entity=entity_id,
    )
    if before in (None, "ended"):
        await tx.execute(
            """insert into group_entity (id, head_id, entity_id) values (:id, :head, :entity)
            on conflict (head_id, entity_id) do update set state = 'asked', changed_at = now()""",
            id=link_id,
            head=head_id,
            entity=entity_id,
        )
    return before or "ended"


async def of_company(tx: Transaction, company_id: UUID) -> list[Link]:
    """The links of a company that are not over, its own as an entity first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from group_entity g
            cross join lateral group_names(g.head_id, g.entity_id) n
        where (g.head_id = :company or g.entity_id = :company) and g.state <> 'ended'
        order by g.head_id = :company, lower(n.entity_name), g.id""",  # noqa: S608 - columns of this module
        company=company_id,
    )
    return [Link(**row) for row in rows]


async def read(tx: Transaction, link_id: UUID, company_id: UUID) -> Link | None:
    """A link of a company that is not over, held until the transaction ends."""
    row = await tx.row(
        f"""select {_COLUMNS} from group_entity g
            cross join lateral group_names(g.head_id, g.entity_id) n
        where g.id = :id and (g.head_id = :company or g.entity_id = :company) and g.state <> 'ended'
        for update of g""",  # noqa: S608 - columns of this module
        id=link_id,
        company=company_id,
    )
    return Link(**row) if row else None


async def set_state(tx: Transaction, link_id: UUID, state: State) -> None:
    """Say how the two stand now."""
    await tx.execute(
        "update group_entity set state = :state, changed_at = now() where id = :id", id=link_id, state=state
    )


async def members(tx: Transaction, company_id: UUID) -> list[UUID]:
    """The companies of the group that one is of, its head first; nobody where it is of none."""
    return [row["id"] for row in await tx.rows("select id from group_of(:company)", company=company_id)]
