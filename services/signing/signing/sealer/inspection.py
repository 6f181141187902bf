"""Checks the signatures of a PDF with what the file itself holds: nothing is fetched from anywhere.

A later revision that changes anything but validation data makes a signature fail, whatever its mathematics say.
"""

import asyncio
import dataclasses
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

import structlog
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.ades import (
    AdESWithTimeValidationResult,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel, StandardCMSSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.domain.levels import SealLevel
from signing.domain.report import Changes, Indication, SignatureFinding, SignatureReport, weakest
from signing.errors import UnreadablePdf
from signing.sealer.holes import is_canonical
from signing.sealer.validation_store import read_store

log = structlog.get_logger(__name__)

_INDICATIONS: Final = {
    AdESStatus.PASSED: Indication.TOTAL_PASSED,
    AdESStatus.INDETERMINATE: Indication.INDETERMINATE,
    AdESStatus.FAILED: Indication.TOTAL_FAILED,
}
_CHANGES: Final = {
    ModificationLevel.NONE: Changes.NONE,
    ModificationLevel.LTA_UPDATES: Changes.VALIDATION_DATA,
    ModificationLevel.FORM_FILLING: Changes.FORM,
}
_HIDDEN: Final = {"indication": Indication.TOTAL_FAILED, "is_intact": False, "reason": "UNCOVERED_BYTES"}
"""Something stands beside a signature's value, where no signature covers it."""
_TIME_STAMP_ATTRIBUTE: Final = "signature_time_stamp_token"


def inspect(pdf: bytes, trusted: Sequence[bytes]) -> SignatureReport:
    """The report on every signature of `pdf`; `trusted` are root certificates (DER).

    Takes tens of milliseconds of CPU and runs an event loop of its own: call it in a thread. Raises UnreadablePdf.
    """
    trust = SimpleTrustManager.build(trust_roots=[x509.Certificate.load(der) for der in trusted])
    policy = CertValidationPolicySpec(trust_manager=trust, revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO))
    local = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        store = read_store(reader)
        spec = SignatureValidationSpec(policy, local, local_knowledge=store or LocalKnowledge())
        found = tuple(asyncio.run(_all_findings(reader, spec, has_store=store is not None)))
        if not all(
            is_canonical(pdf, [int(n) for n in cast(Any, each.byte_range)]) for each in reader.embedded_signatures
        ):
            found = tuple(finding.model_copy(update=_HIDDEN) for finding in found)
    except Exception as error:
        # a hostile file breaks the libraries in ways they do not list; the log tells such a file from a fault of ours
        log.warning("signatures_unreadable", exc_info=True)
        raise UnreadablePdf(f"its signatures can't be read: {error}") from error
    return SignatureReport(indication=weakest(found), signatures=found)


async def _all_findings(
    reader: PdfFileReader, spec: SignatureValidationSpec, *, has_store: bool
) -> list[SignatureFinding]:
    return [
        await _finding(signature, _level(signature, reader, has_store=has_store), spec)
        for signature in reader.embedded_regular_signatures
    ]


async def _finding(
    signature: EmbeddedPdfSignature, level: SealLevel, spec: SignatureValidationSpec
) -> SignatureFinding:
    is_intact = False
    try:
        result = await _validated(signature, level, spec)
        indication, reason = _INDICATIONS[result.ades_subindic.status], result.ades_subindic.standard_name
        if result.api_status is not None:
            is_intact = result.api_status.intact and result.api_status.valid
    except SignatureValidationError as error:
        indication, reason = Indication.TOTAL_FAILED, str(error)
    changes, is_permitted = _changes(signature)
    if not is_intact:
        indication = Indication.TOTAL_FAILED
    elif not is_permitted or changes not in (Changes.NONE, Changes.VALIDATION_DATA):
        # the standard leaves it to the application what may follow a signature: here validation data alone
        indication, reason = Indication.TOTAL_FAILED, "LATER_CHANGE"
    return SignatureFinding(
        field=signature.field_name,
        signer=signature.signer_cert.subject.human_friendly,
        certificate_sha256=hashlib.sha256(signature.signer_cert.dump()).hexdigest(),
        level=level,
        indication=indication,
        reason=None if indication is Indication.TOTAL_PASSED else reason,
        is_intact=is_intact,
        is_certification=signature.docmdp_level is not None,
        changes_after=changes,
        signed_at=_utc(signature.self_reported_timestamp),
        stamped_at=_utc(_stamped_at(signature)),
    )


async def _validated(
    signature: EmbeddedPdfSignature, level: SealLevel, spec: SignatureValidationSpec
) -> AdESWithTimeValidationResult:
    """EN 319 102-1: §5.6 (long term) where a document time-stamp proves that the data existed, else §5.5 (now)."""
    if level.has_archive_time_stamp:
        # the file's own data are read again there, with the proof of when they existed
        alone = dataclasses.replace(spec, local_knowledge=LocalKnowledge())
        return await ades_lta_validation(signature, PdfSignatureValidationSpec(alone))
    return await ades_with_time_validation(
        signature.signed_data, spec, raw_digest=signature.compute_digest(), status_cls=StandardCMSSignatureStatus
    )


def _changes(signature: EmbeddedPdfSignature) -> tuple[Changes, bool]:
    """What came after, and whether the signature's certification permits it (ISO 32000-2, 12.8.2.2)."""
    signature.compute_integrity_info()
    info = signature.summarise_integrity_info()
    found = info["diff_result"]
    level = found.modification_level if isinstance(found, DiffResult) else ModificationLevel.OTHER
    covers_revision = info["coverage"] in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    return _CHANGES.get(level, Changes.OTHER), covers_revision and info["docmdp_ok"] is not False


def _level(signature: EmbeddedPdfSignature, reader: PdfFileReader, *, has_store: bool) -> SealLevel:
    """EN 319 142-1, §6: signature time-stamp, validation data in the DSS dictionary, document time-stamp over both."""
    if _stamped_at(signature) is None:
        return SealLevel.B_B
    if not has_store:
        return SealLevel.B_T
    later = (stamp.signed_revision > signature.signed_revision for stamp in reader.embedded_timestamp_signatures)
    return SealLevel.B_LTA if any(later) else SealLevel.B_LT


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """The time in the signature's time-stamp token; what that is worth is said by the indication."""
    for attribute in cast(Any, signature.signer_info)["unsigned_attrs"] or ():
        if attribute["type"].native == _TIME_STAMP_ATTRIBUTE:
            return attribute["values"][0]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
