"""Recomputes the whole log from its rows: every leaf from its columns, every root from the leaves, every head."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from archive.domain import merkle
from archive.domain.entry import Entry
from archive.domain.merkle import Node

_FIELDS: Final = ("id", "kind", "supplier_id", "buyer_id", "invoice_id", "sequence", "digests", "content", "entered_at")
UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a damaged row or head raises: a part of it is missing, or is of another kind."""


@dataclass(frozen=True)
class Problem:
    """What is not as it was: `entry_id` where it is about one, `code` for machines, `detail` for people."""

    code: str
    detail: str
    entry_id: UUID | None = None


@dataclass
class LogAudit:
    """Fed with every numbered row in the order of the leaves, then asked whether the heads are theirs.

    `heads` are stored roots by size; more are promised before the rows that they cover are fed, and each is forgotten
    once it was compared. `completed` gathers the inner nodes that the rows complete, until somebody takes them.
    """

    heads: Mapping[int, bytes]
    completed: dict[Node, bytes] = field(default_factory=dict[Node, bytes])
    newest: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    size: int = 0
    _right: dict[Node, bytes] = field(default_factory=dict[Node, bytes])
    _series: dict[UUID, int] = field(default_factory=dict[UUID, int])
    _head_seen: bool = False

    def __post_init__(self) -> None:
        self._heads: dict[int, bytes] = {}
        self._entered: Any = None
        self.promise(self.heads)

    def promise(self, heads: Mapping[int, bytes]) -> None:
        """These heads are stored, too."""
        self._heads |= heads
        self.newest = max(self.newest, *heads, 0)

    def feed(self, row: Mapping[str, Any], stored: bytes | None) -> None:
        """The next row, and the leaf's hash that the log keeps."""
        size = self.size
        try:
            self._check(row, stored)
        except UNREADABLE as error:
            self._found("ROW_UNREADABLE", f"the row cannot be read: {error!r}", row["id"])
            self._entered = None
            if isinstance(row["sequence"], int):
                self._series[row["supplier_id"]] = row["sequence"]
            if self.size == size:
                self._append(stored or merkle.leaf_hash(b""))

    def _check(self, row: Mapping[str, Any], stored: bytes | None) -> None:
        said = Entry(**{name: row[name] for name in _FIELDS}).leaf()
        leaf = bytes(row["leaf"])
        entry_id: UUID = row["id"]
        # what was numbered together has one time, and each time its own head
        if said == leaf and self._entered not in (None, row["entered_at"]) and not self._head_seen:
            self._found("HEAD_MISSING", f"no head of {self.size} entries is there, and one was signed")
        self._entered = row["entered_at"] if said == leaf else None
        if row["leaf_index"] != self.size:
            self._found("LEAF_OUT_OF_PLACE", f"leaf {row['leaf_index']} stands where {self.size} should", entry_id)
        if said != leaf:
            self._found("ROW_CHANGED", "the row does not say what its leaf says", entry_id)
        stored_as = row.get("object")
        if stored_as is not None and stored_as.get("sha256") != row["digests"].get("deposit"):
            self._found("REFERENCE_CHANGED", "the row refers to another object than its leaf names", entry_id)
        if stored != merkle.leaf_hash(leaf):
            self._found("LEAF_CHANGED", "the log keeps another hash for this leaf", entry_id)
        last = self._series.get(row["supplier_id"], 0)
        if row["sequence"] != last + 1:
            self._found("SERIES_GAP", f"number {row['sequence']} follows {last} in its supplier's series", entry_id)
        self._series[row["supplier_id"]] = row["sequence"]
        self._append(merkle.leaf_hash(leaf))

    def _append(self, leaf_hash: bytes) -> None:
        for node, value in merkle.appended(self.size, leaf_hash, self._right.__getitem__):
            self._right[node] = value
            if node[0]:
                self.completed[node] = value
        self.size += 1
        needed = set(merkle.needed(0, self.size))
        self._right = {node: value for node, value in self._right.items() if node in needed}
        head = self._heads.pop(self.size, None)
        self._head_seen = head is not None
        if head is not None and head != merkle.subtree(0, self.size, self._right.__getitem__):
            self._found("HEAD_DIFFERS", f"the head of {self.size} entries names another root")

    def end(self, counters: Mapping[UUID, int]) -> list[Problem]:
        """Everything that was found; `counters` are the last numbers of the series as their table keeps them."""
        for supplier, last in counters.items():
            if self._series.get(supplier, 0) != last:
                self._found("SERIES_CUT_OFF", f"a series counts {last} and ends at {self._series.get(supplier, 0)}")
        if self.newest > self.size:
            self._found("LOG_CUT_OFF", f"a head names {self.newest} entries, {self.size} are there")
        elif self.newest < self.size:
            self._found("HEAD_MISSING", f"no head covers entries {self.newest} to {self.size}")
        return self.problems

    def _found(self, code: str, detail: str, entry_id: UUID | None = None) -> None:
        self.problems.append(Problem(code, detail, entry_id))
