"""What stands between a supplier and a buyer's unit at this moment, by the directory."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from contracts.registration import CompanyState, ConnectionStatus, GrantState, InvoiceChannel, UnitState
from contracts.rulebooks import Enrichment
from documents.party import Party
from invoicing import errors
from invoicing.domain import companies
from invoicing.domain.billable import Trade
from invoicing.domain.takings import Permissions
from invoicing.store import allowance, pairs
from invoicing.store.allowance import Payer
from invoicing.store.orders import Parties
from invoicing.store.pairs import Known
from mesh import directory
from mesh.directory import Pair
from mesh.errors import Unavailable
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Relation:
    """A supplier and the unit it invoices."""

    supplier: CompanyState
    buyer: CompanyState
    unit: UnitState
    trade: Trade
    seller_party: Party
    """The supplier as a party of an invoice."""
    buyer_party: Party
    """The buyer as a party of an invoice."""
    sellers: tuple[UUID, ...]
    """The supplier's accounts, the one that keeps the others first; nearly always there is one."""
    buyers: tuple[UUID, ...]
    """The buyer's."""
    payer: Payer
    """Whose allowance an invoice of the supplier's takes from."""
    archive_ends_at: datetime | None
    """Until when what is sent is kept ten years with its container, since one side has the option; None: always."""
    buyer_grant: GrantState | None = None
    channel: InvoiceChannel = "form"
    supplier_number: str | None = None
    """Under which the buyer keeps the supplier."""
    customer_language: str | None = None
    """In which the supplier addresses the buyer; None: in that of the buyer's country."""
    wanted: tuple[Enrichment, ...] = ()
    """What the unit's rulebook wants filled where an invoice lacks it."""

    @property
    def unit_code(self) -> str | None:
        """The buyer's own code of the unit: an identifier of no register (ISO/IEC 6523)."""
        own = (found.value for found in self.unit.identifiers if not found.scheme.isdigit() and found.scheme != "VAT")
        return next(own, None)

    @property
    def permissions(self) -> Permissions:
        """What the unit permits."""
        return Permissions(without_order=self.unit.non_order_invoices, charges=self.unit.charges_allowed)

    def archive_option(self, now: datetime) -> bool:
        """Whether an invoice that is sent at this moment has the archive option."""
        return self.archive_ends_at is None or now < self.archive_ends_at

    def parties(self, supplier_id: UUID, buyer_id: UUID) -> Parties:
        """Whose orders an invoice between two of the accounts may bill: theirs, and those of the others."""
        return Parties(_from(supplier_id, self.sellers), _from(buyer_id, self.buyers))


def _from(account: UUID, accounts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return (account, *(other for other in accounts if other != account))


@lru_cache(maxsize=500)
def _parties(pair: Pair) -> tuple[Party | None, Party | None]:
    """Seller and buyer of a pair; the same states are the same pair."""
    supplier = companies.party(pair.supplier) if pair.supplier else None
    return supplier, companies.party(pair.buyer) if pair.buyer else None


async def relation(tx: Transaction, supplier_id: UUID, unit_id: UUID, *, channel: InvoiceChannel = "form") -> Relation:
    """How a supplier stands with a unit, for an invoice that comes this way.

    Raises NotFound (`UNIT_UNKNOWN`), Unavailable while a company is not known.
    """
    return await between(tx, await pairs.one(tx, supplier_id, unit_id), channel=channel)


async def between(tx: Transaction, known: Known | None, *, channel: InvoiceChannel = "form") -> Relation:
    """The same of what was read already."""
    if known is None:
        raise errors.unit_unknown()
    pair = known.pair
    unit, supplier, buyer, connection = pair.unit, pair.supplier, pair.buyer, pair.connection
    seller_party, buyer_party = _parties(pair)
    if supplier is None or buyer is None or seller_party is None or buyer_party is None:
        raise Unavailable("DIRECTORY_INCOMPLETE", "A company is not known here yet; try again.", retry_after=2)
    buyer_pays = allowance.unit_pays(unit, channel)
    sellers, buyers = await directory.accounts(tx, supplier), await directory.accounts(tx, buyer)
    payer = await allowance.payer(
        tx, buyers if buyer_pays else sellers, pair.buyer_grant if buyer_pays else pair.supplier_grant
    )
    trade = Trade(
        connected=connection is not None and connection.status is ConnectionStatus.ACTIVE,
        consent=bool(connection and connection.consent),
        allowance=await allowance.left(tx, payer),
        acceptance_required=unit.acceptance_required,
        window_years=unit.order_window_years,
        buyer_pays=buyer_pays,
    )
    return Relation(
        supplier,
        buyer,
        unit,
        trade,
        seller_party,
        buyer_party,
        sellers,
        buyers,
        payer,
        await _archive_end(tx, pair, sellers, buyers),
        pair.buyer_grant,
        channel,
        connection.supplier_number if connection else None,
        connection.customer_language if connection else None,
        known.wanted,
    )


async def _archive_end(
    tx: Transaction, pair: Pair, sellers: tuple[UUID, ...], buyers: tuple[UUID, ...]
) -> datetime | None:
    """When the archive option of both sides is over; None: never. Asks only where one of them was merged."""
    if len(sellers) + len(buyers) > 2:
        return await directory.archive_end_of(tx, sellers[0], buyers[0])
    grants = (pair.supplier_grant, pair.buyer_grant)
    ends = [grant.archive_ends_at for grant in grants if grant and grant.archive_ends_at]
    return max(ends) if len(ends) == len(grants) else None
