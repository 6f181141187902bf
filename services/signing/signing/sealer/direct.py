"""PAdES baseline seals put into the room that the writer left: B-B to B-LTA for less than a millisecond of CPU."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from signing.domain.levels import SealLevel
from signing.domain.pdf import date
from signing.domain.rendering import Printed, SealForm
from signing.domain.sealing import SealedDocument, Sealer, SealKey
from signing.errors import CredentialProblem, EmbeddedXmlMismatch, TsaUnavailable
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.cms import SealCms
from signing.sealer.revision import ValidationData, append_revision
from signing.sealer.revocation import RevocationCache
from signing.sealer.standing import refuse_revoked, validity
from signing.sealer.tokens import stamp

_TOKEN_BYTES: Final = 8 * 1024
"""Room for a token while no authority has shown its own."""
_TOKEN_VARIES: Final = 128
"""Signatures, times and nonces make tokens of one authority differ by a few bytes."""


class DirectSealer:
    """Seals the files of the one-pass writer; `other` seals those of another renderer."""

    def __init__(
        self, key: SealKey, authorities: TimeStampAuthorities, revocation: RevocationCache, other: Sealer
    ) -> None:
        self._cms = SealCms(key)
        self._certificates = (key.certificate, *key.chain)
        self._certificate_sha256 = hashlib.sha256(key.certificate).hexdigest()
        self._validity = validity(self._certificates)
        self._authorities = authorities
        self._revocation = revocation
        self._other = other
        revocation.watch(self._certificates)

    def close(self) -> None:
        """Stop the other sealer; this one has nothing of its own that runs."""
        self._other.close()

    @property
    def room(self) -> int:
        """How many bytes the writer must keep for a signature with its time-stamp."""
        return self._cms.size + (self._authorities.largest_token or _TOKEN_BYTES) + _TOKEN_VARIES

    async def seal(self, printed: Printed, *, xml_sha256: str, level: SealLevel) -> SealedDocument:
        # below B-LT no list is embedded, but a key that is known to be revoked seals at no level
        if not level.has_validation_data:
            refuse_revoked(self._certificates, self._revocation.kept(self._certificates))
        if printed.form is None:
            return await self._other.seal(printed, xml_sha256=xml_sha256, level=level)
        if printed.form.xml_sha256 != xml_sha256:
            raise EmbeddedXmlMismatch(
                f"the embedded XML has sha256 {printed.form.xml_sha256}, the validated one {xml_sha256}"
            )
        self._refuse_outdated()
        if not level.has_time_stamp:
            return await self._seal_with(None, printed, printed.form, level)
        failures: list[str] = []
        for authority in self._authorities.in_order():
            try:
                return await self._seal_with(authority, printed, printed.form, level)
            except TsaUnavailable as error:
                authority.pause()
                failures.append(str(error))
        raise TsaUnavailable("; ".join(failures) or "no time-stamping authority is configured")

    async def _seal_with(
        self, authority: TimeStampAuthority | None, printed: Printed, form: SealForm, level: SealLevel
    ) -> SealedDocument:
        probe = await authority.probe() if authority else None
        data = None
        if level.has_validation_data and probe:
            certificates = (*self._certificates, *(der for der in probe.certificates if der not in self._certificates))
            found = await self._revocation.cover(certificates)
            refuse_revoked(certificates, found)
            data = ValidationData(certificates, found.crls, found.ocsps)
        content = bytearray(printed.content)
        # the claimed time lies in the certificate's validity, whenever the page was printed
        content[form.signing_time : form.signing_time + 23] = date(datetime.now(UTC))
        start, end = form.hole
        covered = form.started.copy()
        covered.update(memoryview(content)[form.started_at : start])
        upto_value = covered.copy()
        covered.update(memoryview(content)[end:])
        attributes, signature = self._cms.sign(covered.digest())
        first = None
        if authority and probe:
            first = await stamp(authority, probe, hashlib.sha256(signature).digest())
        _fill(content, form.hole, self._cms.assemble(attributes, signature, first.token if first else None))
        if data:
            token_room = len(first.token) + _TOKEN_VARIES if first and level.has_archive_time_stamp else 0
            hole = append_revision(content, form, data, token_room)
            if hole and authority and probe:
                # the digest of what stands before the seal's value is known already
                upto_value.update(memoryview(content)[start : hole[0]])
                upto_value.update(memoryview(content)[hole[1] :])
                _fill(content, hole, (await stamp(authority, probe, upto_value.digest())).token)
        whole = form.started.copy()
        whole.update(memoryview(content)[form.started_at :])
        return SealedDocument(
            content=bytes(content),
            sha256=whole.hexdigest(),
            xml_sha256=form.xml_sha256,
            level=level,
            certificate_sha256=self._certificate_sha256,
            sealed_at=first.at if first else datetime.now(UTC),
        )

    def _refuse_outdated(self) -> None:
        start, end = self._validity
        if not start <= datetime.now(UTC) <= end:
            raise CredentialProblem(f"the seal's certificates are valid from {start} to {end} only")


def _fill(content: bytearray, hole: tuple[int, int], value: bytes) -> None:
    """Write the value into its string; the rest of the room stays zeros. Raises TsaUnavailable when it is too long."""
    start, end = hole
    if 2 * len(value) > end - start - 2:
        raise TsaUnavailable(
            f"a token is too long for its room of {(end - start - 2) // 2} bytes: it will be given more"
        )
    written = value.hex().encode("ascii")
    content[start + 1 : start + 1 + len(written)] = written
