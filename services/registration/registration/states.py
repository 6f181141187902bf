"""The latest state of everything as facts: whatever changes a row calls here in the same transaction.

Each call raises the revision, so a reader that gets facts in any order keeps the newest.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from contracts.registration import CompanyState, ConnectionState, GrantState, UnitState, UserState
from mesh import outbox
from mesh.transaction import Transaction
from registration.domain.company import Company
from registration.store import versions

_NO_COMPANY = UUID(int=0)
_DELETED_CLIENTS_KEPT = timedelta(days=1)
"""Tokens of a deleted client live minutes; a day covers a reader that was down."""
_KEPT: Final = sorted(Company.model_fields.keys() & CompanyState.model_fields.keys())
"""What a version has of a company: a natural person's number stands in none, as in no fact."""


async def company(tx: Transaction, company_id: UUID, *, by: UUID | None = None) -> CompanyState:
    """Say how a company stands now, with the moments that its clients' tokens are valid from.

    What it says of itself is kept as a version where it has changed; `by` is who changed it, None: no one of its own.
    """
    row = await tx.row(
        """update company set revision = revision + 1 where id = :id
        returning id as company_id, revision, active, erased, legal_name, country, vat_id, legal_id, identifiers,
            electronic_address, address, time_zone, language, supplier, buyer, merged_into, reclaimed_at,
            merged_companies(id) as merged, (select original from company_logo where company_id = :id) as logo,
            (select content ->> 'accent' from company_profile where company_id = :id
                order by version desc limit 1) as accent""",
        id=company_id,
    )
    assert row is not None
    await versions.keep(tx, company_id, company_id, {name: row[name] for name in _KEPT}, by)
    clients = await tx.rows(
        """select id, valid_from from client where company_id = :id
            and (deleted_at is null or deleted_at > now() - cast(:kept as interval)) order by id""",
        id=company_id,
        kept=_DELETED_CLIENTS_KEPT,
    )
    state = CompanyState.model_validate(dict(row) | {"clients": {each["id"]: each["valid_from"] for each in clients}})
    outbox.emit(tx, state, subject=company_id, tenant=company_id, key=f"company:{company_id}")
    return state


async def unit(tx: Transaction, unit_id: UUID, *, by: UUID | None = None) -> UnitState:
    """Say how a unit is set up now; it is kept as a version where that has changed, `by` as for a company."""
    row = await tx.row(
        """update unit set revision = revision + 1 where id = :id
        returning id as unit_id, company_id, revision, name, active, settings""",
        id=unit_id,
    )
    assert row is not None
    content: dict[str, Any] = dict(row)
    settings = content.pop("settings")
    state = UnitState.model_validate(settings | content)
    await versions.keep(tx, unit_id, state.company_id, settings | {"name": state.name, "active": state.active}, by)
    outbox.emit(tx, state, subject=unit_id, tenant=state.company_id, key=f"unit:{unit_id}")
    return state


async def user(tx: Transaction, person_id: UUID, *, revoked: bool) -> UserState:
    """Say what a person may do now. `revoked`: tokens made before this moment are refused.

    The exchange forgets what it knows of the person when the transaction commits.
    """
    state = UserState.model_validate(
        await tx.value("select person_changed(:person, :revoked)", person=person_id, revoked=revoked)
    )
    tenant = state.memberships[0].company_id if state.memberships else _NO_COMPANY
    outbox.emit(tx, state, subject=person_id, tenant=tenant, key=f"user:{person_id}")
    return state


async def connection(tx: Transaction, connection_id: UUID) -> ConnectionState:
    """Say how a supplier and a unit stand with each other now."""
    row = await tx.row(
        """update connection set revision = revision + 1 where id = :id
        returning id as connection_id, revision, supplier_id, buyer_id, unit_id, status, since, supplier_number,
            consent, customer_language, ready_state, ready_at""",
        id=connection_id,
    )
    assert row is not None
    state = ConnectionState.model_validate(dict(row))
    outbox.emit(tx, state, subject=connection_id, tenant=state.supplier_id, key=f"connection:{connection_id}")
    return state


async def grant(tx: Transaction, company_id: UUID, granted: int | None) -> GrantState:
    """Set what a company may send in all; None is no limit. Its archive option stays. For the pipeline role."""
    return await _grant(tx, company_id, "granted", "int", granted)


async def archive_option(tx: Transaction, company_id: UUID, ends_at: datetime | None) -> GrantState:
    """Set when a company's archive option ends; None is never. What it may send stays. For the pipeline role."""
    return await _grant(tx, company_id, "archive_ends_at", "timestamptz", ends_at)


async def _grant(tx: Transaction, company_id: UUID, column: str, kind: str, value: int | datetime | None) -> GrantState:
    row = await tx.row(
        f"""insert into allowance (company_id, revision, {column}) values (:company, 1, cast(:value as {kind}))
        on conflict (company_id) do update set revision = allowance.revision + 1, {column} = excluded.{column}
        returning company_id, revision, granted as allowance, archive_ends_at""",  # noqa: S608 - columns of this module
        company=company_id,
        value=value,
    )
    assert row is not None
    state = GrantState.model_validate(dict(row))
    outbox.emit(tx, state, subject=company_id, tenant=company_id, key=f"grant:{company_id}")
    return state
