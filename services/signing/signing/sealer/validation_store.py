"""Reads the validation data a PDF brings with it: its DSS dictionary (ISO 32000-2, 12.8.4.3)."""

from typing import Any, cast

from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import LocalKnowledge
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer


def read_store(reader: PdfFileReader) -> LocalKnowledge | None:
    """Certificates, CRLs and OCSP answers of the file, None when it brings no revocation data."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None
    crls = [CRLContainer(crl_data=CertificateList.load(_data(entry))) for entry in store.crls]
    answers = [OCSPResponse.load(_data(entry)) for entry in store.ocsps]
    ocsps = [container for answer in answers for container in OCSPContainer.load_multi(answer)]
    if not crls and not ocsps:
        return None
    return LocalKnowledge(known_crls=crls, known_ocsps=ocsps, known_certs=list(store.load_certs()))


def _data(entry: object) -> bytes:
    return cast(Any, entry).get_object().data
