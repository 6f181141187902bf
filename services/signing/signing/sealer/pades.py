"""PAdES baseline seals by pyHanko: B-B, B-T, B-LT and B-LTA (ETSI EN 319 142-1).

pyHanko takes tens of milliseconds of CPU, so it runs in threads; time-stamps are asked for on the service's event loop.
asn1crypto parses when it is asked, in place: its objects are made anew for each seal and shared by no two threads.
"""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    SigDSSPlacementPreference,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.domain.sealing import SealedDocument, SealKey
from signing.errors import CredentialProblem, RevocationUnavailable, TsaUnavailable, UnreadablePdf
from signing.sealer.attachments import check_embedded_xml
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.revocation import RevocationCache, RevocationData
from signing.sealer.timestamper import LoopTimeStamper

FIELD_NAME: Final = "Seal"
_DIGEST: Final = "sha256"
_ECDSA_DER_MAX: Final = 139
"""A DER ECDSA signature is at most this long (P-521); pyHanko needs a size before the key has signed."""
_CONTENTS_HEX: Final = 24 * 1024
"""Hexadecimal digits kept for the CMS: chain and token of a public authority take about half. Without it pyHanko signs
twice, the first time for the size."""


class PyHankoSealer:
    """Seals with one key and several time-stamping authorities.

    A certification signature (DocMDP 1): nothing but validation data and time-stamps may follow. The seal is invisible:
    a picture drawn by the signing library would break PDF/A, and the page shows its own.
    """

    def __init__(
        self,
        key: SealKey,
        authorities: TimeStampAuthorities,
        revocation: RevocationCache,
        trusted: Sequence[bytes],
        threads: int = 2,
    ) -> None:
        self._key = key
        self._authorities = authorities
        self._revocation = revocation
        self._trusted = tuple(trusted)
        self._certificate_sha256 = hashlib.sha256(key.certificate).hexdigest()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="seal")

    @property
    def room(self) -> int:
        """It appends its signature field itself."""
        return 0

    def close(self) -> None:
        """Let the running seals end and stop."""
        self._threads.shutdown(wait=True)

    async def seal(self, printed: Printed, *, xml_sha256: str, level: SealLevel) -> SealedDocument:
        pdf, loop = printed.content, asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, check_embedded_xml, pdf, xml_sha256)
        if not level.has_time_stamp:
            return await self._seal_with(None, pdf, xml_sha256, level)
        failures: list[str] = []
        for authority in self._authorities.in_order():
            try:
                return await self._seal_with(authority, pdf, xml_sha256, level)
            except TsaUnavailable as error:
                authority.pause()
                failures.append(str(error))
        raise TsaUnavailable("; ".join(failures) or "no time-stamping authority is configured")

    async def _seal_with(
        self, authority: TimeStampAuthority | None, pdf: bytes, xml_sha256: str, level: SealLevel
    ) -> SealedDocument:
        loop = asyncio.get_running_loop()
        stamper = LoopTimeStamper(authority, await authority.probe(), loop) if authority else None
        context = await self._context(stamper) if level.has_validation_data else None
        content = await loop.run_in_executor(self._threads, self._sign, pdf, level, stamper, context)
        return SealedDocument(
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            xml_sha256=xml_sha256,
            level=level,
            certificate_sha256=self._certificate_sha256,
            sealed_at=(stamper.stamped_at if stamper else None) or datetime.now(UTC),
        )

    async def _context(self, stamper: LoopTimeStamper | None) -> ValidationContext:
        own = [self._key.certificate, *self._key.chain]
        foreign = stamper.certificates if stamper else []
        data: RevocationData = await self._revocation.cover([*own, *foreign])
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in self._trusted],
            other_certs=[x509.Certificate.load(der) for der in [*own, *foreign]],
            crls=list(data.crls),
            ocsps=list(data.ocsps),
            allow_fetching=False,
            revocation_mode="hard-fail",
        )

    def _sign(
        self, pdf: bytes, level: SealLevel, stamper: LoopTimeStamper | None, context: ValidationContext | None
    ) -> bytes:
        """Runs in a thread of its own, with an event loop of its own for pyHanko."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm=_DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            embed_validation_info=level.has_validation_data,
            use_pades_lta=level.has_archive_time_stamp,
            validation_context=context,
            # EU DSS reads a level above B-T only when the data stand in a revision after the signature.
            dss_settings=DSSContentSettings(
                include_vri=False,
                placement=SigDSSPlacementPreference.TOGETHER_WITH_NEXT_TS
                if level.has_archive_time_stamp
                else SigDSSPlacementPreference.SEPARATE_REVISION,
            ),
        )
        field = SigFieldSpec(FIELD_NAME, on_page=0)
        signer = PdfSigner(metadata, signer=_KeySigner(self._key), timestamper=stamper, new_field_spec=field)
        out = io.BytesIO()
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            asyncio.run(signer.async_sign_pdf(writer, output=out, bytes_reserved=_CONTENTS_HEX))
        except PdfError as error:
            raise UnreadablePdf(f"this PDF can't be sealed: {error}") from error
        except SigningError as error:
            raise _translated(error) from error
        return out.getvalue()


class _KeySigner(Signer):
    """Lets pyHanko build the CMS while the key stays behind its port."""

    def __init__(self, key: SealKey) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple([x509.Certificate.load(der) for der in key.chain])
        super().__init__(signing_cert=x509.Certificate.load(key.certificate), cert_registry=chain, prefer_pss=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != _DIGEST:
            raise CredentialProblem(f"the seal's key signs SHA-256 digests, not {digest_algorithm}")
        return bytes(_ECDSA_DER_MAX) if dry_run else self._key.sign(data)


def _translated(error: SigningError) -> TsaUnavailable | RevocationUnavailable | CredentialProblem:
    """What pyHanko says about chains, in this service's words: missing data may come, a bad chain stays bad."""
    cause = error.__cause__ or error
    text = f"{error} {cause}".lower()
    if "revocation" in text and "revoked" not in text.replace("revocation", ""):
        return RevocationUnavailable(str(cause))
    return CredentialProblem(f"{error}: {cause}")
