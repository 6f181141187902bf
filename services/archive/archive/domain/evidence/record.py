"""An evidence record (RFC 4998, §3 and §4): archive time-stamps in chains, and what it proves of a digest.

A further time-stamp in a chain renews the ones before it: it covers all of them, as Bouncy Castle asks for, which
includes the last one, as the RFC asks for. A further chain would renew the hash algorithm (§5.3); none is made yet.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from asn1crypto import algos, cms, core

from archive.domain.evidence.der import INTEGER, OCTET_STRING, SEQUENCE, SHA256, context, element
from archive.domain.evidence.hash_tree import Reduced, root_of
from archive.domain.evidence.token import Token, TokenRefused
from archive.domain.evidence.trust import Lists, Trust


class EvidenceRefused(ValueError):
    """The record does not prove what it should; the message says which part fails."""


@dataclass(frozen=True)
class ArchiveTimeStamp:
    """A token (DER ContentInfo) and the way from what is proved to what it stamps."""

    reduced: Reduced
    token: bytes = field(repr=False)


class _PartialHashtree(core.SequenceOf):
    _child_spec = core.OctetString


class _PartialHashtrees(core.SequenceOf):
    _child_spec = _PartialHashtree


class _ArchiveTimeStamp(core.Sequence):
    _fields = [  # noqa: RUF012 - asn1crypto's way of saying it
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", cms.CMSAttributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", _PartialHashtrees, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class _Chain(core.SequenceOf):
    _child_spec = _ArchiveTimeStamp


class _Chains(core.SequenceOf):
    _child_spec = _Chain


class _DigestAlgorithms(core.SequenceOf):
    _child_spec = algos.DigestAlgorithm


class _CryptoInfos(core.SequenceOf):
    _child_spec = cms.CMSAttribute


class _EvidenceRecord(core.Sequence):
    _fields = [  # noqa: RUF012 - asn1crypto's way of saying it
        ("version", core.Integer),
        ("digest_algorithms", _DigestAlgorithms),
        ("crypto_infos", _CryptoInfos, {"implicit": 0, "optional": True}),
        ("encryption_info", core.Sequence, {"implicit": 1, "optional": True}),
        ("archive_time_stamp_sequence", _Chains),
    ]


def encode(chain: Sequence[ArchiveTimeStamp]) -> bytes:
    """The DER of a record with one chain, oldest time-stamp first."""
    stamps = element(SEQUENCE, *(_encoded(each) for each in chain))
    algorithms = element(SEQUENCE, SHA256)
    return element(SEQUENCE, element(INTEGER, b"\x01"), algorithms, element(SEQUENCE, stamps))


def _encoded(stamp: ArchiveTimeStamp) -> bytes:
    lists = [element(SEQUENCE, *(element(OCTET_STRING, each) for each in digests)) for digests in stamp.reduced]
    algorithm = bytes((context(0),)) + SHA256[1:]  # [0] IMPLICIT
    return element(SEQUENCE, algorithm, element(context(2), *lists) if lists else b"", stamp.token)


def decode(record: bytes) -> list[ArchiveTimeStamp]:
    """The archive time-stamps of a record with one chain. Raises EvidenceRefused."""
    try:
        parsed = cast(Any, _EvidenceRecord.load(record, strict=True))
        version = parsed["version"].native
        algorithms = {each["algorithm"].native for each in parsed["digest_algorithms"]}
        chains = [[_decoded(stamp) for stamp in chain] for chain in parsed["archive_time_stamp_sequence"]]
        algorithms |= {algorithm for chain in chains for algorithm, _ in chain if algorithm}
    except (ValueError, TypeError, KeyError) as error:
        raise EvidenceRefused(f"not an evidence record: {error}") from error
    if version != 1 or algorithms != {"sha256"}:
        raise EvidenceRefused(f"version {version} with {sorted(algorithms)}: version 1 with SHA-256 is read")
    if len(chains) != 1 or not chains[0]:
        raise EvidenceRefused(f"{len(chains)} chains of time-stamps: one is read, since no hash was renewed yet")
    return [stamp for _, stamp in chains[0]]


def _decoded(stamp: Any) -> tuple[str | None, ArchiveTimeStamp]:
    named = stamp["digest_algorithm"].native
    tree = stamp["reduced_hashtree"].native or ()
    lists = tuple(tuple(members) for members in tree)
    return named and named["algorithm"], ArchiveTimeStamp(lists, stamp["time_stamp"].dump())


def verify(record: bytes, digest: bytes, trust: Trust, at: datetime, *, lists: Lists = ()) -> list[Token]:
    """That `digest` (SHA-256) existed when the first token says, judged at `at` (§4.3, §5.4); the tokens, oldest first.

    Each token must hold at the time of the one that renews it, by the revocation lists it carries, which were current
    then; the last one at `at`, by `lists` too. Raises EvidenceRefused.
    """
    chain = decode(record)
    try:
        tokens = [Token.read(each.token) for each in chain]
        _covers(chain[0], [digest], tokens[0], "the file")
        for number in range(1, len(chain)):
            stamped = [hashlib.sha256(each.token).digest() for each in chain[:number]]
            _covers(chain[number], stamped[-1:], tokens[number], f"time-stamp {number}")
        until = [*(token.at for token in tokens[1:]), at]
        for number, (token, moment) in enumerate(zip(tokens, until, strict=True), 1):
            if moment < token.at:
                raise EvidenceRefused(f"time-stamp {number} is of {token.at}, after {moment}")
            is_last = number == len(tokens)
            token.verify(trust, moment, lists=lists if is_last else (), current_at=None if is_last else moment)
    except TokenRefused as error:
        raise EvidenceRefused(str(error)) from error
    return tokens


def _covers(stamp: ArchiveTimeStamp, digests: Iterable[bytes], token: Token, what: str) -> None:
    for digest in digests:
        try:
            root = root_of(stamp.reduced, digest)
        except ValueError as error:
            raise EvidenceRefused(f"{what}: {error}") from error
        if token.algorithm != "sha256" or root != token.imprint:
            raise EvidenceRefused(f"{what}: the hash tree does not lead to what was time-stamped")
