"""What suppliers and buyers decide about their connection, with the facts that follow."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import (
    AskedBy,
    ConnectionAccepted,
    ConnectionDisconnected,
    ConnectionRefused,
    ConnectionRequested,
    ConnectionStatus,
    ConsentGiven,
    PageLanguage,
)
from mesh import outbox
from mesh.transaction import Transaction
from registration import errors, notices, states
from registration.domain import connecting
from registration.domain import consent as consents
from registration.domain.connecting import Decision
from registration.domain.search_text import folded
from registration.env import Env
from registration.errors import bringing as bringing_errors
from registration.errors import partners as partner_errors
from registration.mail_texts import connections as texts
from registration.mail_texts.letter import Wording
from registration.store import companies, connections, directory, prospects, units
from registration.store.connections import Connection

_DECIDED: Final = {
    Decision.ACCEPT: ConnectionAccepted,
    Decision.REFUSE: ConnectionRefused,
    Decision.DISCONNECT: ConnectionDisconnected,
}


async def _say(tx: Transaction, connection: Connection, decision: Decision, now: datetime, *, consented: bool) -> None:
    await states.connection(tx, connection.id)
    await prospects.follow(tx, connection.id)
    ids = {
        "connection_id": connection.id,
        "supplier_id": connection.supplier_id,
        "buyer_id": connection.buyer_id,
    }
    about = ids | {"unit_id": connection.unit_id}
    event = (
        _DECIDED[decision](**about, at=now)
        if decision in _DECIDED
        else ConnectionRequested(**about, at=now, asked_by=connection.asked_by)
    )
    outbox.emit(tx, event, subject=connection.id, tenant=connection.supplier_id)
    if consented:
        outbox.emit(tx, ConsentGiven(**ids, at=now), subject=connection.id, tenant=connection.supplier_id)


async def request(tx: Transaction, supplier_id: UUID, unit_id: UUID, message: str, now: datetime) -> Connection:
    """A supplier asks a unit; after a refusal or an end either side may ask again, and both start from nothing.

    Raises Forbidden (`NOT_A_SUPPLIER`), NotFound (`UNIT_UNKNOWN`), Invalid (`OWN_UNIT`), Conflict
    (`CONNECTION_EXISTS`).
    """
    supplier = await companies.read(tx, supplier_id)
    if supplier is None or not supplier[0].supplier:
        raise errors.not_a_supplier()
    unit = await connections.unit_to_join(tx, unit_id)
    if unit is None:
        raise errors.unit_unknown()
    if unit.company_id == supplier_id:
        raise errors.own_unit()
    return await _request(tx, supplier_id, unit.company_id, unit_id, "supplier", message, None, now)


async def request_supplier(
    tx: Transaction,
    buyer_id: UUID,
    unit_id: UUID,
    supplier_id: UUID,
    message: str,
    supplier_number: str | None,
    now: datetime,
    giver: consents.Giver,
) -> Connection:
    """A buyer asks a supplier to connect with a unit of its own, and agrees to its electronic invoices by that.

    Nothing is shared before the supplier accepts. Raises Forbidden (`COMPANY_UNCONFIRMED`, `PARTNER_NOT_A_SUPPLIER`),
    NotFound (`UNIT_UNKNOWN`, `COMPANY_UNKNOWN`), Conflict (`CONNECTION_EXISTS`).
    """
    if not await companies.confirmed(tx, buyer_id):
        raise bringing_errors.unconfirmed()
    unit = await units.read(tx, unit_id, buyer_id)
    if unit is None or not unit.active:
        raise errors.unit_unknown()
    found = await directory.entries(tx, [supplier_id], buyer_id)
    if not found:
        raise errors.company_unknown()
    if not found[0].supplier:
        raise partner_errors.partner_not_a_supplier(found[0].legal_name)
    buyer = await companies.read(tx, buyer_id)
    assert buyer is not None  # it is confirmed
    proof = consents.proof(giver, agreed=True, at=now, customer=buyer[0].legal_name)
    return await _request(tx, supplier_id, buyer_id, unit_id, "buyer", message, supplier_number, now, proof)


async def _request(
    tx: Transaction,
    supplier_id: UUID,
    buyer_id: UUID,
    unit_id: UUID,
    asked_by: AskedBy,
    message: str,
    supplier_number: str | None,
    now: datetime,
    proof: dict[str, Any] | None = None,
) -> Connection:
    made = await connections.insert(
        tx,
        new_id(),
        supplier_id=supplier_id,
        buyer_id=buyer_id,
        unit_id=unit_id,
        status=ConnectionStatus.REQUESTED,
        since=now,
        asked_by=asked_by,
        supplier_number=supplier_number,
        message=message,
        proof=proof,
    )
    connection = await connections.between(tx, supplier_id, unit_id)
    assert connection is not None
    if not made:
        status = connecting.after(connection.status, Decision.REQUEST)
        if status is None:
            raise errors.connection_exists(connection.status)
        connection = replace(
            connection,
            status=status,
            since=now,
            asked_by=asked_by,
            message=message,
            supplier_number=supplier_number,
            consent=False,
            customer_language=None,
            reason="",
            proof=proof,
        )
        await connections.update(tx, connection)
    await _say(tx, connection, Decision.REQUEST, now, consented=False)
    return connection


async def decide(
    tx: Transaction,
    company_id: UUID,
    connection_id: UUID,
    decision: Decision,
    now: datetime,
    *,
    giver: consents.Giver | None = None,
    supplier_number: str | None = None,
    consent: bool | None = None,
    reason: str = "",
    confirm: str | None = None,
) -> Connection:
    """Accept or refuse (whoever was asked), or disconnect (either side). A connection that is over carries no consent.

    Number and consent are the buyer's: who accepts as one says whether it agrees to electronic invoices, who asked as
    one has agreed; `giver` is who says so, for the proof. `confirm` is the partner's name, typed by whoever ends a
    connection for good.

    Raises NotFound (`CONNECTION_UNKNOWN`), Forbidden (`NOT_YOURS_TO_DECIDE`), Conflict (`WRONG_STATE`), Invalid
    (`CONSENT_NEEDED`, `CONFIRMATION_NEEDED`).
    """
    connection = await _held(tx, company_id, connection_id)
    buying, answers = connection.buyer_id == company_id, decision in connecting.ANSWERS
    if (answers and connection.decider_id != company_id) or not (buying or (consent is None and not supplier_number)):
        raise errors.not_yours_to_decide()
    if decision is Decision.ACCEPT and buying and consent is None:
        raise partner_errors.consent_needed()
    partner = connection.supplier_name if buying else connection.buyer_name
    if confirm is not None and folded(confirm) != folded(partner):
        raise partner_errors.confirmation_needed(partner)
    status = connecting.after(connection.status, decision)
    if status is None:
        raise errors.wrong_state(connection.status)
    active = status is ConnectionStatus.ACTIVE
    changed = replace(
        connection,
        status=status,
        since=now,
        supplier_number=supplier_number or connection.supplier_number,
        consent=active and (consent or connection.asked_by == "buyer"),
        proof=_agreed(connection, giver, now) if active and consent and giver else connection.proof,
        reason=reason,
        ready_state="none",
        ready_at=None,
        activates_at=None,
        question="",
        ready_contact="",
        reminder_at=None,
    )
    await connections.update(tx, changed)
    if active and buying:
        await companies.vouch(tx, changed.supplier_id, changed.buyer_id)
    await _say(tx, changed, decision, now, consented=changed.consent)
    return changed


async def settle(
    tx: Transaction,
    env: Env,
    company_id: UUID,
    connection_id: UUID,
    now: datetime,
    *,
    giver: consents.Giver,
    supplier_number: str | None,
    consent: bool | None,
    customer_language: PageLanguage | Literal[""] | None,
) -> Connection:
    """The buyer gives their number for the supplier, or gives or withdraws consent, which the supplier is told; the
    supplier chooses the language in which it addresses this customer, "" being that of its country. None leaves each as
    it is.

    Raises NotFound (`CONNECTION_UNKNOWN`), Forbidden (`NOT_YOURS_TO_DECIDE`), Conflict (`WRONG_STATE`).
    """
    connection = await _held(tx, company_id, connection_id)
    buying, of_buyer = connection.buyer_id == company_id, (supplier_number, consent) != (None, None)
    if (buying and customer_language is not None) or not (buying or (customer_language is not None and not of_buyer)):
        raise errors.not_yours_to_decide()
    if connection.status is not ConnectionStatus.ACTIVE:
        raise errors.wrong_state(connection.status)
    changed = replace(
        connection,
        customer_language=connection.customer_language if customer_language is None else customer_language or None,
        supplier_number=connection.supplier_number if supplier_number is None else supplier_number or None,
        consent=connection.consent if consent is None else consent,
    )
    if changed.consent and not connection.consent:
        changed = replace(changed, proof=_agreed(connection, giver, now))
    elif connection.consent and not changed.consent:
        withdrawn = {"withdrawn_at": now.isoformat(), "withdrawn_by": giver.name}
        changed = replace(changed, proof=(connection.proof or {}) | withdrawn)
    await connections.update(tx, changed)
    await states.connection(tx, connection_id)
    await prospects.follow(tx, connection_id)
    if connection.consent and not changed.consent:
        await _tell_partner(tx, env, changed, company_id, texts.CONSENT_WITHDRAWN)
    if changed.consent and not connection.consent:
        given = ConsentGiven(
            connection_id=changed.id, supplier_id=changed.supplier_id, buyer_id=changed.buyer_id, at=now
        )
        outbox.emit(tx, given, subject=changed.id, tenant=changed.supplier_id)
    return changed


def _agreed(connection: Connection, giver: consents.Giver, now: datetime) -> dict[str, Any]:
    return consents.proof(giver, agreed=True, at=now, customer=connection.buyer_name)


async def _held(tx: Transaction, company_id: UUID, connection_id: UUID) -> Connection:
    connection = await connections.read(tx, connection_id)
    if connection is None or company_id not in (connection.supplier_id, connection.buyer_id):
        raise errors.connection_unknown()
    return connection


async def told(tx: Transaction, env: Env, connection: Connection, decision: Decision, by: UUID) -> None:
    """Write to the other side what was decided."""
    asks = decision is Decision.REQUEST and connection.asked_by == "buyer"
    await _tell_partner(tx, env, connection, by, texts.REQUESTED_BY_BUYER if asks else texts.OF_DECISION[decision])


async def _tell_partner(tx: Transaction, env: Env, connection: Connection, by: UUID, wording: Wording) -> None:
    other = connection.buyer_id if by == connection.supplier_id else connection.supplier_id
    partner = connection.supplier_name if by == connection.supplier_id else connection.buyer_name
    await notices.tell(
        tx,
        env.mails,
        other,
        wording,
        link=env.portal.link("/partners"),
        partner=partner,
        unit=connection.unit_name,
        reason=connection.reason or "—",
    )
