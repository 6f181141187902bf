"""The official rule sets and schemas: which there are, in which version, and which documents each is for."""

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_CEFACT: Final = "urn:un:unece:uncefact:data:standard:"
_CII_SCHEMAS: Final = (
    "xsd/cii-d16b/data/standard/CrossIndustryInvoice_100pD16B.xsd",
    "xsd/cii-d22b/CrossIndustryInvoice_100pD22B.xsd",
)


@dataclass(frozen=True)
class Syntax:
    """One kind of document, known by its root element.

    Of several `schemas` (releases under one namespace) one must accept the document; findings are those of the first.
    """

    name: str
    root: str
    schemas: tuple[str, ...]


def _ubl(name: str, document: str) -> Syntax:
    return Syntax(name, f"{{{_UBL}{document}-2}}{document}", (f"xsd/ubl21/maindoc/UBL-{document}-2.1.xsd",))


SYNTAXES: Final = (
    _ubl("ubl-invoice", "Invoice"),
    _ubl("ubl-creditnote", "CreditNote"),
    Syntax("cii", f"{{{_CEFACT}CrossIndustryInvoice:100}}CrossIndustryInvoice", _CII_SCHEMAS),
    Syntax(
        "cdar",
        f"{{{_CEFACT}CrossDomainAcknowledgementAndResponse:100}}CrossDomainAcknowledgementAndResponse",
        ("xsd/cdar-d22b/CrossDomainAcknowledgementAndResponse_100pD22B.xsd",),
    ),
    _ubl("ubl-order", "Order"),
    _ubl("ubl-order-change", "OrderChange"),
    _ubl("ubl-order-cancellation", "OrderCancellation"),
    _ubl("ubl-order-response", "OrderResponse"),
    _ubl("ubl-despatch-advice", "DespatchAdvice"),
    _ubl("ubl-receipt-advice", "ReceiptAdvice"),
    _ubl("ubl-application-response", "ApplicationResponse"),
)
_BY_ROOT: Final = {syntax.root: syntax for syntax in SYNTAXES}


@dataclass(frozen=True)
class RulePack:
    """One official rule set for some syntaxes.

    `customizations`: patterns of the specification identifier (BT-24, UBL CustomizationID) that ask for it; `*` alone:
    every document. `territory`: only where seller and buyer are both established there. `replaces`: a set that it
    contains in an altered form.
    """

    set: str
    version: str
    syntaxes: tuple[str, ...]
    stylesheet: str
    customizations: tuple[str, ...] = ("*",)
    territory: frozenset[str] = frozenset()
    replaces: str = ""

    @property
    def label(self) -> str:
        """Set and version, as findings name them."""
        return f"{self.set} {self.version}"

    def asked_for_by(self, customization: str) -> bool:
        """Whether a specification identifier asks for this set."""
        return any(fnmatchcase(customization, pattern) for pattern in self.customizations)


_UBL_INVOICES: Final = ("ubl-invoice", "ubl-creditnote")
_CII: Final = ("cii",)
_XRECHNUNG: Final = ("*:kosit:xrechnung_*", "*:kosit:standard:xrechnung_*")
_EXTENDED_FR: Final = ("*urn.cpro.gouv.fr:1p0:extended-ctc-fr*",)
_FRANCE: Final = frozenset({"FR", "GP", "MQ", "RE"})
"""Where French VAT applies (CGI, art. 294), so where the domestic flow 2 is the rule."""


def _post_award(number: str, syntax: str, transaction: str) -> RulePack:
    return RulePack(
        f"peppol-{number.lower()}",
        "2026.5",
        (syntax,),
        f"peppol/PEPPOLBIS-{number}.xslt",
        (f"urn:fdc:peppol.eu:poacc:trns:{transaction}:3*",),
    )


PACKS: Final = (
    RulePack("en16931", "1.3.16", _UBL_INVOICES, "en16931/ubl/EN16931-UBL-validation.xslt"),
    RulePack("en16931", "1.3.16", _CII, "en16931/cii/EN16931-CII-validation.xslt"),
    RulePack(
        "ctc-fr",
        "1.3.0",
        _UBL_INVOICES,
        "fr-ctc/20260216_EXTENDED-CTC-FR-UBL-V1.3.0.xslt",
        _EXTENDED_FR,
        replaces="en16931",
    ),
    RulePack(
        "ctc-fr", "1.3.0", _CII, "fr-ctc/20260216_EXTENDED-CTC-FR-CII-V1.3.0.xslt", _EXTENDED_FR, replaces="en16931"
    ),
    RulePack(
        "peppol",
        "2026.5",
        _UBL_INVOICES,
        "peppol/PEPPOL-EN16931-UBL.xslt",
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0*",),
    ),
    RulePack("xrechnung", "3.0.2", _UBL_INVOICES, "xrechnung/XRechnung-UBL-validation.xslt", _XRECHNUNG),
    RulePack("xrechnung", "3.0.2", _CII, "xrechnung/XRechnung-CII-validation.xslt", _XRECHNUNG),
    RulePack(
        "br-fr",
        "1.3.0",
        _UBL_INVOICES,
        "fr-ctc/20260216_BR-FR-Flux2-Schematron-UBL_V1.3.0.xslt",
        territory=_FRANCE,
    ),
    RulePack("br-fr", "1.3.0", _CII, "fr-ctc/20260216_BR-FR-Flux2-Schematron-CII_V1.3.0.xslt", territory=_FRANCE),
    RulePack("cdar", "1.3.0", ("cdar",), "fr-ctc/20260216_BR-FR-CDV-Schematron-CDAR_V1.3.0.xslt"),
    _post_award("T01", "ubl-order", "order"),
    _post_award("T114", "ubl-order-change", "order_change"),
    _post_award("T115", "ubl-order-cancellation", "order_cancellation"),
    _post_award("T76", "ubl-order-response", "order_response"),
    _post_award("T116", "ubl-order-response", "order_response_advanced"),
    _post_award("T16", "ubl-despatch-advice", "despatch_advice"),
    _post_award("T111", "ubl-application-response", "invoice_response"),
)


def syntax_of(root: str) -> Syntax | None:
    """The syntax of a root element, given as `{namespace}name`; None when it is none of ours."""
    return _BY_ROOT.get(root)


def packs_of(syntax: str) -> tuple[RulePack, ...]:
    """Every rule set that exists for a syntax, in the order in which they run."""
    return tuple(pack for pack in PACKS if syntax in pack.syntaxes)


def cache_directory() -> Path:
    """Where the official files lie: `NAVETTE_RULES`, else `.cache/rules` of the repository that this library is in."""
    return Path(os.environ.get("NAVETTE_RULES") or Path(__file__).resolve().parents[3] / ".cache" / "rules")
