"""Accounts of natural persons, whose data go with their people. For the pipeline role."""

from uuid import UUID

from mesh.transaction import Transaction


async def run_alone(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The accounts of natural persons that nobody else runs, held until the transaction ends."""
    rows = await tx.rows(
        """select c.id from company c join membership m on m.company_id = c.id
        where m.person_id = :person and m.active and 'administrator' = any (m.roles)
            and c.kind = 'person' and c.active and not c.erased and not exists (
                select from membership o where o.company_id = c.id and o.person_id <> m.person_id and o.active
                    and 'administrator' = any (o.roles))
        order by c.id for update of c""",
        person=person_id,
    )
    return [row["id"] for row in rows]


async def anonymise(tx: Transaction, company_id: UUID) -> list[UUID]:
    """No row says any more whose account it was or by which number; returns the connections that ended by it.

    What others brought under the number stays without it, as their record of what was asked.
    """
    await tx.execute(
        """with brought as (
            update prospect p set keys = '{}', value = '', email = '', replaced_at = coalesce(replaced_at, now()),
                state = case when state in ('asked', 'opened') then 'ended' else state end,
                content = jsonb_set(p.content - 'contact', '{company}',
                    (p.content -> 'company') - 'national_number' - 'customer_number' - 'address')
            where p.partner_id = :id or p.keys && array(
                select k.scheme || ' ' || k.value from company_key k where k.company_id = :id)
            returning cast(p.id as text) as id
        )
        delete from activation where request ->> 'prospect_id' in (select id from brought)""",
        id=company_id,
    )
    for table in ("company_key", "company_profile", "company_logo", "kept_version"):
        await tx.execute(
            f"delete from {table} where company_id = :id",  # noqa: S608 - names of this module
            id=company_id,
        )
    ended = await tx.rows(
        """update connection set status = 'disconnected', since = now(), consent = false, ready_state = 'none',
            ready_at = null, activates_at = null, reminder_at = null
        where (supplier_id = :id or buyer_id = :id) and status in ('requested', 'active') returning id""",
        id=company_id,
    )
    await tx.execute(
        """update company set active = false, erased = true, legal_name = '', vat_id = null, legal_id = null,
            identifiers = '[]', national_number = null, customer_number = null, electronic_address = null,
            address = jsonb_build_object('country', address ->> 'country'), search_text = '', register_name = ''
        where id = :id""",
        id=company_id,
    )
    return [row["id"] for row in ended]
