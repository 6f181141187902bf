"""The XMP metadata of an original: PDF/A-3b, and Factur-X with its schema where the XML is of one of its profiles.

ISO 19005-3, 6.6.2; Factur-X 1.0 / ZUGFeRD 2, §6 (names and extension schema).
"""

from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from documents.invoice.codes import CTC_FR_EXTENDED, EN_16931, FACTUR_X_EXTENDED
from signing.domain.rendering import FACTUR_X, OriginalXml

PRODUCER: Final = "Navette"
_FX: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES: Final = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "version of the Factur-X XML schema",
    "ConformanceLevel": "conformance level of the embedded Factur-X data",
}
_LEVELS: Final = {
    # BT-24 → conformance level of the XMP (Factur-X 1.0, §6.2.3)
    "urn:factur-x.eu:1p0:minimum": "MINIMUM",
    "urn:factur-x.eu:1p0:basicwl": "BASIC WL",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": "BASIC",
    EN_16931: "EN 16931",
    FACTUR_X_EXTENDED: "EXTENDED",
    CTC_FR_EXTENDED: "EXTENDED",
}


def conformance_level(xml: OriginalXml, specification: str) -> str | None:
    """The Factur-X conformance level of a BT-24; None for UBL and for CII of another specification (Peppol …)."""
    return _LEVELS.get(specification) if xml.syntax == "CII" else None


def xml_name(xml: OriginalXml, level: str | None) -> str:
    """What the embedded XML is called: `factur-x.xml` is kept for Factur-X profiles."""
    return FACTUR_X if level else f"{xml.syntax.lower()}-invoice.xml"


def is_alternative(level: str | None) -> bool:
    """Whether the XML says all that the page says; MINIMUM and BASIC WL are data about it (Factur-X 1.0, §6.2.2)."""
    return level not in ("MINIMUM", "BASIC WL")


def xmp_packet(title: str, author: str, language: str, at: datetime, level: str | None) -> bytes:
    """One `rdf:RDF` with everything: what stands in a second one is lost when a seal is added."""
    moment = f"{at:%Y-%m-%dT%H:%M:%S}+00:00"
    description = '<rdf:Description rdf:about="" {}>{}</rdf:Description>'
    parts = [
        description.format(
            'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        ),
        description.format(
            'xmlns:dc="http://purl.org/dc/elements/1.1/"',
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
            f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>",
        ),
        description.format('xmlns:pdf="http://ns.adobe.com/pdf/1.3/"', f"<pdf:Producer>{PRODUCER}</pdf:Producer>"),
        description.format(
            'xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
            f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>"
            f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>",
        ),
    ]
    if level is not None:
        parts += [_facturx(description, level), _extension_schema(description)]
    body = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'{"".join(parts)}</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )
    return body.encode()


def _facturx(description: str, level: str) -> str:
    return description.format(
        f'xmlns:fx="{_FX}"',
        f"<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{FACTUR_X}</fx:DocumentFileName>"
        f"<fx:Version>1.0</fx:Version><fx:ConformanceLevel>{level}</fx:ConformanceLevel>",
    )


def _extension_schema(description: str) -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>{text}</pdfaProperty:description>"
        "</rdf:li>"
        for name, text in _PROPERTIES.items()
    )
    namespaces = (
        'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
    )
    return description.format(
        namespaces,
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>",
    )
