"""Which passwords are taken, and where wrong ones are counted."""

from uuid import uuid4

import pytest

from mesh.errors import Unavailable
from registration.domain import mail_address, password_rules, throttling
from registration.passwords import Passwords


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("correct horse battery", True),
        ("ABCDEFGHIJKL", False),
        ("QWZRTBNMKLPXF", True),
        ("un deux trois soleil " * 9, True),
        ("elevenchars", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("marie@example.org", False),
        ("marie.dupont1", False),
        ("Navette123456789", False),
        ("motdepasse2024", False),
        ("NavetteNavet", False),
        ("x" * 201, False),
    ],
)
def test_length_decides_and_what_others_would_try_is_refused(password: str, taken: bool) -> None:
    flaw = password_rules.flaw(password, email="marie.dupont@example.org", further=("marie@example.org",))
    assert (flaw == "") is taken


def test_tries_of_a_known_device_count_for_it_alone() -> None:
    person = uuid4()
    mine = throttling.buckets("a@example.org", "192.0.2.1", person, b"device")
    stranger = throttling.buckets("a@example.org", "192.0.2.1", None, b"")
    assert not {bucket.name for bucket in mine} & {bucket.name for bucket in stranger}


def test_strangers_elsewhere_use_up_tries_of_their_own() -> None:
    here = throttling.buckets("a@example.org", "192.0.2.1", None, b"")
    there = throttling.buckets("A@example.org", "198.51.100.1", None, b"")
    assert not {bucket.name for bucket in here} & {bucket.name for bucket in there}
    assert here == throttling.buckets("A@EXAMPLE.org", "192.0.2.1", None, b"")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "unknown"),
    ],
)
def test_one_subscriber_is_one_network(address: str, network: str) -> None:
    assert throttling.network_of(address) == network


@pytest.mark.parametrize("wrong", ["", "a@b", "a b@example.org", "a@example.org\nbcc: x", "@example.org", "a@-.x"])
def test_what_is_no_mail_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        mail_address.checked(wrong)


async def test_a_hash_fits_its_password_and_nothing_fits_no_hash() -> None:
    passwords = Passwords(memory_kib=64, passes=1, lanes=1)
    stored = await passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify("correct horse battery", stored)
    assert not await passwords.verify("correct horse batterz", stored)
    assert not await passwords.verify("correct horse battery", None)
    assert not await passwords.verify("correct horse battery", "not a hash")


async def test_more_than_a_machine_bears_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setattr(passwords, "_waiting", 64)
    with pytest.raises(Unavailable, match="BUSY"):
        await passwords.hash("correct horse battery")
