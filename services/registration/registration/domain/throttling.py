"""How many wrong passwords are borne, so that guessing is slow and nobody can lock an owner out.

Failures count by e-mail *and* network, so a stranger elsewhere spends nobody's tries but their own. A browser that has
signed in before carries a device token and has tries of its own (OWASP, device cookies): even a stranger on the same
network cannot use them up.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final
from uuid import UUID

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT_AND_NETWORK: Final = 10
PER_DEVICE: Final = 10
PER_NETWORK: Final = 200
"""Over all accounts: an office behind one address signs in through it, a list of leaked passwords does not."""
PER_ADDRESSEE: Final = 10
PER_SENDER: Final = 100


@dataclass(frozen=True)
class Bucket:
    """Where a try is counted; the name is a digest, so that addresses and e-mails are not kept."""

    name: bytes
    limit: int


def network_of(address: str) -> str:
    """What one subscriber gets: the IPv4 address, or the /64 of an IPv6 address (RFC 6177); "unknown" for neither."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


def _bucket(limit: int, *parts: str) -> Bucket:
    return Bucket(hashlib.sha256("\0".join(parts).encode()).digest(), limit)


def buckets(email: str, address: str, device_of: UUID | None, device: bytes) -> tuple[Bucket, ...]:
    """Where a try counts. `device_of` is the person whose device token came with it, None without one of this account.

    A known device counts only for itself, so nobody else's tries can refuse it.
    """
    if device_of is not None:
        return (_bucket(PER_DEVICE, "device", device.hex(), str(device_of)),)
    network = network_of(address)
    return (
        _bucket(PER_ACCOUNT_AND_NETWORK, "account", email.casefold(), network),
        _bucket(PER_NETWORK, "network", network),
    )


def second_factor_buckets(person_id: UUID, address: str, device_of: UUID | None, device: bytes) -> tuple[Bucket, ...]:
    """Where a wrong code counts: whoever knows the password guesses codes no faster by starting over."""
    if device_of is not None:
        return (_bucket(PER_DEVICE, "code-device", device.hex(), str(person_id)),)
    return (_bucket(PER_ACCOUNT_AND_NETWORK, "code", str(person_id), network_of(address)),)


def recovery_buckets(address: str, device_of: UUID | None, device: bytes) -> tuple[Bucket, ...]:
    """Where asking for a way back in counts, to be refused beyond: generously by network, a known device for itself."""
    if device_of is not None:
        return (_bucket(PER_DEVICE, "recovery-device", device.hex(), str(device_of)),)
    return (_bucket(PER_NETWORK, "recovery-network", network_of(address)),)


def recovered_buckets(*whose: str) -> tuple[Bucket, ...]:
    """Where a way back in counts for whom it is, by address or by company and name.

    Beyond that nothing more is sent and nobody is refused: what was sent in this window still opens, so a stranger who
    asks for somebody locks nobody out, and fills no mailbox.
    """
    return (_bucket(PER_ADDRESSEE, "recovered", *(each.casefold() for each in whose)),)


def look_up_buckets(address: str) -> tuple[Bucket, ...]:
    """Where looking numbers up counts: a register's own allowance is not for one stranger to spend."""
    return (_bucket(PER_SENDER, "look-up", network_of(address)),)


def mail_buckets(email: str, sender: str | UUID) -> tuple[Bucket, ...]:
    """Where asking for a mail to somebody counts, so that nobody's mailbox is filled through us.

    `sender` is a stranger's address, or the company that asks.
    """
    asks = str(sender) if isinstance(sender, UUID) else network_of(sender)
    return (
        _bucket(PER_ADDRESSEE, "mail", email.casefold()),
        _bucket(PER_SENDER, "mail-sender", asks),
    )
