"""Rows of `campaign`, `campaign_error` and `prospect`: companies that another one brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.db import jsonb
from mesh.paging import Keyset
from mesh.transaction import Transaction
from registration.domain.identifiers import Key
from registration.domain.partner_rows import Entity, Flaw

Side = Literal["supplier", "customer"]

DECIDED: Final = frozenset({"accepted", "declined", "ended"})


@dataclass(frozen=True)
class Campaign:
    """A file or a single entity that a company brought, and how far its entities are."""

    id: UUID
    side: Side
    unit_id: UUID | None
    name: str
    at: datetime
    state: str
    lines: int
    accepted: int
    rejected: int
    sent: int
    opened: int
    begun: int
    done: int
    declined: int
    ready: int
    had_account: int


@dataclass(frozen=True)
class Brought:
    """An entity to be kept: its id, what was read of it, and the account it has already."""

    id: UUID
    entity: Entity
    partner_id: UUID | None


_FUNNEL = """select c.id, c.side, c.unit_id, c.name, c.at, c.state, c.lines, c.accepted, c.rejected,
    count(p.id) as sent, count(p.opened_at) as opened,
    count(*) filter (where p.begun_at is not null or p.state = 'accepted') as begun,
    count(*) filter (where p.state = 'accepted') as done, count(*) filter (where p.had_account) as had_account,
    count(*) filter (where p.state = 'declined') as declined, count(*) filter (where n.ready_state = 'ready') as ready
    from campaign c left join prospect p on p.campaign_id = c.id left join connection n on n.id = p.connection_id"""


async def begin(
    tx: Transaction, campaign_id: UUID, company_id: UUID, *, side: Side, unit_id: UUID | None, name: str
) -> None:
    """Begin to bring companies."""
    await tx.execute(
        """insert into campaign (id, company_id, side, unit_id, name) values (:id, :company, :side, :unit, :name)""",
        id=campaign_id,
        company=company_id,
        side=side,
        unit=unit_id,
        name=name,
    )


async def progress(tx: Transaction, campaign_id: UUID, *, lines: int, accepted: int, done: bool) -> None:
    """How far the file was read; what is neither accepted nor counted yet was rejected."""
    await tx.execute(
        """update campaign set lines = :lines, accepted = :accepted,
            rejected = cast(:lines as int) - cast(:accepted as int),
            state = case when :done then 'done' else state end where id = :id""",
        id=campaign_id,
        lines=lines,
        accepted=accepted,
        done=done,
    )


async def funnels(tx: Transaction, company_id: UUID, campaign_id: UUID | None = None) -> list[Campaign]:
    """A company's campaigns with their funnel, the newest first."""
    rows = await tx.rows(
        f"""{_FUNNEL} where c.company_id = :company and (cast(:id as uuid) is null or c.id = :id)
        group by c.id order by c.at desc, c.id limit 200""",
        company=company_id,
        id=campaign_id,
    )
    return [Campaign(**row) for row in rows]


async def keep_errors(tx: Transaction, campaign_id: UUID, company_id: UUID, found: Sequence[tuple[int, Flaw]]) -> None:
    """What is wrong with lines of a file."""
    await tx.execute(
        """insert into campaign_error (campaign_id, company_id, line, field, reason)
        select :campaign, :company, l, f, r
        from unnest(cast(:lines as int[]), cast(:fields as text[]), cast(:reasons as text[])) t(l, f, r)
        on conflict do nothing""",
        campaign=campaign_id,
        company=company_id,
        lines=[line for line, _ in found],
        fields=[flaw.field for _, flaw in found],
        reasons=[flaw.reason for _, flaw in found],
    )


async def errors_of(tx: Transaction, campaign_id: UUID) -> Sequence[RowMapping]:
    """What was wrong, by line: line, field, reason."""
    return await tx.rows(
        "select line, field, reason from campaign_error where campaign_id = :id order by line, field", id=campaign_id
    )


def _text(key: Key) -> str:
    return f"{key.scheme} {key.value}"


async def insert(
    tx: Transaction,
    company_id: UUID,
    campaign_id: UUID | None,
    side: Side,
    unit_id: UUID | None,
    brought: Sequence[Brought],
) -> set[UUID]:
    """Keep entities; returns the ids of those that this company does not wait for, and has no answer of, already."""
    rows = await tx.rows(
        """insert into prospect (id, company_id, campaign_id, side, unit_id, scheme, value, keys, legal_name, content,
            email, language, partner_id, had_account)
        select i, :company, :campaign, :side, :unit, s, v, array(select jsonb_array_elements_text(k)), n, c, e, l, p,
            p is not null
        from unnest(cast(:ids as uuid[]), cast(:schemes as text[]), cast(:vals as text[]),
            cast(:keys as jsonb[]), cast(:names as text[]), cast(:contents as jsonb[]), cast(:emails as text[]),
            cast(:languages as text[]), cast(:partners as uuid[])) t(i, s, v, k, n, c, e, l, p)
        on conflict (company_id, side, unit_id, scheme, value) where replaced_at is null do nothing returning id""",
        company=company_id,
        campaign=campaign_id,
        side=side,
        unit=unit_id,
        ids=[each.id for each in brought],
        schemes=[each.entity.key.scheme for each in brought],
        vals=[each.entity.key.value for each in brought],
        keys=[jsonb([_text(key) for key in each.entity.keys]) for each in brought],
        names=[each.entity.company.legal_name for each in brought],
        contents=[
            jsonb({"company": each.entity.company.model_dump(mode="json"), "contact": each.entity.contact})
            for each in brought
        ],
        emails=[each.entity.email for each in brought],
        languages=[each.entity.language for each in brought],
        partners=[each.partner_id for each in brought],
    )
    return {row["id"] for row in rows}


_OF_KEY: Final = """company_id = :company and side = :side and unit_id is not distinct from cast(:unit as uuid)
    and scheme = :scheme and value = :value and replaced_at is null"""


async def begin_anew(tx: Transaction, company_id: UUID, side: Side, unit_id: UUID | None, key: Key) -> None:
    """Whatever this entity answered before, another request may follow; the answer and its proof stay."""
    await tx.execute(
        f"""update prospect set replaced_at = now() where {_OF_KEY} and state not in ('asked', 'opened')""",  # noqa: S608 - this module's own words
        company=company_id,
        side=side,
        unit=unit_id,
        scheme=key.scheme,
        value=key.value,
    )


async def declined(
    tx: Transaction, company_id: UUID, side: Side, unit_id: UUID | None, keys: Sequence[Key]
) -> set[Key]:
    """Those of the keys whose entity said no."""
    rows = await tx.rows(
        """select p.scheme, p.value from prospect p
        join unnest(cast(:schemes as text[]), cast(:vals as text[])) k(s, v) on k.s = p.scheme and k.v = p.value
        where p.company_id = :company and p.side = :side and p.unit_id is not distinct from cast(:unit as uuid)
            and p.replaced_at is null and p.state = 'declined'""",
        company=company_id,
        side=side,
        unit=unit_id,
        schemes=[key.scheme for key in keys],
        vals=[key.value for key in keys],
    )
    return {Key(row["scheme"], row["value"]) for row in rows}


async def agreed(
    tx: Transaction, company_id: UUID, side: Side, unit_id: UUID | None, partners: Sequence[UUID]
) -> set[UUID]:
    """Accounts of which nothing is left to ask: suppliers of the unit, or customers that have given their consent."""
    rows = await tx.rows(
        """select supplier_id as id from connection where :side = 'supplier' and unit_id = cast(:unit as uuid)
            and supplier_id = any (cast(:partners as uuid[])) and status = 'active'
        union select buyer_id from connection where :side = 'customer' and supplier_id = :company
            and buyer_id = any (cast(:partners as uuid[])) and status = 'active' and consent""",
        company=company_id,
        side=side,
        unit=unit_id,
        partners=list(partners),
    )
    return {row["id"] for row in rows}


_COLUMNS = """id, company_id, campaign_id, side, unit_id, scheme, value, legal_name, content, email, language, state,
    asked_at, opened_at, decided_at, reminded_at, reminders, partner_id, connection_id, had_account, replaced_at,
    proof"""
_OPEN_UNIT: Final = "(p.unit_id is null or exists (select from unit u where u.id = p.unit_id and u.active))"


async def page(tx: Transaction, company_id: UUID, side: Side, keyset: Keyset) -> Sequence[RowMapping]:
    """One page of what a company brought."""
    return await tx.rows(
        f"""select {_COLUMNS} from prospect where company_id = :company and side = :side and {keyset.where}
        order by {keyset.order} limit :page_size""",  # noqa: S608 - columns of this module and of a Sort
        company=company_id,
        side=side,
        **keyset.parameters,
    )


async def read(tx: Transaction, prospect_id: UUID) -> RowMapping | None:
    """One entity, held until the transaction ends."""
    return await tx.row(
        f"select {_COLUMNS} from prospect where id = :id for update",  # noqa: S608 - columns of this module
        id=prospect_id,
    )


async def waiting(tx: Transaction, campaign_id: UUID, limit: int) -> Sequence[RowMapping]:
    """Entities that answered nothing and were not written to for three days, held until the transaction ends."""
    return await tx.rows(
        f"""select {_COLUMNS} from prospect p where campaign_id = :id and state in ('asked', 'opened') and reminders < 3
            and connection_id is null and coalesce(reminded_at, asked_at) < now() - interval '3 days' and {_OPEN_UNIT}
        order by id limit :limit for update skip locked""",  # noqa: S608 - columns of this module
        id=campaign_id,
        limit=limit,
    )


async def silent_campaigns(tx: Transaction) -> Sequence[RowMapping]:
    """Campaigns with somebody who has answered nothing for a week: id, company_id, name of the company, side, unit_id.

    For the pipeline role.
    """
    return await tx.rows(
        f"""select distinct c.id, c.company_id, o.legal_name as company_name, c.side, c.unit_id
        from prospect p join campaign c on c.id = p.campaign_id join company o on o.id = c.company_id
        where p.state in ('asked', 'opened') and p.reminders < 3 and p.connection_id is null and o.active
            and coalesce(p.reminded_at, p.asked_at) < now() - interval '7 days' and {_OPEN_UNIT}
        limit 20"""  # noqa: S608 - this module's own words
    )


async def reminded(tx: Transaction, ids: Sequence[UUID]) -> None:
    """They were written to again."""
    await tx.execute(
        """update prospect set reminders = reminders + 1, reminded_at = now()
        where id = any (cast(:ids as uuid[]))""",
        ids=list(ids),
    )


async def opened(tx: Transaction, prospect_id: UUID) -> None:
    """The link was opened. For the pipeline role."""
    await tx.execute(
        """update prospect set opened_at = coalesce(opened_at, now()),
            state = case when state = 'asked' then 'opened' else state end where id = :id""",
        id=prospect_id,
    )


async def begun(tx: Transaction, prospect_id: UUID) -> None:
    """Somebody fills in what the link asks. For the pipeline role."""
    await tx.execute("update prospect set begun_at = coalesce(begun_at, now()) where id = :id", id=prospect_id)


async def has_account(tx: Transaction, prospect_id: UUID, company_id: UUID) -> None:
    """It is this company, whatever it was brought as. For the pipeline role."""
    await tx.execute("update prospect set partner_id = :company where id = :id", id=prospect_id, company=company_id)


async def decided(
    tx: Transaction,
    prospect_id: UUID,
    state: Literal["accepted", "declined"],
    *,
    partner_id: UUID | None = None,
    connection_id: UUID | None = None,
    proof: dict[str, Any] | None = None,
) -> None:
    """What they said, with the proof of it; no link asks them again. Who declines is known without a contact.

    For the pipeline role.
    """
    await tx.execute(
        """update prospect set state = :state, decided_at = now(), partner_id = coalesce(:partner, partner_id),
            connection_id = coalesce(:connection, connection_id), proof = cast(:proof as jsonb),
            email = case when :state = 'declined' then '' else email end,
            content = case when :state = 'declined' then content - 'contact' else content end where id = :id""",
        id=prospect_id,
        state=state,
        partner=partner_id,
        connection=connection_id,
        proof=jsonb(proof) if proof else None,
    )
    # A link that is being used waits for this prospect: it finds the answer, and waiting for it would be a deadlock.
    await tx.execute(
        """update activation set used_at = now() where id in (
            select id from activation where used_at is null and request ->> 'prospect_id' = :id
            for update skip locked)""",
        id=str(prospect_id),
    )


async def end_open(tx: Transaction, company_id: UUID) -> None:
    """Nobody is reminded in a company's name any more, and the links that were sent in it open nothing.

    Who has not answered goes, so that the company can bring them again. For the pipeline role.
    """
    await tx.execute(
        """delete from activation where used_at is null and request ->> 'prospect_id' in (
            select cast(id as text) from prospect where company_id = :company)""",
        company=company_id,
    )
    await tx.execute(
        "delete from prospect where company_id = :company and state in ('asked', 'opened')", company=company_id
    )


async def follow(tx: Transaction, connection_id: UUID) -> None:
    """What either side brought follows their connection: called after whatever happens to it."""
    await tx.execute("select prospects_follow(:connection)", connection=connection_id)


async def of_keys(tx: Transaction, keys: Sequence[Key], first: UUID | None) -> Sequence[RowMapping]:
    """Suppliers that buyers wait for under one of these numbers, `first` before all others. For the pipeline role."""
    return await tx.rows(
        f"""select {_COLUMNS} from prospect p
        where p.side = 'supplier' and p.state in ('asked', 'opened') and p.keys && cast(:keys as text[])
        order by id is distinct from cast(:first as uuid), id limit 50""",  # noqa: S608 - columns of this module
        first=first,
        keys=[_text(key) for key in keys],
    )
