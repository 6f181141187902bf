"""What a run left behind, as plain values: the client's journal, the databases, the object store, the topics."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Submission:
    """A submission as invoicing knows it; `state` is that of its invoice, `gross` the total of the invoice."""

    id: str
    invoice: str
    supplier: str
    number: str
    state: str
    gross: Decimal
    buyer: str = "buyer"


@dataclass(frozen=True)
class Stored:
    """Bytes by digest; `locked` says that the object store holds them so that nobody can remove them before `until`."""

    sha256: str
    size: int
    locked: bool = True
    until: str = ""


@dataclass(frozen=True)
class Entry:
    """A numbered entry of the archive; `noted` is the deposit as its row says, `found` as the object store has it.

    `original` is the digest of the sealed file in it, `gross` the total in the XML that this one embeds.
    """

    submission: str
    kind: str
    supplier: str
    sequence: int | None
    leaf_index: int | None
    leaf: bytes
    noted: Stored | None = None
    found: Stored | None = None
    gross: Decimal | None = None
    original: str = ""


@dataclass(frozen=True)
class Head:
    """A signed head of the log: what it signs, and whether its signature holds."""

    size: int
    root: str
    signed: bool = True


@dataclass(frozen=True)
class Line:
    """An order line's account, and the sums of its movements by account."""

    id: str
    allowed: Decimal
    reserved: Decimal
    invoiced: Decimal
    credited: Decimal
    used: Decimal
    """What the submissions that count take of it."""


@dataclass(frozen=True)
class Fact:
    """A record of a topic, in the order of its partition: `key` is source and subject, `body` a digest of its value."""

    id: str
    type: str
    key: str
    submission: str
    sequence: int
    body: str
    original: str = ""
    gross: Decimal | None = None
    tenant: str = ""
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Heard:
    """A webhook that arrived; `gross` is the total that it tells the buyer."""

    id: str
    type: str
    subject: str
    body: str
    signed: bool = True
    gross: Decimal | None = None


@dataclass(frozen=True)
class Mailed:
    """A mail that arrived: its Message-ID, to whom, and a digest of all but its date, which invoices it is about."""

    id: str
    to: str
    about: frozenset[str]
    body: str


@dataclass(frozen=True)
class Shown:
    """An id that a company was shown: by a list, an item of its feed, a fact of its own."""

    company: str
    where: str
    id: str


@dataclass(frozen=True)
class Poison:
    """A record that the run injected; `readers` must each keep it as a dead letter, and nobody else."""

    kind: str
    key: str
    body: str
    readers: frozenset[str]


@dataclass(frozen=True)
class Letter:
    """An open dead letter; `told`: operators see it with its reason; `body`: digest of what its topic holds."""

    service: str
    key: str
    error: str
    told: bool
    body: str


@dataclass(frozen=True)
class Rest:
    """What a service has left after calm; `blocked` are the facts that stand for open dead letters."""

    service: str
    outbox: int = 0
    parked: int = 0
    blocked: int = 0
    lag: int = 0
    unsent: int = 0
    idle_transactions: int = 0
    waiting_locks: int = 0
    lost_leases: int = 0
    unnumbered_audits: int = 0
    broken_audit: str = ""


@dataclass
class History:
    """Everything an oracle looks at."""

    tried: set[str] = field(default_factory=set[str])
    """Invoices whose submit was sent at least once."""
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    """Invoice → submission that a 2xx named."""
    ordered: set[str] = field(default_factory=set[str])
    """Orders that a 2xx named."""
    orders: dict[str, str] = field(default_factory=dict[str, str])
    """Orders of po-sync, with their content's digest; invoicing knows them too."""
    replies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Idempotency key → bodies of its 2xx answers, in the order of the requests."""
    misused: list[int] = field(default_factory=list[int])
    """Statuses of answers to another request under a used key."""
    submissions: list[Submission] = field(default_factory=list[Submission])
    seals: dict[str, str] = field(default_factory=dict[str, str])
    """Submission → digest of the sealed original, as signing noted it."""
    entries: list[Entry] = field(default_factory=list[Entry])
    copies: dict[str, int] = field(default_factory=dict[str, int])
    """Key of a sealed or archived object → how many versions of it there are."""
    uploads: int = 0
    """Uploads that were begun and neither completed nor given up."""
    heads: list[Head] = field(default_factory=list[Head])
    lines: list[Line] = field(default_factory=list[Line])
    facts: list[Fact] = field(default_factory=list[Fact])
    heard: list[Heard] = field(default_factory=list[Heard])
    mails: list[Mailed] = field(default_factory=list[Mailed])
    reported: dict[str, str] = field(default_factory=dict[str, str])
    """Numbers of invoices whose buyer reported a status → address of the person who gets a mail about it."""
    asked_in: set[str] = field(default_factory=set[str])
    """Addresses of people who were asked in, each with one mail."""
    polled: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Positions and ids as a program read them by its cursor while the run was on."""
    feed: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """The same feed, read afterwards from its start."""
    shown: list[Shown] = field(default_factory=list[Shown])
    owners: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Invoice, submission or order → the companies whose business it is."""
    people: dict[str, str] = field(default_factory=dict[str, str])
    """Mail address → company."""
    poison: list[Poison] = field(default_factory=list[Poison])
    letters: list[Letter] = field(default_factory=list[Letter])
    rests: list[Rest] = field(default_factory=list[Rest])
    rebuilt: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """service.table → hash of the live rows, hash of the rebuilt ones."""
