"""Merkle tree hash, inclusion and consistency proofs as RFC 6962, §2.1, defines them, with SHA-256.

The tree is stored as its complete subtrees: `(level, index)` covers leaves `index * 2**level` up to `(index + 1) *
2**level`.
"""

import hashlib
from collections.abc import Callable, Iterator

Node = tuple[int, int]
"""Level (0: a leaf) and index at this level."""
Read = Callable[[Node], bytes]
"""Gives the hash of a stored node."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (prefix 0x00, so that no leaf can pass for a node)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(index: int, leaf: bytes, read: Read) -> Iterator[tuple[Node, bytes]]:
    """The nodes that come to be complete when leaf number `index` is appended, bottom up, itself first."""
    level, at, value = 0, index, leaf
    yield (level, at), value
    while at & 1:
        value = node_hash(read((level, at - 1)), value)
        level, at = level + 1, at >> 1
        yield (level, at), value


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def needed(start: int, size: int) -> Iterator[Node]:
    """The stored nodes from which the hash of leaves `start` … `start + size - 1` is made; `start` is aligned."""
    while size:
        part = 1 << size.bit_length() - 1
        level = part.bit_length() - 1
        yield level, start >> level
        start, size = start + part, size - part


def count(size: int) -> int:
    """How many nodes a log of `size` leaves stores."""
    return 2 * size - size.bit_count()


def subtree(start: int, size: int, read: Read) -> bytes:
    """The hash of `size` leaves from `start`; the empty tree's hash when there are none."""
    parts = [read(node) for node in needed(start, size)]
    if not parts:
        return EMPTY_ROOT
    value = parts.pop()
    while parts:
        value = node_hash(parts.pop(), value)
    return value


def inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees (start, size) whose hashes prove leaf `index` in a tree of `size` leaves, from the leaf upwards.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")

    def path(index: int, start: int, size: int) -> list[tuple[int, int]]:
        if size == 1:
            return []
        split = _split(size)
        if index < split:
            return [*path(index, start, split), (start + split, size - split)]
        return [*path(index - split, start + split, size - split), (start, split)]

    return path(index, 0, size)


def consistency(first: int, second: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes prove that a tree of `second` leaves begins with the tree of `first` leaves.

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError("the first tree is not a beginning of the second")

    def path(first: int, start: int, size: int, known: bool) -> list[tuple[int, int]]:
        if first == size:
            return [] if known else [(start, size)]
        split = _split(size)
        if first <= split:
            return [*path(first, start, split, known), (start + split, size - split)]
        return [*path(first - split, start + split, size - split, False), (start, split)]

    return path(first, 0, second, True)


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to. Raises ValueError when it has the wrong length."""
    sides = [start > index for start, _ in inclusion(index, size)]
    if len(sides) != len(proof):
        raise ValueError("the proof has the wrong length")
    value = leaf
    for right, sibling in zip(sides, proof, strict=True):
        value = node_hash(value, sibling) if right else node_hash(sibling, value)
    return value


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: list[bytes]) -> bool:
    """Whether a proof shows that the second tree begins with the first (RFC 9162, §2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    left = right = path[0]
    for value in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            left, right = node_hash(value, left), node_hash(value, right)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            right = node_hash(right, value)
        number, last = number >> 1, last >> 1
    return left == first_root and right == second_root and last == 0
