"""Time-stamp requests and what authorities answer (RFC 3161), without building objects of either."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from signing.errors import TsaUnavailable
from signing.sealer.authorities import Probe, TimeStampAuthority, refuse_other_clock
from signing.sealer.der import (
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    TRUE,
    Element,
    context,
    element,
    identifier,
    integer,
    read,
)

SHA256: Final = element(SEQUENCE, identifier("2.16.840.1.101.3.4.2.1"), NULL)
SIGNED_DATA: Final = identifier("1.2.840.113549.1.7.2")
TST_INFO: Final = identifier("1.2.840.113549.1.9.16.1.4")
_GRANTED: Final = (0, 1)
_NONCE_BITS: Final = 63
_TIME_DIGITS: Final = 14


@dataclass(frozen=True)
class TimeStamp:
    """A token (DER ContentInfo) and the time it states (UTC)."""

    token: bytes = field(repr=False)
    at: datetime


async def stamp(authority: TimeStampAuthority, probe: Probe, digest: bytes) -> TimeStamp:
    """A token over a SHA-256 digest by an authority whose certificates are those of `probe`.

    Raises TsaUnavailable when it does not answer, refuses, stamps something else, has other certificates by now, or
    another time than we have.
    """
    nonce = integer(secrets.randbits(_NONCE_BITS))
    imprint = element(SEQUENCE, SHA256, element(OCTET_STRING, digest))
    answer = await authority.stamp(element(SEQUENCE, integer(1), imprint, nonce, TRUE))
    try:
        found, certificates = _checked(answer, imprint, nonce)
    except (ValueError, StopIteration) as error:
        raise TsaUnavailable(f"{authority.name} gave no usable token: {error}") from error
    refuse_other_clock(authority, found.at)
    if certificates != probe.certificates:
        raise TsaUnavailable(f"{authority.name} changed its certificates: its revocation data must be fetched")
    return found


def _checked(answer: bytes, imprint: bytes, nonce: bytes) -> tuple[TimeStamp, tuple[bytes, ...]]:
    status, *tokens = read(answer).members()
    code = int.from_bytes(next(status.members()).content, "big")
    if code not in _GRANTED or not tokens:
        raise ValueError(f"it refuses to stamp, with status {code}")
    token = tokens[0]
    kind, wrapped = token.members()
    if kind.der != SIGNED_DATA:
        raise ValueError("no SignedData")
    _, _, encapsulated, *rest = read(wrapped.data, wrapped.begin, wrapped.end).members()
    info = _info(encapsulated)
    _, _, stamped, _, time, *optional = info
    if stamped.der != imprint:
        raise ValueError("something else was stamped than what was asked for")
    if nonce not in [member.der for member in optional if member.tag == INTEGER]:
        raise ValueError("it does not repeat the nonce")
    certificates = next(member for member in rest if member.tag == context(0))
    return TimeStamp(token.der, _moment(time)), tuple(member.der for member in certificates.members())


def _info(encapsulated: Element) -> list[Element]:
    kind, wrapped = encapsulated.members()
    if kind.der != TST_INFO:
        raise ValueError("no TSTInfo")
    octets = read(wrapped.data, wrapped.begin, wrapped.end)
    return list(read(octets.content).members())


def _moment(time: Element) -> datetime:
    """GeneralizedTime in UTC, with or without a fraction of the second (RFC 3161 §2.4.2)."""
    written = time.content.decode("ascii")
    if time.tag != GENERALIZED_TIME or not written.endswith("Z"):
        raise ValueError("its time is not in UTC")
    whole, _, fraction = written[:-1].partition(".")
    if len(whole) != _TIME_DIGITS:
        raise ValueError("its time is not written to the second")
    year, *rest = int(whole[:4]), *(int(whole[place : place + 2]) for place in range(4, _TIME_DIGITS, 2))
    microsecond = int(fraction.ljust(6, "0")[:6]) if fraction else 0
    return datetime(year, rest[0], rest[1], rest[2], rest[3], rest[4], microsecond, UTC)
