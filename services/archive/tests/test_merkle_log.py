"""The log proves what is in it and that it only grew; a change of one bit shows."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.domain import merkle


class Log:
    """A log in memory, grown as the store grows it."""

    def __init__(self, size: int) -> None:
        self.nodes: dict[merkle.Node, bytes] = {}
        self.leaves: list[bytes] = []
        for number in range(size):
            leaf = merkle.leaf_hash(str(number).encode())
            self.leaves.append(leaf)
            for node, value in merkle.appended(number, leaf, self.nodes.__getitem__):
                self.nodes[node] = value

    def hashes(self, subtrees: list[tuple[int, int]]) -> list[bytes]:
        return [merkle.subtree(start, length, self.nodes.__getitem__) for start, length in subtrees]

    def root(self, size: int) -> bytes:
        return merkle.subtree(0, size, self.nodes.__getitem__)


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, §2.1, writes it down, recursively over all leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


LOG = Log(300)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 100, 255, 256, 257, 300])
def test_the_stored_nodes_give_the_root_that_the_rfc_defines(size: int) -> None:
    assert LOG.root(size) == defined_root(LOG.leaves[:size])


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_entry_is_proved_in_every_later_log(case: tuple[int, int]) -> None:
    size, index = case
    proof = LOG.hashes(merkle.inclusion(index, size))
    assert merkle.root_from_inclusion(LOG.leaves[index], index, size, proof) == LOG.root(size)


@given(st.integers(2, 300), st.data())
def test_a_proof_with_one_changed_bit_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = LOG.hashes(merkle.inclusion(index, size))
    which = data.draw(st.integers(0, len(proof) - 1))
    changed = bytearray(proof[which])
    changed[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    proof[which] = bytes(changed)
    assert merkle.root_from_inclusion(LOG.leaves[index], index, size, proof) != LOG.root(size)


@given(st.integers(1, 300).flatmap(lambda second: st.tuples(st.integers(1, second), st.just(second))))
def test_a_log_that_grew_is_consistent_with_what_it_was(case: tuple[int, int]) -> None:
    first, second = case
    proof = LOG.hashes(merkle.consistency(first, second))
    assert merkle.consistent(first, second, LOG.root(first), LOG.root(second), proof)


@given(st.integers(2, 300).flatmap(lambda second: st.tuples(st.integers(1, second - 1), st.just(second))))
def test_a_log_whose_past_was_rewritten_is_not(case: tuple[int, int]) -> None:
    first, second = case
    proof = LOG.hashes(merkle.consistency(first, second))
    other = hashlib.sha256(b"another past").digest()
    assert not merkle.consistent(first, second, other, LOG.root(second), proof)


def test_an_entry_outside_the_log_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion(5, 5)
