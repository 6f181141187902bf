"""Checks the signature of an XML document (XML DSig, XAdES) with what the file itself holds: nothing is fetched.

Only a signature over the whole document is believed: one over a part of it says nothing of what a reader sees.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier
from signxml.xades.xades import XAdESVerifier

from signing.domain.levels import SealLevel
from signing.domain.report import Changes, Indication, SignatureFinding, SignatureReport, weakest
from signing.errors import UnreadablePdf
from signing.verifier.chains import Evidence, standing
from signing.verifier.faults import SealFault

Element = Any
"""An element of lxml, whose class is private."""
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES: Final = "{http://uri.etsi.org/01903/v1.3.2#}"
_SIGNED_PROPERTIES: Final = "#SignedProperties"
_WHOLE_DOCUMENT: Final = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    }
)
"""Transforms that leave nothing of the document out but the signature itself; signxml leaves out others unsaid."""
_KNOWN: Final = SignatureConfiguration()
_ALGORITHMS: Final = frozenset(each.value for each in (*_KNOWN.signature_methods, *_KNOWN.digest_algorithms))


def inspect_xml(content: bytes, trusted: Sequence[bytes]) -> SignatureReport:
    """The report on the signature of an XML document; `trusted` are root certificates (DER). Raises UnreadablePdf."""
    if b"<!DOCTYPE" in content:
        raise UnreadablePdf("an XML with a document type is not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadablePdf(f"this is no readable XML: {error}") from error
    signatures = list(root.iter(f"{_DS}Signature"))
    if len(signatures) > 1:
        raise UnreadablePdf(f"it has {len(signatures)} signatures; one is understood")
    found = tuple(_finding(content, signature, tuple(trusted)) for signature in signatures)
    return SignatureReport(indication=weakest(found), signatures=found)


def _finding(content: bytes, signature: Element, trusted: tuple[bytes, ...]) -> SignatureFinding:
    certificates = _certificates(signature)
    indication, reason = _unchanged(content, signature, certificates)
    is_intact = indication is Indication.TOTAL_PASSED
    if is_intact:
        indication, reason = _chain(certificates, trusted)
    signed_at = _signed_at(signature)
    return SignatureFinding(
        field=signature.get("Id", "Signature"),
        signer=_subject(certificates),
        certificate_sha256=hashlib.sha256(certificates[0]).hexdigest() if certificates else "",
        level=SealLevel.B_B,
        indication=indication,
        reason=None if indication is Indication.TOTAL_PASSED else reason,
        is_intact=is_intact,
        is_certification=False,
        changes_after=Changes.NONE,
        signed_at=signed_at,
    )


def _unchanged(content: bytes, signature: Element, certificates: list[bytes]) -> tuple[Indication, str]:
    """Whether all that a reader sees is what was signed; what can't be told here is not called changed."""
    if not certificates:
        return Indication.TOTAL_FAILED, "FORMAT_FAILURE"
    if any(each not in _ALGORITHMS for each in _algorithms(signature)) or not _transforms(signature) <= _WHOLE_DOCUMENT:
        return Indication.INDETERMINATE, "UNKNOWN_ALGORITHM"
    if _has_siblings(signature.getroottree().getroot()):
        return Indication.INDETERMINATE, "BESIDE_THE_ROOT"
    found = _mathematics(content, signature, certificates[0])
    if found[0] is Indication.TOTAL_PASSED and not _covers_document(signature):
        return Indication.TOTAL_FAILED, "PART_OF_DOCUMENT"
    return found


def _algorithms(signature: Element) -> list[str | None]:
    methods = (f"{_DS}SignedInfo/{_DS}SignatureMethod", f"{_DS}SignedInfo/{_DS}Reference/{_DS}DigestMethod")
    return [each.get("Algorithm") for path in methods for each in signature.iterfind(path)]


def _transforms(signature: Element) -> set[str | None]:
    paths = (f"{_DS}SignedInfo/{_DS}CanonicalizationMethod", f"{_DS}SignedInfo/{_DS}Reference/{_DS}Transforms/*")
    return {each.get("Algorithm") for path in paths for each in signature.iterfind(path)}


def _has_siblings(root: Element) -> bool:
    """Processing instructions and comments there belong to the document (XML-C14N 1.0, 2.1); signxml digests none."""
    return next(root.itersiblings(), None) is not None or next(root.itersiblings(preceding=True), None) is not None


def _mathematics(content: bytes, signature: Element, certificate: bytes) -> tuple[Indication, str]:
    """Whether digests and signature fit, whenever its certificate was valid: EN 319 102-1, 5.2.7."""
    references = len(list(signature.iterfind(f"{_DS}SignedInfo/{_DS}Reference")))
    has_properties = signature.find(f".//{_XADES}SignedProperties") is not None
    verifier: Any = XAdESVerifier() if has_properties else XMLVerifier()
    signer = x509.load_der_x509_certificate(certificate)
    terms = SignatureConfiguration(expect_references=references, verification_time=signer.not_valid_before_utc)
    try:
        verifier.verify(content, x509_cert=signer, expect_config=terms)
    except InvalidDigest:
        return Indication.TOTAL_FAILED, "HASH_FAILURE"
    except UnsupportedAlgorithm:
        return Indication.INDETERMINATE, "UNKNOWN_ALGORITHM"
    except InvalidCertificate:
        return Indication.TOTAL_FAILED, "FORMAT_FAILURE"
    except InvalidSignature:
        return Indication.TOTAL_FAILED, "SIG_CRYPTO_FAILURE"
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, LookupError, AttributeError, RuntimeError):
        # signxml reads some parts without looking whether they are there
        return Indication.TOTAL_FAILED, "FORMAT_FAILURE"
    return Indication.TOTAL_PASSED, ""


def _covers_document(signature: Element) -> bool:
    """One reference is the whole document; others may only be the signature's own properties and key."""
    whole = 0
    for reference in signature.iterfind(f"{_DS}SignedInfo/{_DS}Reference"):
        kinds = {each.get("Algorithm") for each in reference.iterfind(f"{_DS}Transforms/{_DS}Transform")}
        if reference.get("URI") == "":
            whole += kinds <= _WHOLE_DOCUMENT
        elif not (reference.get("Type") or "").endswith(_SIGNED_PROPERTIES) and not _is_inside(reference, signature):
            return False
    return whole == 1


def _is_inside(reference: Element, signature: Element) -> bool:
    wanted = (reference.get("URI") or "").removeprefix("#")
    return any(each.get("Id") == wanted for each in signature.iter())


def _chain(certificates: list[bytes], trusted: tuple[bytes, ...]) -> tuple[Indication, str]:
    """EN 319 102-1, 5.2.6: without revocation data in the file nothing says that the certificate stood."""
    try:
        stood = standing(certificates[0], Evidence(tuple(certificates), (), (), trusted), stamps=False)
    except SealFault as error:
        untrusted = error.code == "UNTRUSTED"
        return Indication.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND" if untrusted else "CHAIN_CONSTRAINTS_FAILURE"
    if not stood.since <= datetime.now(UTC) <= stood.until:
        return Indication.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"
    return (Indication.TOTAL_PASSED, "") if stood.is_known else (Indication.INDETERMINATE, "TRY_LATER")


def _certificates(signature: Element) -> list[bytes]:
    found: list[bytes] = []
    for each in signature.iterfind(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate"):
        try:
            loaded = x509.load_der_x509_certificate(base64.b64decode("".join((each.text or "").split())))
        except (ValueError, binascii.Error):
            continue
        found.append(loaded.public_bytes(serialization.Encoding.DER))
    return found


def _subject(certificates: list[bytes]) -> str:
    return x509.load_der_x509_certificate(certificates[0]).subject.rfc4514_string() if certificates else ""


def _signed_at(signature: Element) -> datetime | None:
    """What the signer states, no more than that."""
    written: str | None = signature.findtext(f".//{_XADES}SigningTime")
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None
