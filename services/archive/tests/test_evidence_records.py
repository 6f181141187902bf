"""Evidence records prove each file of a batch for decades, and nothing else."""

import contextlib
import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.domain.evidence.hash_tree import HashTree, root_of
from archive.domain.evidence.record import ArchiveTimeStamp, EvidenceRefused, encode, verify
from archive.domain.evidence.token import Token
from archive.domain.evidence.trust import Trust

YEAR = timedelta(days=365)
FILES = [f"invoice {number}".encode() for number in range(11)]
DIGESTS = [hashlib.sha256(file).digest() for file in FILES]
Made = Callable[[str, datetime, float], Any]
Trusting = Callable[..., Trust]


@given(st.lists(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3), min_size=1, max_size=40))
def test_every_member_of_every_group_leads_to_the_root(groups: list[list[bytes]]) -> None:
    tree = HashTree([tuple(group) for group in groups])
    for number, group in enumerate(groups):
        assert {root_of(tree.reduced(number), digest) for digest in group} == {tree.root}


@given(st.integers(2, 40).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.data())
def test_a_reduced_tree_with_one_changed_bit_leads_elsewhere(case: tuple[int, int], data: st.DataObject) -> None:
    size, index = case
    digests = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    tree = HashTree([(digest,) for digest in digests])
    lists = [list(members) for members in tree.reduced(index)]
    row = data.draw(st.integers(0, len(lists) - 1))
    at = data.draw(st.integers(0, len(lists[row]) - 1))
    changed = bytearray(lists[row][at])
    changed[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    lists[row][at] = bytes(changed)
    try:
        assert root_of(tuple(tuple(members) for members in lists), digests[index]) != tree.root
    except ValueError:
        assert row == 0


class Batch:
    """The archive's way with one batch: stamped once, renewed with everything that was stamped before."""

    def __init__(self, stamps: Any) -> None:
        self.tree = HashTree([(digest,) for digest in DIGESTS])
        self.stamps = [stamps.stamp(self.tree.root)]
        self.trees: list[HashTree] = []

    def renew(self, old: Any, new: Any, at: datetime) -> None:
        """A token of `new` over all tokens of this batch and one of another batch, which shares the time-stamp."""
        self.stamps[-1] = self.stamps[-1].with_lists(old.lists(at))
        other = (hashlib.sha256(b"another batch").digest(),)
        tree = HashTree([other, tuple(hashlib.sha256(token.der).digest() for token in self.stamps)])
        self.trees.append(tree)
        self.stamps.append(new.stamp(tree.root, at))

    def record(self, number: int) -> bytes:
        """The evidence record of one file."""
        reduced = [self.tree.reduced(number), *(tree.reduced(1) for tree in self.trees)]
        tokens = [token.der for token in self.stamps]
        return encode([ArchiveTimeStamp(*each) for each in zip(reduced, tokens, strict=True)])


def test_each_file_of_a_batch_is_proved_by_one_token_and_no_other_file_is(
    generation: Made, trusting: Trusting, began: datetime
) -> None:
    first = generation("First", began, 5)
    batch, at = Batch(first), began + YEAR
    for number, digest in enumerate(DIGESTS):
        (token,) = verify(batch.record(number), digest, trusting(first), at)
        assert token.at == began
    with pytest.raises(EvidenceRefused, match="not in the first list"):
        verify(batch.record(0), DIGESTS[5], trusting(first), at)
    with pytest.raises(EvidenceRefused, match="no trusted root"):
        verify(batch.record(0), DIGESTS[0], trusting(generation("Other", began, 5)), at)


def test_twelve_years_three_authorities_and_a_revoked_one_leave_every_file_proved(
    generation: Made, trusting: Trusting, began: datetime
) -> None:
    generations = [generation("First", began, 5), generation("Second", began + 4 * YEAR, 5)]
    generations.append(generation("Third", began + 8 * YEAR, 6))
    first, second, third = generations
    trust, twelve_years = trusting(*generations), began + 12 * YEAR
    batch = Batch(first)
    unrenewed = batch.record(0)
    batch.renew(first, second, began + 4.5 * YEAR)
    first.revoke(first.authority, began + 6 * YEAR, x509.ReasonFlags.ca_compromise)
    once_renewed = batch.record(0)
    batch.renew(second, third, began + 8.5 * YEAR)

    for number, digest in enumerate(DIGESTS):
        tokens = verify(batch.record(number), digest, trust, twelve_years, lists=third.lists(twelve_years))
        assert [token.at for token in tokens] == [began, began + 4.5 * YEAR, began + 8.5 * YEAR]
    with pytest.raises(EvidenceRefused, match="First Unit was good from"):
        verify(unrenewed, DIGESTS[0], trust, twelve_years)
    with pytest.raises(EvidenceRefused, match="Second Unit was good from"):
        verify(once_renewed, DIGESTS[0], trust, twelve_years)


def test_what_an_authority_stamped_before_it_was_compromised_needs_to_have_been_renewed_before(
    generation: Made, trusting: Trusting, began: datetime
) -> None:
    first, second = generation("First", began, 5), generation("Second", began, 9)
    late = Batch(first)
    first.revoke(first.authority, began + YEAR, x509.ReasonFlags.ca_compromise)
    late.renew(first, second, began + 2 * YEAR)
    with pytest.raises(EvidenceRefused, match=r"First CA was revoked on 2027-01-01 \(cACompromise\)"):
        verify(late.record(0), DIGESTS[0], trusting(first, second), began + 3 * YEAR)


def test_an_authority_that_ceased_leaves_its_time_stamps_good(
    generation: Made, trusting: Trusting, began: datetime
) -> None:
    first, second = generation("First", began, 5), generation("Second", began, 9)
    batch = Batch(first)
    first.revoke(first.unit, began + YEAR, x509.ReasonFlags.cessation_of_operation)
    batch.renew(first, second, began + 2 * YEAR)
    assert len(verify(batch.record(3), DIGESTS[3], trusting(first, second), began + 3 * YEAR)) == 2


def test_a_renewal_must_carry_the_lists_of_its_day(generation: Made, trusting: Trusting, began: datetime) -> None:
    first, second = generation("First", began, 5), generation("Second", began, 9)
    batch = Batch(first)
    hidden = batch.stamps[0]
    first.revoke(first.unit, began + YEAR, x509.ReasonFlags.key_compromise)
    batch.renew(first, second, began + 2 * YEAR)
    tree = HashTree([(hashlib.sha256(hidden.der).digest(),)])
    forged = [ArchiveTimeStamp(batch.tree.reduced(0), hidden.der)]
    forged.append(ArchiveTimeStamp((), second.stamp(tree.root, began + 2 * YEAR).der))
    with pytest.raises(EvidenceRefused, match="no revocation list of CN=First CA was current"):
        verify(encode(forged), DIGESTS[0], trusting(first, second), began + 3 * YEAR)


@pytest.fixture(scope="session")
def story(generation: Made, trusting: Trusting, began: datetime) -> tuple[bytes, Trust, datetime]:
    """The record of the first file after one renewal, what is trusted, and a later day."""
    first, second = generation("First", began, 5), generation("Second", began, 9)
    batch = Batch(first)
    batch.renew(first, second, began + YEAR)
    return batch.record(0), trusting(first, second), began + 2 * YEAR


@settings(max_examples=int(os.environ.get("CHANGED_BYTES", "60")), deadline=None)
@given(data=st.data())
def test_no_changed_byte_makes_a_record_say_anything_else(
    story: tuple[bytes, Trust, datetime], data: st.DataObject
) -> None:
    """A byte without meaning, as parameters of an algorithm that has none, may differ: what is proved is the same."""
    record, trust, at = story
    changed = bytearray(record)
    changed[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(EvidenceRefused):
        found = verify(bytes(changed), DIGESTS[0], trust, at)
        assert [_said(token) for token in found] == [_said(token) for token in verify(record, DIGESTS[0], trust, at)]


def _said(token: Token) -> tuple[datetime, bytes, x509.Certificate]:
    return token.at, token.imprint, token.signer
