"""Taxes by country: what an EN 16931 category demands of a document, and which tax a seller may charge at all.

The official rules judge the finished document again; here each place is named while the draft is still written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contracts.faults import Finding, Severity, json_pointer
from documents.invoice import InvoiceDraft
from documents.party import Party
from documents.vat import VatCategory
from documents.vat import VatCategoryCode as Category
from invoicing.domain.vat_rates import EUROPEAN_UNION, RATES

CANADA: Final = "CA"
SALES_TAX: Final = "Sales tax"
"""Reason (BT-104) of the charge that carries the total tax of a seller in the United States: it is no VAT (BG-23)."""
_WITHOUT_TAX: Final = (
    Category.ZERO_RATED,
    Category.EXEMPT,
    Category.REVERSE_CHARGE,
    Category.INTRA_COMMUNITY,
    Category.EXPORT,
)
_BOTH_NAMED: Final = (Category.REVERSE_CHARGE, Category.INTRA_COMMUNITY)


@dataclass(frozen=True)
class TaxCode:
    """A tax that a Canadian supplier set up: its parts (GST, HST, PST, QST) and their rates in per cent."""

    code: str
    name: str
    parts: tuple[tuple[str, Decimal, str], ...]
    """Kind, rate, registration number."""

    @property
    def rate(self) -> Decimal:
        """All parts together."""
        return sum((rate for _, rate, _ in self.parts), Decimal(0))


def _finding(rule: str, detail: str, *steps: str | int, parameters: dict[str, str] | None = None) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.FATAL,
        pointer=json_pointer(*steps),
        detail=detail,
        parameters=parameters or {},
    )


def country_of(party: Party) -> str:
    """ISO 3166-1 code of a party's address; empty when it has none."""
    return party.address.country if party.address else ""


def findings(draft: InvoiceDraft, codes: Sequence[TaxCode]) -> Iterable[Finding]:
    """What is wrong with the taxes of a draft; `codes` are those that its seller set up."""
    country = country_of(draft.seller)
    for vat, steps in _taxed(draft):
        yield from _of_category(draft, vat, steps)
        if country == CANADA:
            yield from _canadian(vat, codes, steps)
        elif country in EUROPEAN_UNION:
            yield from _european(draft, vat, country, steps)
        elif vat.code == Category.STANDARD and (vat.rate or 0) > 0:
            detail = f"A seller in {country or 'this country'} charges no VAT; use category O."
            yield _finding("NAV-TAX-FOREIGN", detail, *steps, "vat", parameters={"country": country})
    yield from _of_document(draft)


def _taxed(draft: InvoiceDraft) -> Iterable[tuple[VatCategory, tuple[str | int, ...]]]:
    yield from ((line.vat, ("lines", index)) for index, line in enumerate(draft.lines))
    yield from ((found.vat, ("allowances", index)) for index, found in enumerate(draft.allowances))
    yield from ((found.vat, ("charges", index)) for index, found in enumerate(draft.charges))


def _of_category(draft: InvoiceDraft, vat: VatCategory, steps: tuple[str | int, ...]) -> Iterable[Finding]:
    if vat.code not in set(Category):
        yield _finding("VAT_CATEGORY_UNKNOWN", "Use S, Z, E, AE, K, G, O, L or M.", *steps, "vat", "code")
        return
    if vat.code == Category.OUTSIDE_SCOPE:
        if vat.rate is not None:
            yield _finding("VAT_RATE_FORBIDDEN", "Outside the scope of VAT there is no rate.", *steps, "vat", "rate")
    elif vat.rate is None:
        yield _finding("VAT_RATE_MISSING", "Give the rate in per cent.", *steps, "vat", "rate")
    elif vat.code in _WITHOUT_TAX and vat.rate != 0:
        yield _finding("VAT_RATE_NOT_ZERO", "This category has the rate 0.", *steps, "vat", "rate")
    elif vat.code == Category.STANDARD and vat.rate <= 0:
        yield _finding("VAT_RATE_NOT_POSITIVE", "The standard category has a rate above 0.", *steps, "vat", "rate")


def _european(draft: InvoiceDraft, vat: VatCategory, country: str, steps: tuple[str | int, ...]) -> Iterable[Finding]:
    """A seller charges the VAT of its own country, or of the one where its tax representative is registered."""
    if vat.code != Category.STANDARD or vat.rate is None or draft.type_code != "380":
        return
    representative = draft.tax_representative
    elsewhere = RATES.get(country_of_vat(representative.vat_identifier)) if representative else None
    allowed = RATES[country] | (elsewhere or frozenset())
    if vat.rate not in allowed:
        listed = ", ".join(f"{rate:f}" for rate in sorted(RATES[country]))
        detail = (
            f"{vat.rate:f} % is no rate of {country} ({listed}): VAT of another country needs a tax representative."
        )
        yield _finding("NAV-TAX-FOREIGN", detail, *steps, "vat", "rate", parameters={"country": country})


def country_of_vat(identifier: str | None) -> str:
    """Country of a VAT identifier (BT-31, BT-63): its prefix, `EL` for Greece."""
    prefix = (identifier or "")[:2].upper()
    return "GR" if prefix == "EL" else prefix


def _canadian(vat: VatCategory, codes: Sequence[TaxCode], steps: tuple[str | int, ...]) -> Iterable[Finding]:
    if vat.code != Category.STANDARD:
        return
    if not codes:
        detail = "Set up your GST, HST, PST or QST codes first, under /v1/tax-codes."
        yield _finding("TAX_CODES_MISSING", detail, *steps, "vat", parameters={"path": "/v1/tax-codes"})
    elif vat.rate not in {code.rate for code in codes}:
        detail = "None of your tax codes has this rate; choose one of them, or set it up under /v1/tax-codes."
        yield _finding("TAX_CODE_UNKNOWN", detail, *steps, "vat", "rate", parameters={"path": "/v1/tax-codes"})


def _of_document(draft: InvoiceDraft) -> Iterable[Finding]:
    used = {vat.code for vat, _ in _taxed(draft)}
    if Category.OUTSIDE_SCOPE in used and len(used) > 1:
        yield _finding("VAT_CATEGORIES_MIXED", "Category O stands alone in an invoice (BR-O-11).", "lines")
    if Category.EXEMPT in used and not _reasoned(draft, Category.EXEMPT):
        detail = "Say why category E bears no VAT: a text (BT-120) or a VATEX code (BT-121)."
        yield _finding("EXEMPTION_REASON_MISSING", detail, "exemption_reasons")
    for category in _BOTH_NAMED:
        if category in used:
            yield from _both_registered(draft, category)
    if Category.INTRA_COMMUNITY in used and not (draft.delivery and draft.delivery.address):
        detail = "An intra-Community supply says where the goods went (BR-IC-12)."
        yield _finding("DELIVERY_COUNTRY_MISSING", detail, "delivery", "address")


def _reasoned(draft: InvoiceDraft, category: Category) -> bool:
    return any(reason.category == category and (reason.text or reason.code) for reason in draft.exemption_reasons)


def _both_registered(draft: InvoiceDraft, category: Category) -> Iterable[Finding]:
    if not draft.seller.vat_identifier and not draft.tax_representative:
        yield _finding("SELLER_VAT_ID_MISSING", f"Category {category} needs your VAT identifier.", "seller")
    if not draft.buyer.vat_identifier:
        yield _finding("BUYER_VAT_ID_MISSING", f"Category {category} needs the buyer's VAT identifier.", "buyer")
