"""Which VAT numbers a register is asked about, and what is found when it knows one not."""

from dataclasses import dataclass
from typing import Final

from contracts.faults import Finding, Severity, json_pointer
from contracts.status import Party
from documents.invoice import Invoice

NOT_VALID: Final = "NAV-VAT-02"
WAITS: Final = "NAV-VAT-03"
_UNION: Final = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
"""Prefixes of the numbers that VIES answers for: Greece's is EL, Northern Ireland's XI."""


@dataclass(frozen=True)
class Named:
    """A VAT number with its place in the document."""

    number: str
    term: str
    party: str

    @property
    def country(self) -> str:
        """Its prefix."""
        return self.number[:2]

    def finding(self, rule: str, fixed_by: Party) -> Finding:
        """A finding at its place; the number itself is not quoted."""
        return Finding(
            rule=rule,
            severity=Severity.FATAL,
            pointer=json_pointer(self.party, "vat_identifier"),
            terms=(self.term,),
            parameters={"term": self.term, "country": self.country},
            fixed_by=fixed_by,
        )


def asked_about(invoice: Invoice) -> tuple[Named, ...]:
    """Both sides' numbers where they are of two member states, else none.

    VIES answers for trade within the Union alone (Council Regulation 904/2010, art. 31); a number that is used at home
    only need not be in it. Where a tax representative acts, its number stands for the seller's.
    """
    representative = invoice.tax_representative
    seller = invoice.seller.vat_identifier
    mine = Named(seller, "BT-31", "seller") if seller else None
    if representative and representative.vat_identifier:
        mine = Named(representative.vat_identifier, "BT-63", "tax_representative")
    buyer = invoice.buyer.vat_identifier
    theirs = Named(buyer, "BT-48", "buyer") if buyer else None
    if not mine or not theirs or mine.country == theirs.country or not _within_union(mine, theirs):
        return ()
    return mine, theirs


def _within_union(*named: Named) -> bool:
    return all(each.country in _UNION.split() for each in named)
