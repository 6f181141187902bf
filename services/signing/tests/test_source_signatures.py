"""What an invoice came in travels inside its original, and what its signatures are worth is told before hand-over."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml.xades.xades import XAdESSigner

from contracts.invoices import InvoiceValidated
from contracts.refs import AttachmentRef
from documents.cii.invoice import write_invoice as write_cii
from documents.ubl.invoice import write_invoice as write_ubl
from local_stack.pki.layout import Name
from mesh.testing import received
from signing.env import Env
from signing.handlers import Sealed, seal

MakeEnv = Callable[..., Awaitable[Env]]
MakeFact = Callable[..., Awaitable[InvoiceValidated]]


async def sealed(fact: InvoiceValidated, env: Env, *, agreed: bool = True) -> Sealed:
    """The invoice's original, of a buyer that agreed to verification or not."""
    parties: Any = env.parties
    if agreed:
        parties.agreeing.add(fact.unit_id)
    result = await seal(received(fact, subject=fact.invoice_id), env)
    assert isinstance(result, Sealed)
    return result


def signed(invoice: Any, pki: Any) -> bytes:
    """A UBL invoice that its supplier's software signed (XAdES)."""
    key: Any = serialization.load_pem_private_key(pki.layout.key(Name.SEAL).read_bytes(), None)
    chain = x509.load_pem_x509_certificates(pki.layout.seal_chain.read_bytes())
    signer: Any = XAdESSigner(signature_algorithm="ecdsa-sha256", digest_algorithm="sha256")
    return etree.tostring(signer.sign(etree.fromstring(write_ubl(invoice)), key=key, cert=chain))


async def test_a_signed_xml_is_sealed_as_it_came_and_its_signature_is_told(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, pki: Any
) -> None:
    env, xml = await make_env(), signed(invoice, pki)
    (found,) = (await sealed(await make_fact(env, xml), env)).source_checks
    # nothing in an XML says that the certificate was not revoked
    assert (found.indication, found.reason, len(found.certificate_sha256)) == ("INDETERMINATE", "TRY_LATER", 64)
    changed = xml.replace(b"FA-2026-000412", b"FA-2026-000413", 1)
    (found,) = (await sealed(await make_fact(env, changed), env)).source_checks
    assert (found.indication, found.reason) == ("TOTAL_FAILED", "HASH_FAILURE")


async def test_without_the_buyers_consent_and_without_a_signature_nothing_is_told(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, pki: Any
) -> None:
    env = await make_env()
    assert (await sealed(await make_fact(env, signed(invoice, pki)), env, agreed=False)).source_checks == ()
    assert (await sealed(await make_fact(env, write_cii(invoice)), env)).source_checks == ()


@pytest.mark.parametrize("name", ["facture.pdf", "factur-x.xml"])
async def test_the_pdf_that_came_in_is_inside_the_original_as_its_source_and_its_seal_is_told(
    make_env: MakeEnv, make_fact: MakeFact, invoice: Any, name: str
) -> None:
    env = await make_env()
    fact = await make_fact(env, write_cii(invoice))
    came_in = await env.objects.read((await sealed(fact, env)).original)
    for content, expected in ((came_in, "TOTAL_PASSED"), (came_in[:-700] + b"0" + came_in[-699:], None)):
        document = await env.objects.put("documents", f"uploads/{expected}", content, "application/pdf")
        again = await make_fact(env, write_cii(invoice))
        again = again.model_copy(update={"source": AttachmentRef(name=name, document=document)})
        result = await sealed(again, env)
        (found,) = result.source_checks
        assert found.file_sha256 == document.sha256
        assert (found.indication == "TOTAL_PASSED") is (expected == "TOTAL_PASSED"), found
        with pikepdf.open(io.BytesIO(await env.objects.read(result.original))) as pdf:
            (kept,) = [file for file in pdf.Root.AF if file.AFRelationship == pikepdf.Name.Source]
            assert bytes(kept.EF.F.read_bytes()) == content
            assert str(kept.UF).endswith(name)
            assert len({str(file.UF) for file in pdf.Root.AF}) == 2
