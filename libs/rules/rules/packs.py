"""The official rule sets and schemas: which there are, in which version, and which documents each is for."""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
    contains in an altered form. `valid_from`, `valid_to`: first and last date (BT-2) of documents that this version is
    for, None: open.
    """

    set: str
    version: str
    syntaxes: tuple[str, ...]
    stylesheet: str
    customizations: tuple[str, ...] = ("*",)
    territory: frozenset[str] = frozenset()
    replaces: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def label(self) -> str:
        """Set and version, as findings name them."""
        return f"{self.set} {self.version}"

    def in_force(self, day: date) -> bool:
        """Whether this version is for documents of that date."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def asked_for_by(self, customization: str) -> bool:
        """Whether a specification identifier asks for this set."""
        return any(fnmatchcase(customization, pattern) for pattern in self.customizations)


_UBL_INVOICES: Final = ("ubl-invoice", "ubl-creditnote")
_CII: Final = ("cii",)
_XRECHNUNG: Final = ("*:kosit:xrechnung_*", "*:kosit:standard:xrechnung_*")
_EXTENDED_FR: Final = ("*urn.cpro.gouv.fr:1p0:extended-ctc-fr*",)
_FRANCE: Final = frozenset({"FR", "GP", "MQ", "RE"})
"""Where French VAT applies (CGI, art. 294), so where the domestic flow 2 is the rule."""

_EN_1_3_16: Final = date(2026, 3, 30)
_PEPPOL_2026_5: Final = date(2026, 8, 17)
"""From when on: the publisher's date where it gives one (Peppol), else that of the release."""


def _post_award(number: str, syntax: str, transaction: str) -> RulePack:
    return RulePack(
        f"peppol-{number.lower()}",
        "2026.5",
        (syntax,),
        f"peppol/PEPPOLBIS-{number}.xslt",
        (f"urn:fdc:peppol.eu:poacc:trns:{transaction}:3*",),
    )


PACKS: Final = (
    RulePack("en16931", "1.3.16", _UBL_INVOICES, "en16931/ubl/EN16931-UBL-validation.xslt", valid_from=_EN_1_3_16),
    RulePack("en16931", "1.3.16", _CII, "en16931/cii/EN16931-CII-validation.xslt", valid_from=_EN_1_3_16),
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
        valid_from=_PEPPOL_2026_5,
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
"""The newest version of each set."""


def _before(pack: RulePack, version: str, stylesheet: str) -> RulePack:
    """The version before a pack: for everything older."""
    last = pack.valid_from - timedelta(days=1) if pack.valid_from else None
    return replace(pack, version=version, stylesheet=stylesheet, valid_from=None, valid_to=last)


_EARLIER: Final[dict[tuple[str, tuple[str, ...]], tuple[str, str]]] = {
    ("en16931", _UBL_INVOICES): ("1.3.15", "en16931/1.3.15/ubl/EN16931-UBL-validation.xslt"),
    ("en16931", _CII): ("1.3.15", "en16931/1.3.15/cii/EN16931-CII-validation.xslt"),
    ("peppol", _UBL_INVOICES): ("2025.11", "peppol/2025.11/PEPPOL-EN16931-UBL.xslt"),
}
RELEASES: Final = (
    *PACKS,
    *(_before(pack, *_EARLIER[pack.set, pack.syntaxes]) for pack in PACKS if (pack.set, pack.syntaxes) in _EARLIER),
)
"""Every version of every set, the newest first."""
_BY_STYLESHEET: Final = {pack.stylesheet: pack for pack in RELEASES}


def syntax_of(root: str) -> Syntax | None:
    """The syntax of a root element, given as `{namespace}name`; None when it is none of ours."""
    return _BY_ROOT.get(root)


def packs_of(syntax: str, day: date | None = None) -> tuple[RulePack, ...]:
    """Every rule set that exists for a syntax, in the order in which they run: the versions in force on a day.

    None: the newest. Of a set that was not there yet on that day, its first version.
    """
    newest = tuple(pack for pack in PACKS if syntax in pack.syntaxes)
    if day is None:
        return newest
    of_day = {pack.set: pack for pack in reversed(RELEASES) if syntax in pack.syntaxes and pack.in_force(day)}
    return tuple(of_day.get(pack.set, pack) for pack in newest)


def release_of(syntax: str, name: str) -> RulePack | None:
    """A set in one version: `en16931@1.3.15`."""
    named = (pack for pack in RELEASES if syntax in pack.syntaxes and f"{pack.set}@{pack.version}" == name)
    return next(named, None)


def pack_of(stylesheet: str) -> RulePack:
    """The release that a stylesheet is of."""
    return _BY_STYLESHEET[stylesheet]


def cache_directory() -> Path:
    """Where the official files lie: `NAVETTE_RULES`, else `.cache/rules` of the repository that this library is in."""
    return Path(os.environ.get("NAVETTE_RULES") or Path(__file__).resolve().parents[3] / ".cache" / "rules")
