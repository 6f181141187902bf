"""One validated fact becomes one sealed original: the bytes that were checked, once and for good."""

import hashlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceValidated
from contracts.refs import AttachmentRef
from documents.cii.invoice import write_invoice as write_cii
from documents.invoice import Note
from documents.ubl.invoice import write_invoice as write_ubl
from mesh import parking
from mesh.errors import Poison, ResourceDown
from mesh.testing import received
from signing.domain.levels import SealLevel
from signing.domain.policy import Algorithm, SealPolicy
from signing.env import Env
from signing.hand_over import HandOver
from signing.handlers import Refused, Sealed, seal
from signing.keyring import KeyRing
from signing.sealer.attachments import embedded_xml
from signing.sealer.unconfigured import UnconfiguredSealer
from signing.verifier.faults import SealFault

MakeEnv = Callable[..., Awaitable[Env]]
MakeFact = Callable[..., Awaitable[InvoiceValidated]]


async def step(fact: InvoiceValidated, env: Env) -> Sealed | Refused:
    return await seal(received(fact, subject=fact.invoice_id), env)


@pytest.mark.parametrize("lines", [10, 100])
async def test_the_sealed_original_holds_the_validated_bytes(
    make_env: MakeEnv, make_fact: MakeFact, many_lines: Any, lines: int
) -> None:
    env = await make_env()
    xml = write_cii(many_lines(lines))
    fact = await make_fact(env, xml)
    result = await step(fact, env)
    assert isinstance(result, Sealed)
    assert result.level is SealLevel.B_LTA
    assert result.original.key == f"sealed/{fact.submission_id}.pdf"
    content = await env.objects.read(result.original)
    assert hashlib.sha256(embedded_xml(content)).hexdigest() == fact.document_sha256


async def test_the_page_says_the_language_that_was_chosen_for_the_customer(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    fact = (await make_fact(env, write_cii(invoice))).model_copy(update={"customer_language": "nl"})
    result = await step(fact, env)
    assert isinstance(result, Sealed)
    page = pypdfium2.PdfDocument(await env.objects.read(result.original))[0].get_textpage().get_text_range()
    assert "Factuurdatum" in page, page


async def test_ubl_bytes_travel_inside_under_their_own_name(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    xml = write_ubl(invoice)
    result = await step(await make_fact(env, xml), env)
    assert isinstance(result, Sealed)
    assert embedded_xml(await env.objects.read(result.original)) == xml


async def test_doing_it_again_adopts_the_first_seal(make_env: MakeEnv, make_fact: MakeFact, invoice: Any) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    first = await step(fact, env)
    assert await step(fact, env) == first


async def test_a_stranger_s_file_under_our_key_is_never_adopted(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    other = await make_fact(env, write_cii(invoice.model_copy(update={"number": "OTHER"})))
    sealed = await step(other, env)
    assert isinstance(sealed, Sealed)
    content = await env.objects.read(sealed.original)
    await env.objects.put("documents", f"sealed/{fact.submission_id}.pdf", content, "application/pdf")
    with pytest.raises(Poison, match="not the seal of this submission"):
        await step(fact, env)


async def test_bytes_that_validation_did_not_judge_are_never_sealed(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    with pytest.raises(Poison, match="validation judged"):
        await step(fact.model_copy(update={"document_sha256": "0" * 64}), env)


async def test_bytes_changed_in_the_store_are_never_sealed(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    objects: Any = env.objects
    objects.tamper(fact.document, write_cii(invoice.model_copy(update={"number": "X"})))
    with pytest.raises(Poison):
        await step(fact, env)


async def test_attachments_travel_inside_the_original(make_env: MakeEnv, make_fact: MakeFact, invoice: Any) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    note = await env.objects.put("documents", "attachments/note", b"a;b\n1;2\n", "text/csv")
    attached = AttachmentRef(name="bon-de-livraison.csv", description="BL 5521", document=note)
    result = await step(fact.model_copy(update={"attachments": (attached,)}), env)
    assert isinstance(result, Sealed)
    assert embedded_files(await env.objects.read(result.original))["bon-de-livraison.csv"] == b"a;b\n1;2\n"


def embedded_files(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: file.get_file().read_bytes() for name, file in document.attachments.items()}


async def test_what_cannot_be_printed_fails_and_says_which_characters(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    smiling = invoice.model_copy(update={"notes": (Note(text="Merci 🏭😀"),)})
    result = await step(await make_fact(env, write_cii(smiling)), env)
    assert result == Refused("UNPRINTABLE_CHARACTER", {"characters": "U+1F3ED, U+1F600"})


async def test_a_silent_authority_is_a_resource_that_is_down(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, pki: Any
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    pki.transport.down = {"/tsa"}
    with pytest.raises(ResourceDown, match="ConnectError"):
        await step(fact, env)


async def test_nothing_is_read_and_printed_for_a_key_that_is_left_alone(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    breaker = env.keys.of().breaker
    while breaker.state == "closed":
        breaker.failed("the key does not sign")
    await env.objects.delete(fact.document)  # what is read now is missing
    with pytest.raises(ResourceDown, match="left alone"):
        await step(fact, env)


@pytest.mark.parametrize("outage", ["tsa", "revocation", "clock", "trust", "key"])
async def test_whatever_time_mends_costs_no_dead_letter_and_the_invoice_is_sealed_afterwards(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, pki: Any, monkeypatch: pytest.MonkeyPatch, outage: str
) -> None:
    env, whole_day = await make_env(), 24 * 3600
    fact = await make_fact(env, write_cii(invoice))
    sound, now = env, [0.0]
    env.keys.of().breaker._clock = lambda: now[0]  # pyright: ignore[reportPrivateUsage] - the day passes at once
    with monkeypatch.context() as broken:
        if outage == "trust":
            env = replace(env, hand_over=HandOver(()))
        elif outage == "key":
            ring = KeyRing()
            ring.put(None, UnconfiguredSealer("the module is away"), ())
            env = replace(env, keys=ring)
        elif outage == "clock":
            broken.setattr("signing.sealer.authorities.CLOCKS_DIFFER", timedelta(seconds=-1))
        else:
            pki.transport.down = {"/tsa"} if outage == "tsa" else {"/crl", "/ocsp"}
        while now[0] < whole_day:
            with pytest.raises(ResourceDown, match=r"^seal: ") as waiting:
                await step(fact, env)
            assert not parking.exhausted(waiting.value, 10_000)
            now[0] += 3600
    pki.transport.down = set()
    now[0] += 3600
    assert isinstance(await step(fact, sound), Sealed)


async def test_where_the_key_s_algorithm_is_not_permitted_invoices_wait(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    strict = SealPolicy(algorithms_of={"FR": frozenset({Algorithm.RSA})})
    env = replace(await make_env(), policy=strict)
    fact = await make_fact(env, write_cii(invoice))
    with pytest.raises(ResourceDown, match="FR permits no seal by ECDSA"):
        await step(fact, env)
    assert isinstance(await step(fact.model_copy(update={"supplier_country": "BE"}), env), Sealed)


async def test_a_seal_that_is_broken_is_a_dead_letter_and_handed_to_nobody(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = await make_env()

    def broken(*_: Any, **__: Any) -> None:
        raise SealFault("SIGNATURE_BROKEN", "the digest of what was signed differs")

    monkeypatch.setattr("signing.hand_over.verify_original", broken)
    with pytest.raises(Poison, match="SIGNATURE_BROKEN"):
        await step(await make_fact(env, write_cii(invoice)), env)


async def test_the_level_follows_the_supplier_s_country(make_env: MakeEnv, make_fact: MakeFact, invoice: Any) -> None:
    env = replace(await make_env(), policy=SealPolicy(levels={"FR": SealLevel.B_T}))
    result = await step(await make_fact(env, write_cii(invoice)), env)
    assert isinstance(result, Sealed)
    assert result.level is SealLevel.B_T


async def test_two_submissions_of_one_invoice_have_two_originals(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any
) -> None:
    env = await make_env()
    first = await make_fact(env, write_cii(invoice))
    second = first.model_copy(update={"submission_id": new_id()})
    keys = [
        result.original.key
        for result in [await step(first, env), await step(second, env)]
        if isinstance(result, Sealed)
    ]
    assert len(set(keys)) == 2
