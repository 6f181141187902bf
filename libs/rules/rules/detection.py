"""Which rule sets a document asks for: by its root element, its specification identifier, and where its parties are."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from documents.xml import Element
from rules.errors import UnknownRuleSet
from rules.packs import RulePack, Syntax, packs_of, release_of, syntax_of
from rules.parsing import refusal
from rules.pointers import NAMESPACES
from rules.under import day_of

_UBL_COUNTRY: Final = "cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
_CII_AGREEMENT: Final = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
_GUIDELINE: Final = "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
_CUSTOMIZATIONS: Final = (
    "cbc:CustomizationID",
    f"rsm:ExchangedDocumentContext/{_GUIDELINE}",
    f"cdar:ExchangedDocumentContext/{_GUIDELINE}",
)
_COUNTRIES: Final = (
    (f"cac:AccountingSupplierParty/{_UBL_COUNTRY}", f"cac:AccountingCustomerParty/{_UBL_COUNTRY}"),
    (
        f"{_CII_AGREEMENT}/ram:SellerTradeParty/ram:PostalTradeAddress/ram:CountryID",
        f"{_CII_AGREEMENT}/ram:BuyerTradeParty/ram:PostalTradeAddress/ram:CountryID",
    ),
)
_ISSUED: Final = (
    "cbc:IssueDate",
    "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    "cdar:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
)


@dataclass(frozen=True)
class Kind:
    """What a document is. `countries`: of seller (BT-40) and buyer (BT-55), empty where not given; `issued`: BT-2."""

    syntax: Syntax
    customization: str
    countries: tuple[str, str]
    issued: date | None = None

    def packs(self, sets: tuple[str, ...] | None = None, day: date | None = None) -> tuple[RulePack, ...]:
        """The rule sets to run: those that apply, as in force on `day` (None: the document's own, else newest).

        Or those asked for by name, in their newest version (`en16931`) or another (`en16931@1.3.15`). Raises
        UnknownRuleSet.
        """
        known = packs_of(self.syntax.name, day or (self.issued if sets is None else None))
        if sets is not None:
            by_name = {pack.set: pack for pack in known}
            chosen: list[RulePack] = []
            for name in dict.fromkeys(sets):
                pack = by_name.get(name) or release_of(self.syntax.name, name)
                if pack is None:
                    raise UnknownRuleSet(name, self.syntax.name, sorted(by_name))
                chosen.append(pack)
            return tuple(chosen)
        applying = [pack for pack in known if self._applies(pack)]
        replaced = {pack.replaces for pack in applying}
        return tuple(pack for pack in applying if pack.set not in replaced)

    def _applies(self, pack: RulePack) -> bool:
        domestic = not pack.territory or all(country in pack.territory for country in self.countries)
        return domestic and pack.asked_for_by(self.customization)


def kind_of(root: Element) -> Kind:
    """What a document is. Raises DocumentRefused (`NAV-XML-05`) for a root element that is none of ours."""
    syntax = syntax_of(str(root.tag))
    if syntax is None:
        raise refusal("NAV-XML-05")
    customization = next(filter(None, (_text(root, path) for path in _CUSTOMIZATIONS)), "")
    countries = next((pair for paths in _COUNTRIES if any(pair := _pair(root, paths))), ("", ""))
    issued = next(filter(None, (day_of(_text(root, path)) for path in _ISSUED)), None)
    return Kind(syntax, customization, countries, issued)


def _pair(root: Element, paths: tuple[str, str]) -> tuple[str, str]:
    return _text(root, paths[0]), _text(root, paths[1])


def _text(root: Element, path: str) -> str:
    return (root.findtext(path, namespaces=NAMESPACES) or "").strip()
