"""From a validated fact to the sealed original in the store."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.invoices import InvoiceValidated, SealCheck
from contracts.refs import AttachmentRef, DocumentRef
from documents.errors import DocumentError
from documents.reading import examine_invoice
from mesh import crash
from mesh.errors import Poison, ResourceDown
from mesh.objects import AlreadyThere
from signing.domain.rendering import (
    DEFAULT_ACCENT,
    XML_NAMES,
    Appearance,
    EmbeddedFile,
    OriginalXml,
    Printed,
    Relationship,
)
from signing.domain.sealing import SealedDocument
from signing.env import Env
from signing.errors import (
    CredentialProblem,
    EmbeddedXmlMismatch,
    SealNotVerified,
    SealPending,
    TemplateRefused,
    Unavailable,
    UnreadableInvoice,
    UnreadablePdf,
)
from signing.keyring import Stand
from signing.sealer.adoption import adopted

BUCKET: Final = "documents"
_PDF: Final = "application/pdf"
_AT_ONCE: Final = 64 * 1024
"""Bytes of an XML that is read in milliseconds, which needs no thread; a longer one leaves the loop to others."""


@dataclass(frozen=True)
class Original:
    """The sealed file where it stands, what its verifiers found, and the bytes that the invoice came in."""

    stored: DocumentRef
    sealed: SealedDocument
    checks: tuple[SealCheck, ...]
    source: bytes = field(repr=False)


async def make_original(fact: InvoiceValidated, env: Env) -> Original:
    """Render, seal, verify, and store under the submission's own key: whoever comes second adopts what stands there.

    Raises DocumentRefused when the document can't be printed, Poison when the bytes are not those that were validated,
    ResourceDown while stamps, revocation data or the key are not to be had.
    """
    if fact.document_sha256 != fact.document.sha256:
        raise Poison(f"validation judged {fact.document_sha256}, the submission names {fact.document.sha256}")
    stand = env.keys.of(fact.supplier_id)
    if stand.algorithm and not env.policy.permits(stand.algorithm, fact.supplier_country):
        why = f"{fact.supplier_country} permits no seal by {stand.algorithm}: give it another key or change the policy"
        raise ResourceDown(stand.breaker.resource, why)
    if stand.breaker.state == "open":  # before anything is read and printed for it: others' invoices wait their turn
        raise ResourceDown(stand.breaker.resource, "left alone for a moment")
    xml = await env.objects.read(fact.document)
    source = await _attachment(fact.source, env, relationship="Source") if fact.source else None
    printed = await _rendered(fact, xml, source, env)
    level = env.policy.level_for(fact.supplier_country)
    async with stand.breaker.guard():
        crash.site("signing.before_seal")
        try:
            sealed = await stand.sealer.seal(printed, xml_sha256=fact.document_sha256, level=level)
        except (Unavailable, CredentialProblem) as error:
            # time or an operator mends it; until then its invoices wait, visibly, and none is lost
            raise ResourceDown(stand.breaker.resource, str(error)) from error
        except (EmbeddedXmlMismatch, UnreadablePdf) as error:
            raise Poison(str(error)) from error
        crash.site("signing.sealed")
        checks = await _verified(sealed, env, stand, one_pass=printed.form is not None)
    stored, standing = await _stored(fact, sealed, env)
    if standing is not sealed:
        # what an earlier attempt left is what everybody gets, so that is what must stand
        checks = await _verified(standing, env, stand, one_pass=printed.form is not None)
    crash.site("signing.stored")
    return Original(stored, standing, checks, source.content if source else xml)


async def _verified(sealed: SealedDocument, env: Env, stand: Stand, *, one_pass: bool) -> tuple[SealCheck, ...]:
    try:
        return await env.hand_over.verified(sealed, one_pass=one_pass, at=env.clock.now())
    except SealPending as error:
        raise ResourceDown(stand.breaker.resource, str(error)) from error
    except (SealNotVerified, EmbeddedXmlMismatch) as error:
        raise Poison(str(error)) from error


async def _rendered(fact: InvoiceValidated, xml: bytes, source: EmbeddedFile | None, env: Env) -> Printed:
    try:
        read = examine_invoice(xml) if len(xml) < _AT_ONCE else await asyncio.to_thread(examine_invoice, xml)
    except DocumentError as error:
        raise UnreadableInvoice(str(error)) from error
    policy = env.policy
    look = await env.parties.look(fact.supplier_id)
    appearance = Appearance(
        owner=fact.supplier_id,
        accent=look.accent or DEFAULT_ACCENT,
        logo=look.logo,
        verify_url=env.verify_url,
        languages=policy.languages_for(
            fact.language, fact.supplier_country, fact.buyer_country, fact.customer_language
        ),
        is_legal_original=policy.is_legal_original(fact.supplier_country, fact.buyer_country),
        seal_kind=policy.kind,
    )
    attachments = await asyncio.gather(*(_attachment(attached, env) for attached in fact.attachments))
    if source:
        # what came in travels inside the one object that is kept, under a name that nothing else has
        taken = {file.name for file in attachments} | XML_NAMES
        name = source.name if source.name not in taken else f"{fact.submission_id.hex[-8:]}-{source.name}"
        attachments.append(replace(source, name=name))
    original = OriginalXml(xml, read.syntax)
    try:
        return await env.renderer.render(
            read.document, original, appearance, attachments=attachments, at=fact.validated_at
        )
    except TemplateRefused as error:
        raise ResourceDown(f"template:{fact.supplier_id}", str(error)) from error


async def _attachment(attached: AttachmentRef, env: Env, relationship: Relationship = "Supplement") -> EmbeddedFile:
    document = attached.document
    content = await env.objects.read(document)
    return EmbeddedFile(attached.name, document.media_type, content, attached.description, relationship)


async def _stored(fact: InvoiceValidated, sealed: SealedDocument, env: Env) -> tuple[DocumentRef, SealedDocument]:
    key = f"sealed/{fact.submission_id}.pdf"
    try:
        return await env.objects.put(BUCKET, key, sealed.content, _PDF, if_absent=True), sealed
    except AlreadyThere as there:
        ref = there.ref
    content = await env.objects.read(ref)
    try:
        return ref, await asyncio.to_thread(adopted, content, fact.document_sha256)
    except (EmbeddedXmlMismatch, UnreadablePdf) as error:
        raise Poison(f"{key} is not the seal of this submission: {error}") from error
