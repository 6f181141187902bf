"""Who is who: every service's own projection of registration's state, so that no service ever has to ask another.

Tables `dir_company`, `dir_unit`, `dir_user`, `dir_connection`, `dir_grant` hold the latest state by id; an older
revision never overwrites a newer one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

from contracts.facts import Fact
from contracts.registration import CompanyState, ConnectionState, ConnectionStatus, GrantState, UnitState, UserState
from mesh import schema
from mesh.handlers import Handlers
from mesh.records import Received
from mesh.transaction import Transaction

F = TypeVar("F", bound=Fact)
_COLUMNS = {
    "dir_company": "id uuid primary key, revision int not null, state jsonb not null",
    "dir_unit": "id uuid primary key, revision int not null, company_id uuid not null, state jsonb not null",
    "dir_user": "id uuid primary key, revision int not null, state jsonb not null",
    "dir_connection": "id uuid primary key, revision int not null, supplier_id uuid not null, buyer_id uuid not null, "
    "unit_id uuid not null, status text not null, state jsonb not null",
    "dir_grant": "id uuid primary key, revision int not null, state jsonb not null",
}


def tables(service: str) -> list[str]:
    """DDL of the projection; every service but registration has it."""
    statements: list[str] = []
    for name, columns in _COLUMNS.items():
        statements.append(f"create table {name} ({columns})")
        statements.append(schema.projection_or_record(name, "projection"))
        statements += schema.open_table(service, name)
    # The keys of dir_company.identifiers, for matching a document's parties; names are data, never trusted alone.
    return [
        *statements,
        "create index dir_connection_pair on dir_connection (supplier_id, unit_id)",
        """create table dir_identifier (
            scheme text not null, value text not null, company_id uuid not null, primary key (scheme, value, company_id)
        )""",
        schema.projection_or_record("dir_identifier", "projection"),
        *schema.open_table(service, "dir_identifier"),
    ]


async def _upsert(tx: Transaction, table: str, rows: Sequence[tuple[UUID, Fact]], extra: tuple[str, ...] = ()) -> None:
    latest = dict(rows)  # the last one of a batch is the newest
    columns = ("id", "revision", *extra, "state")
    types = {"id": "uuid", "revision": "int", "state": "jsonb", "status": "text"}
    cast = ", ".join(f"cast(:{column} as {types.get(column, 'uuid')}[])" for column in columns)
    values: dict[str, list[Any]] = {
        "id": list(latest),
        "revision": [getattr(fact, column) for fact in latest.values() for column in ("revision",)],
        "state": [fact.model_dump_json() for fact in latest.values()],
    }
    for column in extra:
        values[column] = [
            str(v) if column == "status" else v for v in (getattr(fact, column) for fact in latest.values())
        ]
    await tx.execute(
        f"insert into {table} ({', '.join(columns)}) select * from unnest({cast}) "  # noqa: S608 - names of this module
        "on conflict (id) do update set "
        + ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
        + f" where {table}.revision < excluded.revision",
        **values,
    )


async def _companies(tx: Transaction, batch: Sequence[Received[CompanyState]], _: Any) -> None:
    await _upsert(tx, "dir_company", [(item.fact.company_id, item.fact) for item in batch])
    ids = list({item.fact.company_id for item in batch})
    await tx.execute("delete from dir_identifier where company_id = any(cast(:ids as uuid[]))", ids=ids)
    await tx.execute(
        """insert into dir_identifier (scheme, value, company_id)
        select i ->> 'scheme', i ->> 'value', c.id from dir_company c,
            jsonb_array_elements(c.state -> 'identifiers'
                || case when c.state ->> 'vat_id' is null then '[]'::jsonb
                    else jsonb_build_array(jsonb_build_object('scheme', 'VAT', 'value', c.state ->> 'vat_id')) end
                || case when jsonb_typeof(c.state -> 'legal_id') = 'object'
                    then jsonb_build_array(c.state -> 'legal_id') else '[]'::jsonb end
                || case when jsonb_typeof(c.state -> 'electronic_address') = 'object'
                    then jsonb_build_array(c.state -> 'electronic_address') else '[]'::jsonb end) i
        where c.id = any(cast(:ids as uuid[])) on conflict do nothing""",
        ids=ids,
    )


async def _units(tx: Transaction, batch: Sequence[Received[UnitState]], _: Any) -> None:
    await _upsert(tx, "dir_unit", [(item.fact.unit_id, item.fact) for item in batch], ("company_id",))


async def _users(tx: Transaction, batch: Sequence[Received[UserState]], _: Any) -> None:
    await _upsert(tx, "dir_user", [(item.fact.user_id, item.fact) for item in batch])


async def _connections(tx: Transaction, batch: Sequence[Received[ConnectionState]], _: Any) -> None:
    columns = ("supplier_id", "buyer_id", "unit_id", "status")
    await _upsert(tx, "dir_connection", [(item.fact.connection_id, item.fact) for item in batch], columns)


async def _grants(tx: Transaction, batch: Sequence[Received[GrantState]], _: Any) -> None:
    await _upsert(tx, "dir_grant", [(item.fact.company_id, item.fact) for item in batch])


def register(handlers: Handlers[Any]) -> None:
    """Let a service keep the projection."""
    handlers.records(CompanyState, projection=True)(_companies)
    handlers.records(UnitState, projection=True)(_units)
    handlers.records(UserState, projection=True)(_users)
    handlers.records(ConnectionState, projection=True)(_connections)
    handlers.records(GrantState, projection=True)(_grants)


async def _one(tx: Transaction, table: str, model: type[F], key: UUID) -> F | None:
    state = await tx.value(f"select state from {table} where id = :key", key=key)  # noqa: S608 - names of this module
    return model.model_validate(state) if state else None


async def company(tx: Transaction, company_id: UUID) -> CompanyState | None:
    """A company, None when it is not known here (yet)."""
    return await _one(tx, "dir_company", CompanyState, company_id)


async def accounts(tx: Transaction, state: CompanyState) -> tuple[UUID, ...]:
    """All accounts of a company, the one that keeps the others first; asks only for one that became part of another."""
    kept = await company(tx, state.merged_into) if state.merged_into else None
    kept = kept or state
    return (kept.company_id, *kept.merged)


async def unit(tx: Transaction, unit_id: UUID) -> UnitState | None:
    """A buyer's unit."""
    return await _one(tx, "dir_unit", UnitState, unit_id)


async def user(tx: Transaction, user_id: UUID) -> UserState | None:
    """A person."""
    return await _one(tx, "dir_user", UserState, user_id)


async def grant(tx: Transaction, company_id: UUID) -> GrantState | None:
    """What a company may still send; None: no limit was ever set."""
    return await _one(tx, "dir_grant", GrantState, company_id)


async def units_of(tx: Transaction, company_id: UUID) -> list[UnitState]:
    """The units of a buyer."""
    rows = await tx.rows("select state from dir_unit where company_id = :company order by id", company=company_id)
    return [UnitState.model_validate(row["state"]) for row in rows]


async def connection(tx: Transaction, supplier_id: UUID, unit_id: UUID) -> ConnectionState | None:
    """How a supplier and a unit stand with each other."""
    state = await tx.value(
        f"""select state from dir_connection where supplier_id = {keeper(":supplier")} and unit_id = :unit
        order by status = 'active' desc, id desc limit 1""",  # noqa: S608 - names of this module
        supplier=supplier_id,
        unit=unit_id,
    )
    return ConnectionState.model_validate(state) if state else None


async def connected(tx: Transaction, supplier_id: UUID, unit_id: UUID) -> bool:
    """Whether documents may flow between them."""
    found = await connection(tx, supplier_id, unit_id)
    return found is not None and found.status is ConnectionStatus.ACTIVE


async def partners(tx: Transaction, supplier_id: UUID, buyer_id: UUID) -> bool:
    """Whether documents may flow between a supplier and some unit of a buyer."""
    found = await tx.value(
        f"""select exists (select 1 from dir_connection
            where supplier_id = {keeper(":supplier")} and buyer_id = :buyer and status = 'active')""",  # noqa: S608 - names of this module
        supplier=supplier_id,
        buyer=buyer_id,
    )
    return bool(found)


async def acquainted(tx: Transaction, supplier_id: UUID, buyer_id: UUID) -> bool:
    """Whether a supplier and a buyer ever had to do with each other, whatever became of it."""
    found = await tx.value(
        "select exists (select 1 from dir_connection where supplier_id = :supplier and buyer_id = :buyer)",
        supplier=supplier_id,
        buyer=buyer_id,
    )
    return bool(found)


async def ready_since(tx: Transaction, suppliers: Sequence[UUID], buyers: Sequence[UUID]) -> datetime | None:
    """Since when a supplier sends a buyer everything through the network: all units that it is connected with are ready
    to transact. None: some are not, so paper may still come for them.
    """
    return await tx.value(
        """select case when bool_and(state ->> 'ready_state' = 'ready')
                then max(cast(state ->> 'ready_at' as timestamptz)) end
        from dir_connection where supplier_id = any (cast(:suppliers as uuid[]))
            and buyer_id = any (cast(:buyers as uuid[])) and status = 'active'""",
        suppliers=list(suppliers),
        buyers=list(buyers),
    )


@dataclass(frozen=True, eq=False)
class Pair:
    """A supplier and a buyer's unit, with everything that stands between them; None where it is not known here.

    The same states give the same object, as long as they are asked for now and then.
    """

    unit: UnitState
    supplier: CompanyState | None
    buyer: CompanyState | None
    connection: ConnectionState | None
    supplier_grant: GrantState | None
    buyer_grant: GrantState | None


def keeper(company: str) -> str:
    """The account that has a company's units and connections: itself, or the one that it became part of."""
    into = f"select cast(state ->> 'merged_into' as uuid) from dir_company where id = {company}"  # noqa: S608 - names of the caller's statement
    return f"coalesce(({into}), {company})"


def family(company: str) -> str:
    """The accounts of a company as `Principal.tenants` has them, the one that keeps the others first: an array, for a
    statement of somebody who acts without a principal. `company` is a column or parameter of it.
    """
    others = "select cast(one as uuid) from jsonb_array_elements_text(k.state -> 'merged') one"
    whole = f"select array_prepend(k.id, array({others})) from dir_company k where k.id = {keeper(company)}"  # noqa: S608 - names of the caller's statement
    return f"coalesce(({whole}), array[{company}])"


def archive_end(company: str) -> str:
    """When the archive option of a company ends, of its accounts the one that has it longest; `infinity`: never, as for
    a company of which nothing was ever said. `company` is a column or parameter of the statement.
    """
    end = "coalesce(cast(state ->> 'archive_ends_at' as timestamptz), 'infinity')"
    return f"""coalesce(
        (select max({end}) from dir_grant where id = any({family(company)})), 'infinity')"""  # noqa: S608 - names of the caller's statement


async def archive_end_of(tx: Transaction, supplier_id: UUID, buyer_id: UUID) -> datetime | None:
    """When the archive option of both sides is over; None: never."""
    return await tx.value(_ARCHIVE_END, supplier=supplier_id, buyer=buyer_id)


def pair_of(supplier: str, unit: str) -> str:
    """The query of a pair, for a statement that reads more: `supplier` and `unit` are its columns or parameters.

    Its row is read by `pair_in`.
    """
    return f"""select cast(u.state as text) pair_unit, cast(s.state as text) pair_supplier,
            cast(b.state as text) pair_buyer, cast(c.state as text) pair_connection,
            cast(g.state as text) pair_supplier_grant, cast(h.state as text) pair_buyer_grant
        from dir_unit u
            left join dir_company s on s.id = {supplier}
            left join dir_company b on b.id = u.company_id
            left join dir_grant g on g.id = {supplier}
            left join dir_grant h on h.id = u.company_id
            left join lateral (select state from dir_connection
                where supplier_id = {keeper(supplier)} and unit_id = {unit}
                order by status = 'active' desc, id desc limit 1) c on true
        where u.id = {unit}"""  # noqa: S608 - names of the caller's statement


_SIDES: Final = [archive_end(f"cast(:{side} as uuid)") for side in ("supplier", "buyer")]
_ARCHIVE_END: Final = f"select nullif(greatest({_SIDES[0]}, {_SIDES[1]}), 'infinity')"
_PAIR: Final = pair_of(":supplier", ":unit")
_STATES: Final = ("unit", "supplier", "buyer", "connection", "supplier_grant", "buyer_grant")


async def pair(tx: Transaction, supplier_id: UUID, unit_id: UUID) -> Pair | None:
    """All of it in one statement, since every document asks for it; None for an unknown unit."""
    row = await tx.row(_PAIR, supplier=supplier_id, unit=unit_id)
    return None if row is None else pair_in(row)


def pair_in(row: Mapping[Any, Any]) -> Pair | None:
    """The pair that a row of `pair_of` holds; None for an unknown unit."""
    return _pair(*[row[f"pair_{state}"] for state in _STATES]) if row["pair_unit"] else None


@lru_cache(maxsize=500)
def _pair(
    unit: str,
    supplier: str | None,
    buyer: str | None,
    connection: str | None,
    supplier_grant: str | None,
    buyer_grant: str | None,
) -> Pair:
    """What the texts of six states say: they are read at every document, and reading them costs more than the query."""

    def read(text: str | None, model: type[F]) -> F | None:
        return model.model_validate_json(text) if text else None

    return Pair(
        unit=UnitState.model_validate_json(unit),
        supplier=read(supplier, CompanyState),
        buyer=read(buyer, CompanyState),
        connection=read(connection, ConnectionState),
        supplier_grant=read(supplier_grant, GrantState),
        buyer_grant=read(buyer_grant, GrantState),
    )


async def companies_named(tx: Transaction, scheme: str, value: str) -> list[UUID]:
    """Companies that carry an identifier; `scheme` is an ICD code, or `VAT`."""
    rows = await tx.rows(
        "select company_id from dir_identifier where scheme = :scheme and value = :value order by company_id",
        scheme=scheme,
        value=value,
    )
    return [row["company_id"] for row in rows]


async def members(tx: Transaction, company_id: UUID) -> list[UserState]:
    """The active people of a company."""
    rows = await tx.rows(
        "select state from dir_user where state @> cast(:member as jsonb) order by id",
        member=orjson.dumps(
            {"active": True, "erased": False, "memberships": [{"company_id": str(company_id)}]}
        ).decode(),
    )
    return [UserState.model_validate(row["state"]) for row in rows]


async def tokens_valid_from(tx: Transaction, kind: str, subject: str, company_id: UUID) -> datetime | None:
    """The moment before which a subject's tokens are refused;
    None when nothing is known of it (then its token stands).
    """
    if kind == "user":
        found = await user(tx, UUID(subject))
        return found.valid_from if found else None
    owner = await company(tx, company_id)
    return owner.clients.get(subject) if owner else None
