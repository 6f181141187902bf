"""Rows of `company` and `company_key`."""

from collections.abc import Sequence
from uuid import UUID

from contracts.registration import Identifier
from mesh import audit
from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.company import Company, PostalAddress
from registration.domain.identifiers import Key
from registration.domain.natural_person import CustomerNumber


def _identifier(value: Identifier | CustomerNumber | None) -> str | None:
    return value.model_dump_json() if value else None


async def insert(tx: Transaction, company_id: UUID, company: Company) -> bool:
    """Make a company; False when there is one of this id. Its keys are claimed by `claim`."""
    result = await tx.execute(
        """insert into company (id, kind, legal_name, country, vat_id, legal_id, identifiers, national_number,
            customer_number, electronic_address, address, time_zone, language, supplier, buyer, search_text)
        values (:id, :kind, :legal_name, :country, :vat_id, cast(:legal_id as jsonb), cast(:identifiers as jsonb),
            :national_number, cast(:customer_number as jsonb), cast(:electronic_address as jsonb),
            cast(:address as jsonb), :time_zone, :language, :supplier, :buyer, :search)
        on conflict (id) do nothing""",
        id=company_id,
        kind=company.kind,
        legal_name=company.legal_name,
        country=company.country,
        vat_id=company.vat_id,
        legal_id=_identifier(company.legal_id),
        identifiers=jsonb([each.model_dump() for each in company.identifiers]),
        national_number=company.national_number,
        customer_number=_identifier(company.customer_number),
        electronic_address=_identifier(company.electronic_address),
        address=company.address.model_dump_json(),
        time_zone=company.time_zone,
        language=company.language,
        supplier=company.supplier,
        buyer=company.buyer,
        search=company.search_text(),
    )
    return result.rowcount == 1


async def taken(tx: Transaction, keys: Sequence[Key]) -> dict[str, UUID]:
    """Schemes of keys that belong to an account already, and to which."""
    rows = await tx.rows(
        "select scheme, company_id from keys_taken(cast(:schemes as text[]), cast(:values as text[]))",
        schemes=[key.scheme for key in keys],
        values=[key.value for key in keys],
    )
    return {row["scheme"]: row["company_id"] for row in rows}


async def owners(tx: Transaction, keys: Sequence[Key]) -> dict[Key, UUID]:
    """The accounts that have these keys."""
    rows = await tx.rows(
        """select k.scheme, k.value, k.company_id from company_key k
        join unnest(cast(:schemes as text[]), cast(:values as text[])) w(s, v) on w.s = k.scheme and w.v = k.value""",
        schemes=[key.scheme for key in keys],
        values=[key.value for key in keys],
    )
    return {Key(row["scheme"], row["value"]): row["company_id"] for row in rows}


async def claim(tx: Transaction, company_id: UUID, keys: Sequence[Key]) -> bool:
    """Replace a company's keys; False when another account has one of them, also if both come at the same moment.

    Keys of accounts that were joined to it stay. Who was confirmed under other numbers is not confirmed under these.
    """
    await tx.execute("delete from company_key where company_id = :company and not joined", company=company_id)
    await tx.execute(
        """update company set register_state = 'unchecked', register_at = null, confirmed_at = null, confirmed_by = null
        where id = :company""",
        company=company_id,
    )
    await tx.execute(
        """insert into company_key (scheme, value, company_id)
        select s, v, :company from unnest(cast(:schemes as text[]), cast(:values as text[])) k(s, v) order by s, v
        on conflict do nothing""",
        company=company_id,
        schemes=[key.scheme for key in keys],
        values=[key.value for key in keys],
    )
    return set((await owners(tx, keys)).items()) == {(key, company_id) for key in keys}


async def update(tx: Transaction, company_id: UUID, company: Company) -> None:
    """Write everything that can change about a company."""
    await tx.execute(
        """update company set legal_name = :legal_name, country = :country, vat_id = :vat_id,
            legal_id = cast(:legal_id as jsonb), identifiers = cast(:identifiers as jsonb),
            national_number = :national_number, customer_number = cast(:customer_number as jsonb),
            electronic_address = cast(:electronic_address as jsonb), address = cast(:address as jsonb),
            time_zone = :time_zone, language = :language, supplier = :supplier, buyer = :buyer, search_text = :search
        where id = :id""",
        id=company_id,
        legal_name=company.legal_name,
        country=company.country,
        vat_id=company.vat_id,
        legal_id=_identifier(company.legal_id),
        identifiers=jsonb([each.model_dump() for each in company.identifiers]),
        national_number=company.national_number,
        customer_number=_identifier(company.customer_number),
        electronic_address=_identifier(company.electronic_address),
        address=company.address.model_dump_json(),
        time_zone=company.time_zone,
        language=company.language,
        supplier=company.supplier,
        buyer=company.buyer,
        search=company.search_text(),
    )


async def unconfirm(tx: Transaction, company_id: UUID) -> None:
    """What was proved was about somebody of another name."""
    await tx.execute("update company set confirmed_at = null, confirmed_by = null where id = :id", id=company_id)


async def confirm(tx: Transaction, company_id: UUID, by: str) -> None:
    """Somebody has proved that they run the company, which is more than a partner's word. For the pipeline role."""
    await tx.execute(
        """update company set confirmed_at = now(), confirmed_by = :by
        where id = :id and (confirmed_at is null or confirmed_by like 'company:%')""",
        id=company_id,
        by=by,
    )


async def reclaimed(tx: Transaction, company_id: UUID) -> None:
    """It goes back to its own people; invoices go where others let them go no more. For the pipeline role."""
    await tx.execute("update company set reclaimed_at = now(), electronic_address = null where id = :id", id=company_id)


async def vouch(tx: Transaction, company_id: UUID, voucher: UUID) -> None:
    """A company that the operator has confirmed vouches for one it trades with; its word is not passed on further."""
    if await tx.value("select vouch(:company, :voucher)", company=company_id, voucher=voucher):
        audit.note(
            tx,
            actor=f"company:{voucher}",
            action="company.confirm",
            subject=str(company_id),
            company_id=company_id,
            detail={"voucher": str(voucher)},
        )


async def confirmed(tx: Transaction, company_id: UUID) -> bool:
    """Whether somebody who is known has vouched for who runs the company."""
    found: bool | None = await tx.value("select confirmed_at is not null from company where id = :id", id=company_id)
    return bool(found)


async def lock(tx: Transaction, company_id: UUID) -> None:
    """Let others who change the company, or who acts for it, wait until this transaction ends."""
    await tx.execute("select 1 from company where id = :id for update", id=company_id)


async def read(tx: Transaction, company_id: UUID) -> tuple[Company, int] | None:
    """A company and its revision."""
    row = await tx.row(
        """select kind, legal_name, country, vat_id, legal_id, identifiers, national_number, customer_number,
            electronic_address, address, time_zone, language, supplier, buyer, revision
        from company where id = :id and active and not erased""",
        id=company_id,
    )
    if row is None:
        return None
    legal_id, electronic, customer = row["legal_id"], row["electronic_address"], row["customer_number"]
    # What is kept was checked when it came in; rules that have become stricter since must not hide it.
    company = Company.model_construct(
        kind=row["kind"],
        legal_name=row["legal_name"],
        country=row["country"],
        vat_id=row["vat_id"],
        legal_id=Identifier.model_validate(legal_id) if legal_id else None,
        identifiers=tuple(Identifier.model_validate(each) for each in row["identifiers"]),
        national_number=row["national_number"],
        customer_number=CustomerNumber.model_validate(customer) if customer else None,
        electronic_address=Identifier.model_validate(electronic) if electronic else None,
        address=PostalAddress.model_construct(**row["address"]),
        time_zone=row["time_zone"],
        language=row["language"],
        supplier=row["supplier"],
        buyer=row["buyer"],
    )
    return company, row["revision"]
