"""Bouncy Castle accepts the archive's evidence records (RFC 4998), and the archive accepts Bouncy Castle's."""

import contextlib
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from archive.bundle import container
from archive.domain.evidence.hash_tree import HashTree
from archive.domain.evidence.record import ArchiveTimeStamp, EvidenceRefused, encode, verify
from archive.domain.evidence.token import Token, answered, request
from archive.domain.evidence.trust import Trust
from local_stack.pki import authorities, vault
from local_stack.pki.layout import Layout, Name
from local_stack.pki.revocation import Revocation
from local_stack.pki.timestamps import TimeStampUnit

FILES = [f"invoice {number}".encode() for number in range(7)]
DIGESTS = [hashlib.sha256(file).digest() for file in FILES]


class Stamps:
    """The time-stamp unit of one PKI of the local stack."""

    def __init__(self, folder: Path) -> None:
        layout: Layout = authorities.create(folder, "http://pki.test")
        identities = vault.load(layout)
        self._unit = TimeStampUnit(identities[Name.TSA], [identities[Name.TSA_CA].certificate])
        self._revocation = Revocation(layout, identities)

    def stamp(self, digest: bytes) -> Token:
        """A token that carries the lists of today."""
        lists = [x509.load_der_x509_crl(self._revocation.crl(name)) for name in (Name.ROOT, Name.TSA_CA)]
        return answered(self._unit.answer(request(digest, 7)), digest, 7).with_lists(lists)


@pytest.mark.judge
@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("renewals", [0, 1, 2])
def test_bouncy_castle_accepts_our_records(judges: Any, tmp_path: Path, size: int, renewals: int) -> None:
    tree = HashTree([(digest,) for digest in DIGESTS[:size]])
    chain: list[ArchiveTimeStamp] = [
        ArchiveTimeStamp(tree.reduced(size - 1), Stamps(tmp_path / "0").stamp(tree.root).der)
    ]
    for number in range(1, renewals + 1):
        other = hashlib.sha256(b"the time-stamp of another batch").digest()
        above = HashTree([(other,), tuple(hashlib.sha256(each.token).digest() for each in chain)])
        chain.append(ArchiveTimeStamp(above.reduced(1), Stamps(tmp_path / str(number)).stamp(above.root).der))
    (tmp_path / "record.ers").write_bytes(encode(chain))
    (tmp_path / "original").write_bytes(FILES[size - 1])
    verdict = judges.look("evidence", tmp_path)
    assert verdict["ok"], verdict
    (tmp_path / "original").write_bytes(b"another file")
    assert not judges.look("evidence", tmp_path)["ok"]


@pytest.mark.judge
def test_eu_dss_finds_original_and_evidence_in_the_container(judges: Any, tmp_path: Path) -> None:
    tree = HashTree([(digest,) for digest in DIGESTS])
    first = ArchiveTimeStamp(tree.reduced(3), Stamps(tmp_path / "0").stamp(tree.root).der)
    above = HashTree([(hashlib.sha256(first.token).digest(),)])
    renewed = ArchiveTimeStamp(above.reduced(0), Stamps(tmp_path / "1").stamp(above.root).der)
    for record, original, holds in (
        (encode([first]), FILES[3], True),
        (encode([first, renewed]), FILES[3], True),
        (encode([first]), FILES[4], False),
    ):
        place = tmp_path / "container.asice"
        place.write_bytes(container.make(original, record))
        verdict = judges.look("container", place)
        assert verdict["ok"] is holds, verdict
    assert verdict["type"] == "ASiC-E"


@pytest.mark.judge
def test_we_accept_the_records_of_bouncy_castle(judges: Any, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for number, file in enumerate(FILES):
        (tmp_path / "files" / str(number)).write_bytes(file)
    made = judges.look("evidence-maker", tmp_path)
    assert made["ok"], made
    trust = Trust.of_pem((tmp_path / "roots.pem").read_bytes())
    later = datetime.now(UTC) + timedelta(minutes=1)
    records = [(tmp_path / f"{number}.ers").read_bytes() for number in range(len(FILES))]
    proved = [_proved(record, trust, later) for record in records]
    assert sorted(proved) == list(range(len(FILES)))
    renewed = (tmp_path / "renewed.ers").read_bytes()
    assert len(verify(renewed, DIGESTS[proved[0]], trust, later)) == 2


def _proved(record: bytes, trust: Trust, at: datetime) -> int:
    """Which file a record proves, and it alone."""
    found: list[int] = []
    for number, digest in enumerate(DIGESTS):
        with contextlib.suppress(EvidenceRefused):
            verify(record, digest, trust, at)
            found.append(number)
    (only,) = found
    return only
