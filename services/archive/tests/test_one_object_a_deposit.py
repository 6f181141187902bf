"""A deposit is whole in its locked object: sealed PDF, XML, findings and report, and nothing of it elsewhere."""

import io
import json
import zipfile
import zlib
from hashlib import sha256
from typing import Any

import pytest

from archive.domain.deposit import FILES
from contracts.invoices import AppliedRules, InvoiceSealed, InvoiceValidated
from contracts.refs import AttachmentRef

pytestmark = pytest.mark.connected


async def deposited(
    desk: Any, source: AttachmentRef | None = None, attachments: tuple[AttachmentRef, ...] = ()
) -> tuple[InvoiceSealed, Any]:
    """An invoice with findings, and the row of its deposit."""
    submitted, sealed = await desk.sealed("F-1")
    validated = InvoiceValidated(
        **submitted.of_submission(),
        document_sha256=submitted.document.sha256,
        rule_sets=(AppliedRules(id="en16931", version="1.3.13", sha256="a" * 64),),
        supplier_country="FR",
        buyer_country="FR",
        source=source,
        attachments=attachments,
        validated_at=desk.clock.now(),
    )
    await desk.learn(submitted, validated, sealed)
    (row,) = await desk.env.pipeline.once("select * from entry where kind = 'deposit'")
    return sealed, row


async def test_one_locked_object_holds_all_that_its_leaf_names(desk: Any) -> None:
    sealed, row = await deposited(desk)
    key = f"{desk.supplier}/{sealed.submission_id}.zip"
    assert desk.objects.keys("archive") == [key]
    data = await desk.objects.read(await desk.objects.stat("archive", key))
    named = json.loads(bytes(row["leaf"]))["sha256"]
    assert named.pop("deposit") == sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        found = {name: files.read(name) for name in files.namelist()}
    assert {file: sha256(part).hexdigest() for file, part in found.items()} == {FILES[n]: d for n, d in named.items()}
    assert found["original.pdf"] == b"%PDF F-1"
    assert found["invoice.xml"] == b"<Invoice>F-1</Invoice>"
    assert json.loads(found["validation.json"])["rule_sets"][0]["sha256"] == "a" * 64
    assert json.loads(found["seal.json"])["verification"] == "to_verify"
    assert await desk.env.pipeline.once("select * from finding") == []


async def test_the_archive_needs_no_working_copy_of_what_it_keeps(desk: Any) -> None:
    sealed, _ = await deposited(desk)
    for key in desk.objects.keys("documents"):
        desk.objects._kept.pop(("documents", key))
    given: dict[str, bytes] = {}
    for end in ("original.pdf", "invoice.xml", "bundle.zip"):
        answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/{end}", headers=desk.who(desk.buyer))
        assert answer.status_code == 200, answer.text
        given[end] = answer.content
    assert given["original.pdf"] == b"%PDF F-1"
    assert given["invoice.xml"] == b"<Invoice>F-1</Invoice>"
    with zipfile.ZipFile(io.BytesIO(given["bundle.zip"])) as files:
        assert {"original.pdf", "invoice.xml", "validation.json", "seal.json"} <= set(files.namelist())


def _pdf(*files: bytes) -> bytes:
    """Where files are embedded as PDF writers do it."""
    head = b"1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + b"".join(head % (len(packed), packed) for packed in map(zlib.compress, files))


async def test_the_xml_comes_out_of_the_original_that_embeds_it(desk: Any) -> None:
    submitted, sealed = await desk.sealed("F-1", pdf=_pdf(b"<Other/>", b"<Invoice>F-1</Invoice>"))
    desk.objects._kept.pop(("documents", sealed.document.key))
    await desk.learn(submitted, sealed)
    answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/invoice.xml", headers=desk.who())
    assert answer.content == b"<Invoice>F-1</Invoice>"


@pytest.mark.parametrize(
    "pdf", [_pdf(b"<Invoice>F-2</Invoice>"), _pdf(b"<Invoice>F-1</Invoice>" * 1_000_000), _pdf(b"")[:-40], b"%PDF"]
)
async def test_whatever_a_pdf_embeds_the_xml_is_the_one_that_was_checked(desk: Any, pdf: bytes) -> None:
    submitted, sealed = await desk.sealed("F-1", pdf=pdf)
    await desk.learn(submitted, sealed)
    answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/invoice.xml", headers=desk.who())
    assert answer.content == b"<Invoice>F-1</Invoice>"


async def test_the_leaf_names_the_files_that_an_invoice_came_in_and_with(desk: Any) -> None:
    """A certificate of elimination repeats the digests of the leaf: these stay when the files are gone."""
    came_in, plan, photo = [
        AttachmentRef(name=name, document=await desk.objects.put("documents", name, name.encode(), "application/pdf"))
        for name in ("facture.pdf", "plan.pdf", "photo.pdf")
    ]
    _, row = await deposited(desk, came_in, (plan, photo))
    named = json.loads(bytes(row["leaf"]))["sha256"]
    found = [named[name] for name in ("source", "attachment_1", "attachment_2")]
    assert found == [file.document.sha256 for file in (came_in, plan, photo)]
    assert b"plan" not in bytes(row["leaf"]), "a name may say whom it is about"


async def test_what_is_told_of_an_archived_invoice_is_the_sealed_file(desk: Any) -> None:
    """Feeds and webhooks give the digest that a buyer computes of the PDF."""
    sealed, _ = await deposited(desk)
    rows = await desk.env.pipeline.once("select payload from outbox")
    (told,) = [fact for row in rows if "archive_id" in (fact := json.loads(row["payload"]))]
    assert told["original"]["sha256"] == sealed.original.sha256
    assert told["original"]["media_type"] == "application/pdf"


async def test_a_deposit_whose_row_names_another_object_is_not_handed_out(desk: Any) -> None:
    """Whoever writes to the database and to the store gets no other original out."""
    sealed, row = await deposited(desk)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as files:
        files.writestr("original.pdf", b"%PDF another")
        files.writestr("invoice.xml", b"<Invoice/>")
    ref = await desk.objects.put("archive", row["object"]["key"], other.getvalue(), "application/zip")
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute(
            "update entry set object = cast(:ref as jsonb) where id = :id", ref=ref.model_dump_json(), id=row["id"]
        )
    answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/original.pdf", headers=desk.who())
    assert answer.status_code >= 400
    verified = await desk.client.post("/v1/archive/verify", content=b"%PDF F-1", headers=desk.who())
    assert verified.json()["stored_intact"] is False
