"""Lists of stolen passwords, in files, without asking anybody."""

import hashlib
from pathlib import Path

import pytest

from registration.breached import Common, HashFile

STOLEN = [f"stolen password {n}" for n in range(1_000)]


@pytest.fixture
def listed(tmp_path: Path) -> HashFile:
    digests = sorted(hashlib.sha1(each.encode(), usedforsecurity=False).hexdigest().upper() for each in STOLEN)
    file = tmp_path / "stolen.txt"
    file.write_text("".join(f"{digest}:{n}\r\n" for n, digest in enumerate(digests)))
    return HashFile(file)


async def test_a_sorted_file_tells_what_was_stolen(listed: HashFile) -> None:
    assert all([await listed.knows(each) for each in STOLEN])
    assert not any([await listed.knows(f"another one {n}") for n in range(200)])


async def test_the_list_that_comes_along_knows_what_was_stolen_and_nothing_else() -> None:
    for stolen in ("!alfonso921!", "!Alfonso921!", "#tkn*Iq)9Ixy"):
        assert await Common().knows(stolen), stolen
    for own in (*STOLEN, "une phrase assez longue", "é" * 60, "ein Boot auf der Maas, schräg"):
        assert not await Common().knows(own), own
