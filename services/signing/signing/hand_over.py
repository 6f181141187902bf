"""Looks at every seal once more before anybody gets the file."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from contracts.invoices import SealCheck
from signing.domain.report import Indication, SignatureReport
from signing.domain.sealing import SealedDocument
from signing.errors import SealNotVerified, SealPending, UnreadablePdf
from signing.sealer.attachments import check_embedded_xml
from signing.sealer.inspection import inspect
from signing.verifier.faults import SealFault
from signing.verifier.original import verify_original

_OF_OTHERS: Final = frozenset(
    {
        "TRY_LATER",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "CHAIN_CONSTRAINTS_FAILURE",
        "OUT_OF_BOUNDS_NOT_REVOKED",
        "OUT_OF_BOUNDS_NO_POE",
        "REVOKED_NO_POE",
        "REVOKED_CA_NO_POE",
        "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    }
)
"""EN 319 102-1, 5.1.3: about chains, lists and clocks, none of the file's bytes."""


class HandOver:
    """Verifies with code of its own what the one-pass writer sealed, and samples of that with pyHanko as well.

    The first file is a sample, and the next one when so many `seconds` have passed: where little is sealed that is
    all of it, and a fault that the writer and our verifier share is found as soon under any load. Other files are
    pyHanko's alone. `trusted` are root certificates (DER).
    """

    def __init__(self, trusted: Sequence[bytes], seconds: float = 10.0) -> None:
        self._trusted = tuple(trusted)
        self._seconds = seconds
        self._next_sample = 0.0

    async def verified(self, sealed: SealedDocument, *, one_pass: bool, at: datetime) -> tuple[SealCheck, ...]:
        """What was found, `at` this time. Raises SealNotVerified, SealPending: the file is handed to nobody."""
        checks: list[SealCheck] = []
        if one_pass:
            try:
                report = verify_original(sealed.content, xml_sha256=sealed.xml_sha256, trusted=self._trusted)
            except SealFault as error:
                raised = SealPending if error.is_of_others else SealNotVerified
                raise raised(f"our verifier: {error}") from error
            checks.append(_check("navette", report, sealed, at))
        if not one_pass or self._is_sample():
            checks.append(_check("pyhanko", await asyncio.to_thread(self._inspected, sealed), sealed, at))
        return tuple(checks)

    def _is_sample(self) -> bool:
        now = time.monotonic()
        if now < self._next_sample:
            return False
        self._next_sample = now + self._seconds
        return True

    def _inspected(self, sealed: SealedDocument) -> SignatureReport:
        try:
            check_embedded_xml(sealed.content, sealed.xml_sha256)
            return inspect(sealed.content, self._trusted)
        except UnreadablePdf as error:
            raise SealNotVerified(f"pyHanko: {error}") from error


def _check(
    by: Literal["navette", "pyhanko"], report: SignatureReport, sealed: SealedDocument, at: datetime
) -> SealCheck:
    """Below B-LT no revocation data are inside: such a seal can't be more than indeterminate, but must be intact."""
    found = report.signatures[0] if len(report.signatures) == 1 else None
    wanted = {Indication.TOTAL_PASSED}
    if not sealed.level.has_validation_data:
        wanted.add(Indication.INDETERMINATE)
    if found is None or not found.is_intact or found.level is not sealed.level:
        raise SealNotVerified(f"{by}: {report.model_dump_json()}"[:500])
    if found.indication not in wanted:
        raised = SealPending if found.reason in _OF_OTHERS else SealNotVerified
        raise raised(f"{by}: {report.model_dump_json()}"[:500])
    return SealCheck(
        by=by,
        indication=found.indication.value,
        reason=found.reason,
        level=found.level.value,
        certificate_sha256=found.certificate_sha256,
        file_sha256=sealed.sha256,
        document_sha256=sealed.xml_sha256,
        stamped_at=found.stamped_at,
        checked_at=at,
    )
