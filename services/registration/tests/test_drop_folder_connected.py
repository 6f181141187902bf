"""What an ERP leaves in its folder is taken once, whole, and for its own company alone."""

import asyncio
import os
import time
from pathlib import Path
from uuid import UUID

import pytest

from contracts import limits
from registration.domain import drop
from registration.drop_folder import DropFolder
from registration.store import clients
from registration.testing import BUYER, BUYER_COMPANY, SUPPLIER, SUPPLIER_COMPANY, UNIT, Running

pytestmark = pytest.mark.connected
HEADER = "name;vat;siret;address;postcode;city;first_name;last_name;email;kind"
ERP, BUYERS, BARE = "erp-koenig", "erp-rhin", "bare-koenig"


@pytest.fixture
async def folder(running: Running, tmp_path: Path) -> Path:
    """The folders of three programs: one of the supplier, one of the buyer, one without the scope."""
    async with running.env.pipeline.transaction() as tx:
        await clients.insert(tx, ERP, SUPPLIER_COMPANY, name="ERP", scopes=["partners:write"])
        await clients.insert(tx, BUYERS, BUYER_COMPANY, name="ERP", scopes=["partners:write"])
        await clients.insert(tx, BARE, SUPPLIER_COMPANY, name="Nu", scopes=["orders:read"])
    for name in (ERP, BUYERS, BARE, "nobody"):
        (tmp_path / name / "inbox").mkdir(parents=True)
    return tmp_path


def _line(name: str, siret: str, email: str = "ida@pont.example") -> str:
    return f"{name};;{siret};1 rue;57000;Metz;Ida;Pont;{email};association"


def _aged(file: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(file, (then, then))


def _left(folder: Path, client: str, name: str, *lines: str, seconds: float = 60) -> Path:
    file = folder / client / "inbox" / name
    file.write_text("\r\n".join([HEADER, *lines]))
    _aged(file, seconds)
    return file


def _reasons(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.glob("*/failed/*.why.txt")]


async def test_valid_lines_go_in_and_the_others_are_reported_beside_the_file(running: Running, folder: Path) -> None:
    good, bad = _line("Association du Pont", "73282932000074"), _line("Sans numéro", "")
    _left(folder, ERP, "customers-2026.csv", good, bad)
    _left(folder, BUYERS, f"suppliers-{UNIT}-mai.csv", _line("Filature", "55210055400013"))
    assert await DropFolder(running.env, folder).take_all() == 2
    (report,) = (folder / ERP / "done").glob("*.report.csv")
    assert report.read_text().splitlines() == ["line;field;reason", "3;siret;MISSING"]
    assert list((folder / ERP / "inbox").iterdir()) == list((folder / ERP / "taken").iterdir()) == []
    async with running.acting(SUPPLIER) as program:
        found = (await program.get("/v1/invitations", params={"side": "customer"})).json()["items"]
        (campaign,) = (await program.get("/v1/invitations/campaigns")).json()
    assert [each["legal_name"] for each in found] == ["Association du Pont"]
    assert (campaign["name"], campaign["accepted"], campaign["rejected"]) == ("customers-2026.csv", 1, 1)
    async with running.acting(BUYER) as program:
        theirs = (await program.get("/v1/invitations", params={"side": "supplier"})).json()["items"]
    assert [each["legal_name"] for each in theirs] == ["Filature"]
    assert await DropFolder(running.env, folder).take_all() == 0


async def test_what_is_not_written_yet_waits(running: Running, folder: Path) -> None:
    for name in ("customers-1.csv.part", ".customers-2.csv", "customers-3.csv.filepart"):
        _left(folder, ERP, name)
    _left(folder, ERP, "customers-4.csv", seconds=0)
    (folder / ERP / "inbox" / "customers-5.csv").symlink_to("/etc/passwd")
    assert await DropFolder(running.env, folder).take_all() == 0
    assert len(list((folder / ERP / "inbox").iterdir())) == 5


async def test_two_processes_take_each_file_once(running: Running, folder: Path) -> None:
    for number in range(8):
        _left(folder, ERP, f"customers-{number}.csv")
    watchers = [DropFolder(running.env, folder) for _ in range(3)]
    assert sum(await asyncio.gather(*(each.take_all() for each in watchers))) == 8
    assert len(list((folder / ERP / "done").glob("*.report.csv"))) == 8


async def test_what_a_dead_process_took_is_read_again(
    running: Running, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = folder / ERP / "taken"
    taken.mkdir()
    _left(folder, ERP, "customers-lost.csv").rename(taken / "0+customers-lost.csv")
    assert await DropFolder(running.env, folder).take_all() == 0, "another process may be at it"
    monkeypatch.setattr("registration.drop_folder._ABANDONED", -1.0)
    assert await DropFolder(running.env, folder).take_all() == 1
    assert len(list((folder / ERP / "done").glob("*customers-lost.csv"))) == 1


async def test_what_cannot_be_taken_is_put_aside_with_the_reason(running: Running, folder: Path) -> None:
    _left(folder, BARE, "customers-1.csv")
    _left(folder, "nobody", "customers-1.csv")
    _left(folder, ERP, "clients.csv")
    _left(folder, ERP, f"suppliers-{UNIT}.csv", _line("Filature", "55210055400013"))
    (_left(folder, BUYERS, f"suppliers-{UNIT}-2.csv")).write_bytes(b"nom;\xe9\n")
    big = _left(folder, BUYERS, f"suppliers-{UNIT}-3.csv")
    with big.open("ab") as file:
        file.truncate(limits.UPLOAD_BODY + 1)
    _left(folder, BUYERS, f"suppliers-{UNIT}-4.csv", "a\rb;c")
    _left(folder, BUYERS, f"suppliers-{UNIT}-5.csv", '"' + "x" * 3_900, *["x" * 3_900] * 40)
    for file in (folder / BUYERS / "inbox").iterdir():
        _aged(file, 60)
    assert await DropFolder(running.env, folder).take_all() == 8
    words = _reasons(folder)
    assert len(words) == 8
    assert sum("it is no CSV" in each for each in words) == 2
    for part in ("no program with the scope", "call it customers", "buyer", "UTF-8", "larger than a file may be"):
        assert any(part in each for each in words), part


async def test_a_character_that_no_text_holds_is_a_flaw_of_its_cell(running: Running, folder: Path) -> None:
    _left(folder, ERP, "customers-nul.csv", _line("Nul", "80234567800014", "nul@pont.example").replace("rue", "\x00"))
    assert await DropFolder(running.env, folder).take_all() == 1
    (report,) = (folder / ERP / "done").glob("*.report.csv")
    assert report.read_text().splitlines()[1:] == ["2;address;NOT_VALID"]


async def test_one_programs_folder_does_not_stop_the_others(running: Running, folder: Path) -> None:
    for client in (BARE, ERP, BUYERS):
        _left(folder, client, "customers-1.csv")
    (folder / BARE / "taken").write_text("in the way")
    (folder / BUYERS / "failed").write_text("in the way")
    assert await DropFolder(running.env, folder).take_all() == 2
    assert len(list((folder / ERP / "done").glob("*customers-1.csv"))) == 1
    assert (folder / BARE / "inbox" / "customers-1.csv").exists()


async def test_a_name_that_no_report_could_follow_is_refused_under_one_of_ours(running: Running, folder: Path) -> None:
    _left(folder, ERP, "customers-" + "x" * 240 + ".csv")
    _left(folder, ERP, os.fsdecode(b"customers-\xff.csv"))
    _left(folder, ERP, "customers-1.csv")
    assert await DropFolder(running.env, folder).take_all() == 3
    assert len(list((folder / ERP / "done").glob("*customers-1.csv"))) == 1
    assert len(list((folder / ERP / "failed").glob("*-name-too-long.why.txt"))) == 2


class _WrittenOn(DropFolder):
    """A program goes on writing a file after it was taken."""

    more = ""

    async def _owner(self, client_id: str) -> UUID:
        (file,) = (self._folder / client_id / "taken").iterdir()
        with file.open("a") as opened:
            opened.write(self.more)
        return await super()._owner(client_id)


async def test_what_is_still_written_while_it_is_read_waits_until_it_is_whole(running: Running, folder: Path) -> None:
    whole = _line("Association du Pont", "80234567800014", "ida@halfway.example")
    _left(folder, ERP, "customers-half.csv", whole[:-20])
    watcher = _WrittenOn(running.env, folder)
    watcher.more = whole[-20:]
    assert await watcher.take_all() == 0
    (file,) = (folder / ERP / "inbox").iterdir()
    assert file.read_text().endswith(whole)
    assert await watcher.take_all() == 0, "it was changed just now"
    _aged(file, 60)
    assert await DropFolder(running.env, folder).take_all() == 1
    (report,) = (folder / ERP / "done").glob("*.report.csv")
    assert "CELLS" not in report.read_text()


@pytest.mark.parametrize(
    "name", ["../customers.csv", "customers.csv.exe", "customers-a/b.csv", "suppliers-1.csv", "x.csv"]
)
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="call it customers"):
        drop.read(name)
