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


@dataclass(frozen=True)
class Stored:
    """Bytes by digest; `locked` says that the object store holds them so that nobody can remove them."""

    sha256: str
    size: int
    locked: bool = True


@dataclass(frozen=True)
class Entry:
    """A numbered entry of the archive; `noted` is the original as its row says, `found` as the object store has it."""

    submission: str
    kind: str
    supplier: str
    sequence: int | None
    leaf_index: int | None
    leaf: bytes
    noted: Stored | None = None
    found: Stored | None = None


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


@dataclass(frozen=True)
class Heard:
    """A webhook that arrived."""

    id: str
    type: str
    subject: str
    body: str


@dataclass(frozen=True)
class Rest:
    """What a service has left after calm."""

    service: str
    outbox: int = 0
    parked: int = 0
    dead: int = 0
    lag: int = 0
    idle_transactions: int = 0
    unnumbered_audits: int = 0
    broken_audit: str = ""


@dataclass
class History:
    """Everything an oracle looks at."""

    tried: set[str] = field(default_factory=set[str])
    """Invoices whose submit was sent at least once."""
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    """Invoice → submission that a 2xx named."""
    replies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Idempotency key → bodies of its 2xx answers, in the order of the requests."""
    submissions: list[Submission] = field(default_factory=list[Submission])
    seals: dict[str, str] = field(default_factory=dict[str, str])
    """Submission → digest of the sealed original, as signing noted it."""
    entries: list[Entry] = field(default_factory=list[Entry])
    heads: list[Head] = field(default_factory=list[Head])
    lines: list[Line] = field(default_factory=list[Line])
    facts: list[Fact] = field(default_factory=list[Fact])
    heard: list[Heard] = field(default_factory=list[Heard])
    hooked: set[str] = field(default_factory=set[str])
    """Invoices that were submitted while the webhook was there."""
    poison: int = 0
    """Dead letters that the run caused on purpose."""
    rests: list[Rest] = field(default_factory=list[Rest])
    rebuilt: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """service.table → hash of the live rows, hash of the rebuilt ones."""
