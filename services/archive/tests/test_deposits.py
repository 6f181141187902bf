"""A deposit is locked as long as its row says, also when a crash came between the two."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID

import pytest

from archive.domain.deposit import pack, unpack
from archive.env import Env
from archive.handlers import BUCKET, lock_away
from archive.keys import LogKey
from archive.timestamping import TimeStamping
from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.refs import DocumentRef
from mesh.clock import OffsetClock
from mesh.db import Database
from mesh.errors import Poison
from mesh.testing import MemoryObjects

SEALED = b"%PDF-1.7 sealed"
PARTS = {"original": SEALED, "document": SEALED, "validation": b"{}", "seal": b"{}"}
DAYS = 3653


class Desk:
    """The archive's adapters without a database, and one sealed file."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()
        self.clock = OffsetClock(environment="development")
        nowhere = cast(Database, None)
        key, stamps = cast(LogKey, None), cast(TimeStamping, None)
        self.env = Env(nowhere, nowhere, self.objects, key, self.clock, DAYS, DAYS // 10, stamps)

    async def sealed(self, submission: UUID, data: bytes = SEALED) -> InvoiceSealed:
        """The fact about a file that signing has stored."""
        ref: DocumentRef = await self.objects.put("documents", f"sealed/{new_id()}.pdf", data, "application/pdf")
        return InvoiceSealed(
            invoice_id=new_id(),
            submission_id=submission,
            supplier_id=new_id(),
            buyer_id=new_id(),
            unit_id=new_id(),
            document=ref,
            original=ref,
            level="B-LTA",
            certificate_sha256="0" * 64,
            legal=True,
            sealed_at=datetime.now(UTC),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_what_is_adopted_is_locked_as_long_as_its_row_will_say(desk: Desk) -> None:
    fact = await desk.sealed(new_id())
    first = await lock_away(fact, PARTS, desk.env, archive_option=True)
    desk.clock.offset = timedelta(minutes=1)  # the process died before the row, the next life tries again
    again = await lock_away(fact, PARTS, desk.env, archive_option=True)
    assert again.ref == first.ref
    assert desk.objects.retained_until(again.ref) == again.retain_until
    assert again.retain_until >= desk.clock.now() + timedelta(days=DAYS, seconds=-1)


async def test_a_longer_lock_that_is_in_place_is_what_the_row_says(desk: Desk) -> None:
    fact = await desk.sealed(new_id())
    first = await lock_away(fact, PARTS, desk.env, archive_option=True)
    desk.clock.offset = timedelta(minutes=-1)
    assert (await lock_away(fact, PARTS, desk.env, archive_option=True)).retain_until == first.retain_until


async def test_reports_that_were_locked_away_before_a_crash_are_those_that_the_leaf_will_name(desk: Desk) -> None:
    """A newer release may write a report in other words: what is locked is what counts."""
    fact = await desk.sealed(new_id())
    first = await lock_away(fact, PARTS, desk.env, archive_option=True)
    again = await lock_away(fact, PARTS | {"seal": b'{"said": "otherwise"}'}, desk.env, archive_option=True)
    assert (again.ref, again.digests) == (first.ref, first.digests)
    assert first.digests["seal"] == sha256(b"{}").hexdigest()
    assert first.digests["deposit"] == first.ref.sha256


@pytest.mark.parametrize(
    "other", [b"no deposit at all", pack(PARTS | {"original": b"%PDF other"}), pack({"original": SEALED})]
)
async def test_other_bytes_under_the_key_of_a_deposit_are_refused(desk: Desk, other: bytes) -> None:
    fact = await desk.sealed(new_id())
    await desk.objects.put(BUCKET, f"{fact.supplier_id}/{fact.submission_id}.zip", other, "application/zip")
    with pytest.raises(Poison, match="other bytes"):
        await lock_away(fact, PARTS, desk.env, archive_option=True)


def test_a_deposit_is_read_by_any_reader_of_zip_files_and_gives_back_its_bytes() -> None:
    """`zip -T`, a file manager or another language: nothing is compressed, nothing is behind the list of files."""
    parts = PARTS | {"original": bytes(range(256)) * 300}
    packed = pack(parts)
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        assert files.testzip() is None
        assert files.namelist() == ["original.pdf", "invoice.xml", "validation.json", "seal.json"]
        assert {each.compress_type for each in files.infolist()} == {zipfile.ZIP_STORED}
        assert files.read("original.pdf") == parts["original"]
    assert parts["original"] in packed
    assert unpack(packed) == parts
