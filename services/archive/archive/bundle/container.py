"""An ASiC-E container with an evidence record (ETSI EN 319 162-1, §4.4 and annex A)."""

import base64
import hashlib
import io
import zipfile
from typing import Final

MEDIA_TYPE: Final = "application/vnd.etsi.asic-e+zip"
_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)
_RECORD: Final = "META-INF/evidencerecord.ers"
_MANIFEST: Final = """<?xml version="1.0" encoding="UTF-8"?>
<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<asic:SigReference URI="{record}" MimeType="application/ers"/>
<asic:DataObjectReference URI="{name}" MimeType="application/pdf" Rootfile="true">
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<ds:DigestValue>{digest}</ds:DigestValue>
</asic:DataObjectReference>
</asic:ASiCManifest>
"""


def make(original: bytes, evidence: bytes) -> bytes:
    """The sealed PDF, in which XML and attachments are embedded, and the evidence record over it.

    The media type comes first and uncompressed, so that a file's first bytes name its kind (annex A.1).
    """
    digest = base64.b64encode(hashlib.sha256(original).digest()).decode()
    manifest = _MANIFEST.format(record=_RECORD, name="original.pdf", digest=digest)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(zipfile.ZipInfo("mimetype", _DAY_ONE), MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, data in (
            ("original.pdf", original),
            ("META-INF/ASiCEvidenceRecordManifest.xml", manifest.encode()),
            (_RECORD, evidence),
        ):
            container.writestr(zipfile.ZipInfo(name, _DAY_ONE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
