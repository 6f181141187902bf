"""Facts of registration: the latest state of companies, units, people and connections, and what happened to them.

State facts are keyed `company:…`, `unit:…`, `user:…`, `connection:…` and say the whole latest state. Erasing a person
is a state too
(`erased`), never a tombstone: a reader that starts later must learn of it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from contracts.facts import Fact, fact
from contracts.refs import DocumentRef
from contracts.topics import REGISTRATION_EVENTS, REGISTRATION_STATE

PageLanguage = Literal[
    "fr", "en", "de", "es", "it", "nl", "pt", "pl", "da", "sv", "fi", "el",
    "cs", "sk", "hu", "ro", "bg", "hr", "sl", "et", "lv", "lt",
]  # fmt: skip
"""A language that the page of an invoice can speak."""
Accent = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$", description="sRGB, `#rrggbb`")]


class Address(BaseModel):
    """A postal address in the terms of EN 16931 (BG-5, BG-8)."""

    model_config = ConfigDict(frozen=True)

    line_one: str = ""
    line_two: str = ""
    postal_code: str = ""
    city: str = ""
    subdivision: str = ""
    country: str


class Identifier(BaseModel):
    """An identifier with its scheme:
    an ICD of ISO/IEC 6523 such as `0002` (SIREN), `0009` (SIRET), `0088` (GLN), `0060` (DUNS).
    """

    model_config = ConfigDict(frozen=True)

    scheme: str
    value: str


class Role(StrEnum):
    """As what a person acts for a company: a set of rights (`contracts.rights`)."""

    ADMINISTRATOR = "administrator"
    ACCOUNTANT = "accountant"
    APPROVER = "approver"
    SIGNER = "signer"
    VIEWER = "viewer"
    OPERATOR = "operator"


class Right(StrEnum):
    """What roles are made of. Where a machine client can have it, its scope has the same name."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    RECEIPTS_WRITE = "receipts:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    STATUSES_WRITE = "statuses:write"
    ARCHIVE_READ = "archive:read"
    FEED_READ = "feed:read"
    PARTNERS_WRITE = "partners:write"
    TICKETS_ANSWER = "tickets:answer"
    RULES_WRITE = "rules:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    COMPANY_RUN = "company:run"
    NETWORK_OPERATE = "network:operate"


@fact
class CompanyState(Fact):
    """The latest state of a company (a legal entity).

    `clients` maps a machine client to the moment its tokens are valid from.
    """

    type_name: ClassVar[str] = "company.state"
    topic: ClassVar[str] = REGISTRATION_STATE

    company_id: UUID
    revision: int
    active: bool
    legal_name: str
    country: str
    vat_id: str | None = None
    legal_id: Identifier | None = None
    identifiers: tuple[Identifier, ...] = ()
    electronic_address: Identifier | None = None
    address: Address
    time_zone: str
    language: str
    supplier: bool
    buyer: bool
    clients: Mapping[str, datetime] = {}
    erased: bool = False
    merged: tuple[UUID, ...] = ()
    """Accounts that became part of this one; their documents keep their tenant and are read by this company too."""
    merged_into: UUID | None = None
    """The account that this one became part of; it is then not active."""
    logo: DocumentRef | None = None
    """PNG or JPEG, printed on the company's invoices."""
    accent: Accent | None = None
    """The colour of its invoices; None: the product's."""
    reclaimed_at: datetime | None = None
    """When it last went back to its own people: what was set up in its name before that was set up by others."""


InvoiceChannel = Literal["form", "upload"]
"""How an invoice came about: written here (portal, API), or taken from a file."""


@fact
class UnitState(Fact):
    """The latest settings of a buyer's purchasing unit."""

    type_name: ClassVar[str] = "unit.state"
    topic: ClassVar[str] = REGISTRATION_STATE

    unit_id: UUID
    company_id: UUID
    revision: int
    name: str
    order_window_years: int = 2
    charges_allowed: bool = True
    non_order_invoices: bool = False
    archive: bool = True
    pays_transactions: bool = False
    pays_channels: tuple[InvoiceChannel, ...] = ()
    """Where the unit does not pay for all, it pays for invoices that come this way."""
    support_contact: str = ""
    identifiers: tuple[Identifier, ...] = ()
    """How the buyer's orders name the unit: SIRET, GLN, or a code of the buyer's own."""
    receipt_required: bool = False
    """Whether only received quantities may be invoiced, where the order does not say."""
    acceptance_required: bool = False
    """Whether an order must be accepted before it is invoiced; otherwise the invoice accepts it."""
    verification_consent: bool = False
    """The buyer agrees that the network verifies the seals of its invoices on its behalf (Directive 2006/112, 233)."""
    compliance_contact: str = ""
    support_hours: str = ""
    support_price: str = ""
    active: bool = True


class Membership(BaseModel):
    """One company that a person acts for, and as what."""

    model_config = ConfigDict(frozen=True)

    company_id: UUID
    roles: frozenset[Role]
    given: frozenset[Right] = frozenset()
    """Single rights beside those of the roles."""
    taken: frozenset[Right] = frozenset()
    """Rights of the roles that this person has not."""

    @field_serializer("roles", "given", "taken")
    def _in_order(self, several: frozenset[Role] | frozenset[Right]) -> list[Role | Right]:
        """The same set has the same text in every process: projections are compared by what they hold."""
        return sorted(several)


@fact
class UserState(Fact):
    """The latest state of a person. Tokens issued before `valid_from` are refused."""

    type_name: ClassVar[str] = "user.state"
    topic: ClassVar[str] = REGISTRATION_STATE

    user_id: UUID
    revision: int
    email: str | None
    name: str | None
    language: str
    memberships: tuple[Membership, ...]
    valid_from: datetime
    active: bool = True
    erased: bool = False


class ConnectionStatus(StrEnum):
    """Where a supplier and a buyer's unit stand with each other."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REFUSED = "refused"
    DISCONNECTED = "disconnected"


@fact
class ConnectionState(Fact):
    """The latest state of the connection between a supplier and a buyer's unit."""

    type_name: ClassVar[str] = "connection.state"
    topic: ClassVar[str] = REGISTRATION_STATE

    connection_id: UUID
    revision: int
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    status: ConnectionStatus
    since: datetime
    supplier_number: str | None = None
    consent: bool = False
    customer_language: str | None = None
    """In which the supplier addresses this customer (`PageLanguage`); None: in that of the customer's country."""
    ready_state: str = "none"
    """On the way to the first order: none, notified, held (an open question), ready."""
    ready_at: datetime | None = None
    """Since when it is at that step. From `ready` on, paper is refused."""


@fact
class GrantState(Fact):
    """What a company may still send: `allowance` transactions granted in all, or no limit when None.

    `archive_ends_at` is the archive option: what is sent before this instant is kept ten years, with its container;
    None: always.
    """

    type_name: ClassVar[str] = "grant.state"
    topic: ClassVar[str] = REGISTRATION_STATE

    company_id: UUID
    revision: int
    allowance: int | None
    archive_ends_at: datetime | None = None


class _ConnectionEvent(Fact):
    topic: ClassVar[str] = REGISTRATION_EVENTS

    connection_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    at: datetime


AskedBy = Literal["supplier", "buyer"]
"""The side that asked for a connection; the other one decides."""


@fact
class ConnectionRequested(_ConnectionEvent):
    """A supplier asked to be connected to a unit, or the unit's buyer asked the supplier."""

    type_name: ClassVar[str] = "connection.requested"

    asked_by: AskedBy = "supplier"


@fact
class ConnectionAccepted(_ConnectionEvent):
    """Who was asked accepted."""

    type_name: ClassVar[str] = "connection.accepted"


@fact
class ConnectionRefused(_ConnectionEvent):
    """Who was asked refused."""

    type_name: ClassVar[str] = "connection.refused"


@fact
class ConnectionDisconnected(_ConnectionEvent):
    """One side ended the connection."""

    type_name: ClassVar[str] = "connection.disconnected"


@fact
class CompanyActivated(Fact):
    """A company is registered and its administrator can sign in."""

    type_name: ClassVar[str] = "company.activated"
    topic: ClassVar[str] = REGISTRATION_EVENTS

    company_id: UUID
    at: datetime


@fact
class ConsentGiven(Fact):
    """A customer agreed to receive electronic invoices from an issuer."""

    type_name: ClassVar[str] = "consent.given"
    topic: ClassVar[str] = REGISTRATION_EVENTS

    connection_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    at: datetime


@fact
class GrantGiven(Fact):
    """Transactions were granted to a company."""

    type_name: ClassVar[str] = "grant.given"
    topic: ClassVar[str] = REGISTRATION_EVENTS

    company_id: UUID
    transactions: int | None
    at: datetime
