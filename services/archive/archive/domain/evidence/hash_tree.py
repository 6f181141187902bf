"""The hash tree of RFC 4998, §4.2: each node hashes its children in binary ascending order, with SHA-256.

A leaf is a data object or a group of them, whose hash is that of its members' hashes in ascending order. What has no
sibling rises a level as it is.
"""

import hashlib
from collections.abc import Iterable, Sequence

Group = tuple[bytes, ...]
"""Digests that are proved together; mostly one."""
Reduced = tuple[tuple[bytes, ...], ...]
"""The lists of a reduced hash tree; the first holds the group itself. Empty: the time-stamp is over the only digest."""


def sorted_hash(values: Iterable[bytes]) -> bytes:
    """The hash of values in ascending order; of one value: itself."""
    ordered = sorted(values)
    return ordered[0] if len(ordered) == 1 else hashlib.sha256(b"".join(ordered)).digest()


class HashTree:
    """The tree over some groups, with its root and the way there from each group."""

    def __init__(self, groups: Sequence[Group]) -> None:
        """Raises ValueError without a group, or for one without members."""
        if not groups or not all(groups):
            raise ValueError("a hash tree needs groups, and each of them members")
        self._groups = groups
        self._rows = [[sorted_hash(group) for group in groups]]
        while len(self._rows[-1]) > 1:
            row = self._rows[-1]
            self._rows.append([sorted_hash(row[at : at + 2]) for at in range(0, len(row), 2)])

    @property
    def root(self) -> bytes:
        """What is time-stamped."""
        return self._rows[-1][0]

    def reduced(self, index: int) -> Reduced:
        """What leads from the group of this number to the root (§4.2)."""
        group = tuple(sorted(self._groups[index]))
        lists: list[tuple[bytes, ...]] = [group]
        at = index
        for row in self._rows[:-1]:
            sibling = at ^ 1
            if sibling < len(row):
                lists.append((row[sibling],))
            at >>= 1
        if len(group) > 1:
            return tuple(lists)
        # one digest and its sibling stand in one list, so that every reading of the norm hashes both
        return (tuple(sorted((*group, *lists[1]))), *lists[2:]) if len(lists) > 1 else ()


def root_of(reduced: Reduced, digest: bytes) -> bytes:
    """The root that a reduced hash tree leads to from one digest (§4.3). Raises ValueError when it is not in it."""
    if not reduced:
        return digest
    if digest not in reduced[0]:
        raise ValueError("the digest is not in the first list of the reduced hash tree")
    value = sorted_hash(reduced[0])
    for siblings in reduced[1:]:
        value = sorted_hash((*siblings, value))
    return value
