"""One of our originals, whole: its form, its seal, its stamps, its validation data, and the XML inside.

Everything a later revision may hold is listed here; whatever else it holds makes the file a forgery, even where the
mathematics of every signature fits (ISO 32000-2, 12.8.2.2; ETSI EN 319 142-1, 5.4).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm

from signing.domain.levels import SealLevel
from signing.domain.report import Changes, Indication, SignatureFinding, SignatureReport
from signing.verifier.chains import Evidence, Standing, check_bag, standing
from signing.verifier.cms import Signed, Stamped, loaded, value_in, verify_detached, verify_stamp
from signing.verifier.faults import SealFault, demand
from signing.verifier.pdf_values import Hex, Name, Ref, Text, Value, array, entries, number_of
from signing.verifier.revisions import Revisions

_LATER: Final = "LATER_CHANGE"
_FORM: Final = "FILE_FORM"
_UNREADABLE: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError, UnsupportedAlgorithm)
_CLOCKS: Final = timedelta(minutes=5)
"""How far the authority's clock may be ahead of ours."""
_EXTENSIONS: Final[Value] = {b"ESIC": {b"BaseVersion": Name(b"1.7"), b"ExtensionLevel": 5}}


@dataclass(frozen=True)
class _Value:
    """A signature dictionary: the CMS in its hole, and the digest of everything else up to the end it covers."""

    entries: dict[bytes, Value]
    cms: bytes
    digest: bytes


def verify_original(
    pdf: bytes, *, xml_sha256: str, trusted: Sequence[bytes], now: datetime | None = None
) -> SignatureReport:
    """The report on a file of the one-pass writer with this XML inside. Takes about half a millisecond.

    `trusted` are root certificates (DER). Raises SealFault when the file, its seal or a stamp is not what it must be;
    the report is INDETERMINATE where the file does not say whether a certificate was revoked (levels below B-LT).
    """
    try:
        return _verified(pdf, xml_sha256, tuple(trusted), now or datetime.now(UTC))
    except _UNREADABLE as error:
        # parts of certificates and lists are read when they are asked for
        raise SealFault("SIGNATURE_FORM", f"a part of it is not readable: {error}") from error


def _verified(pdf: bytes, xml_sha256: str, trusted: tuple[bytes, ...], now: datetime) -> SignatureReport:
    revisions = Revisions(pdf)
    catalog = revisions.of_first(revisions.first.root).entries
    seal_field, seal_number = _seal_field(revisions, catalog)
    sealed = _value(revisions, revisions.of_first(seal_number).entries, revisions.first.end)
    _check_certification(sealed.entries)
    _check_xml(revisions, catalog, xml_sha256)
    seal = verify_detached(sealed.cms, sealed.digest)
    stamp = verify_stamp(seal.time_stamp, hashlib.sha256(seal.signature).digest()) if seal.time_stamp else None
    evidence, archive = _later(revisions, catalog, seal_field, trusted, seal, stamp)
    return _report(seal, stamp, archive, evidence, now, has_data=revisions.second is not None)


def _seal_field(revisions: Revisions, catalog: dict[bytes, Value]) -> tuple[dict[bytes, Value], int]:
    """The one signature field of the sealed revision, and the number of its value."""
    form = entries(catalog.get(b"AcroForm"))
    fields = array(form.get(b"Fields"))
    demand(len(fields) == 1 and form.get(b"SigFlags") == 3, _FORM, "there is not exactly one signature field")
    field = revisions.of_first(number_of(fields[0])).entries
    value = field.get(b"V")
    demand(field.get(b"FT") == Name(b"Sig"), _FORM, "the field is none for a signature")
    demand(entries(catalog.get(b"Perms")) == {b"DocMDP": value}, _FORM, "the seal does not certify the document")
    return field, number_of(value)


def _value(revisions: Revisions, found: dict[bytes, Value], end: int) -> _Value:
    """The value of a signature, which must cover everything up to `end` but its own string."""
    hole, covered = found.get(b"Contents"), found.get(b"ByteRange")
    if not isinstance(hole, Hex):
        raise SealFault("HOLE_FORM", "the signature's value is no hexadecimal string")
    demand(
        covered == [0, hole.start, hole.end, end - hole.end], "COVERAGE", "the signature does not cover its revision"
    )
    return _Value(found, value_in(hole.raw), revisions.digest_around(hole.start, hole.end, end))


def _check_certification(found: dict[bytes, Value]) -> None:
    allowed = {b"Type", b"Filter", b"SubFilter", b"M", b"Reference", b"ByteRange", b"Contents"}
    demand(set(found) == allowed, _FORM, "the signature's dictionary has other entries")
    demand(found[b"SubFilter"] == Name(b"ETSI.CAdES.detached"), _FORM, "the signature is no PAdES signature")
    (reference,) = array(found[b"Reference"]) or [None]
    terms = entries(entries(reference).get(b"TransformParams"))
    demand(
        entries(reference).get(b"TransformMethod") == Name(b"DocMDP") and terms.get(b"P") == 1,
        _FORM,
        "the certification permits changes",
    )


def _check_xml(revisions: Revisions, catalog: dict[bytes, Value], xml_sha256: str) -> None:
    """The invoice XML is the first associated file and one of the embedded ones, and the one that was validated."""
    associated = array(catalog.get(b"AF"))
    tree = array(entries(entries(catalog.get(b"Names")).get(b"EmbeddedFiles")).get(b"Names"))
    files = tree[1::2]
    demand(associated and len(files) == len(associated), "XML_MISMATCH", "embedded and associated files differ")
    demand(sorted(map(number_of, files)) == sorted(map(number_of, associated)), "XML_MISMATCH", "other files are named")
    found: list[Value] = []
    for file in associated:
        specification = revisions.of_first(number_of(file)).entries
        name = specification.get(b"UF")
        demand(specification.get(b"F") == name, "XML_MISMATCH", "a file has two names")
        if isinstance(name, Text) and name.value in (b"factur-x.xml", b"cii-invoice.xml", b"ubl-invoice.xml"):
            streams = entries(specification.get(b"EF"))
            demand(streams.get(b"F") == streams.get(b"UF"), "XML_MISMATCH", "a file has two contents")
            found.append(streams.get(b"F"))
    demand(len(found) == 1, "XML_MISMATCH", f"{len(found)} files are invoice XML")
    digest = hashlib.sha256(revisions.stream(found[0], of_first=True)).hexdigest()
    demand(digest == xml_sha256, "XML_MISMATCH", "the XML inside is not the one that was validated")


def _later(
    revisions: Revisions,
    catalog: dict[bytes, Value],
    seal_field: dict[bytes, Value],
    trusted: tuple[bytes, ...],
    seal: Signed,
    stamp: Stamped | None,
) -> tuple[Evidence, Stamped | None]:
    """The validation data and the document time-stamp of the second revision, which may hold nothing else."""
    brought = (seal.certificate, *seal.others)
    if stamp:
        brought += (stamp.signed.certificate, *stamp.signed.others)
    if revisions.second is None:
        demand(revisions.first.end == len(revisions.pdf), "END_OF_FILE", "bytes follow the seal")
        return Evidence(brought, (), (), trusted), None
    added = revisions.added
    new = {number for number in added if number not in revisions.first.offsets}
    demand(
        min(new, default=0) >= revisions.first.size, _LATER, "an unused object of the sealed revision is given a value"
    )
    now = added[revisions.first.root].entries if revisions.first.root in added else {}
    demand(set(now) == {*catalog, b"DSS", b"Extensions"} and b"DSS" not in catalog, _LATER, "the catalog was changed")
    kept = set(catalog) - {b"AcroForm"}
    demand(all(now[key] == catalog[key] for key in kept), _LATER, "the catalog was changed")
    demand(now[b"Extensions"] == _EXTENSIONS, _LATER, "the catalog was changed")
    form, form_now = entries(catalog[b"AcroForm"]), entries(now[b"AcroForm"])
    more = array(form_now.get(b"Fields"))[1:]
    demand(form_now == form | {b"Fields": [*array(form[b"Fields"]), *more]}, _LATER, "the form was changed")
    store = number_of(now[b"DSS"])
    data = {key: array(value) for key, value in entries(added[store].value).items() if key != b"Type"}
    demand(set(data) <= {b"Certs", b"CRLs", b"OCSPs"} and store in new, _LATER, "other data than validation data came")
    streams = [number_of(value) for values in data.values() for value in values]
    expected, page = {revisions.first.root, store, *streams}, number_of(seal_field.get(b"P"))
    archive = None
    if more:
        archive, used = _archive_stamp(revisions, number_of(more[0]), page)
        expected |= used
        demand(len(more) == 1, _LATER, "more than one field was added")
    demand(set(added) == expected, _LATER, "other objects were added or changed")
    plain = all(set(added[number].entries) == {b"Filter", b"Length"} for number in streams)
    demand(plain, _LATER, "validation data are said to be something else")
    read = {key: tuple(revisions.stream(value, of_first=False) for value in values) for key, values in data.items()}
    certificates = (*brought, *read.get(b"Certs", ()))
    if archive:
        certificates += (archive.signed.certificate, *archive.signed.others)
    certificates = tuple(dict.fromkeys(certificates))
    return Evidence(certificates, read.get(b"CRLs", ()), read.get(b"OCSPs", ()), trusted), archive


def _archive_stamp(revisions: Revisions, field_number: int, page: int) -> tuple[Stamped, set[int]]:
    """The document time-stamp over the whole file, and the objects that came with it."""
    added = revisions.added
    demand(field_number in added and page in added, _LATER, "a field was added that is none of a time-stamp")
    field = added[field_number].entries
    shape = {key: field[key] for key in field if key not in (b"T", b"V")}
    plain: dict[bytes, Value] = {b"Type": Name(b"Annot"), b"Subtype": Name(b"Widget"), b"FT": Name(b"Sig"), b"F": 132}
    demand(
        shape == plain | {b"Rect": [0, 0, 0, 0], b"P": Ref(page)} and isinstance(field.get(b"T"), Text),
        _LATER,
        "a field was added that is none of an invisible time-stamp",
    )
    before, after = revisions.of_first(page).entries, added[page].entries
    notes = [*array(before.get(b"Annots")), *array(after.get(b"Annots"))[-1:]]
    demand(after == before | {b"Annots": notes}, _LATER, "a page was changed")
    demand(number_of(notes[-1]) == field_number, _LATER, "something else was put on a page")
    number = number_of(field.get(b"V"))
    demand(number in added, _LATER, "the time-stamp is missing")
    found = added[number].entries
    allowed = {b"Type", b"Filter", b"SubFilter", b"ByteRange", b"Contents"}
    demand(
        set(found) == allowed and found[b"SubFilter"] == Name(b"ETSI.RFC3161"),
        _LATER,
        "a second signature is none of a time-stamp",
    )
    value = _value(revisions, found, len(revisions.pdf))
    return verify_stamp(value.cms, value.digest), {field_number, page, number}


def _report(
    seal: Signed, stamp: Stamped | None, archive: Stamped | None, evidence: Evidence, now: datetime, *, has_data: bool
) -> SignatureReport:
    at = stamp.at if stamp else now
    found = [_stood(standing(seal.certificate, evidence, stamps=False), at, "the seal's certificate")]
    check_bag(seal.others, evidence)
    for each in (stamp, archive):
        if each:
            demand(each.at <= now + _CLOCKS, "TIME_STAMP_AHEAD", "a time-stamp lies in the future")
            chain = standing(each.signed.certificate, evidence, stamps=True)
            check_bag(each.signed.others, evidence)
            found.append(_stood(chain, each.at, "the time-stamping authority's certificate"))
    if archive and stamp:
        demand(archive.at >= stamp.at, "TIME_STAMP_MISMATCH", "the archive time-stamp is older than the seal's")
    is_known = all(found)
    level = (
        SealLevel.B_LTA
        if archive and stamp and has_data
        else SealLevel.B_LT
        if stamp and has_data
        else SealLevel.B_T
        if stamp
        else SealLevel.B_B
    )
    indication = Indication.TOTAL_PASSED if is_known else Indication.INDETERMINATE
    finding = SignatureFinding(
        field="Seal",
        signer=loaded(seal.certificate).subject.rfc4514_string(),
        certificate_sha256=hashlib.sha256(seal.certificate).hexdigest(),
        level=level,
        indication=indication,
        reason=None if is_known else "NO_REVOCATION_DATA",
        is_intact=True,
        is_certification=True,
        changes_after=Changes.VALIDATION_DATA if has_data else Changes.NONE,
        stamped_at=stamp.at if stamp else None,
    )
    return SignatureReport(indication=indication, signatures=(finding,))


def _stood(found: Standing, at: datetime, who: str) -> bool:
    """Whether it is known not to have been revoked then. Raises SealFault when it did not stand then."""
    demand(found.since <= at <= found.until, "NOT_IN_FORCE", f"{who} was not in force at {at:%Y-%m-%d %H:%M:%S} UTC")
    return found.is_known
