"""What no official rule asks: whether numbers are what they say they are, whether the recipient can be found, dates.

Offline, by check digits (python-stdnum). Currencies and units are the official code lists' (BR-CL-03 … BR-CL-23).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from stdnum import ean, get_cc_module, iban
from stdnum.fr import siren, siret

from contracts.faults import Finding, Severity, json_pointer
from documents.invoice import Invoice
from documents.values import Identifier

_IBAN_MEANS: Final = ("58", "59")
"""UNTDID 4461: SEPA credit transfer and direct debit name an IBAN."""
_COUNTRY_OF_PREFIX: Final = {"EL": "GR", "XI": "GB"}
_CHECKS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "0002": ("SIREN", siren.is_valid),
    "0009": ("SIRET", siret.is_valid),
    "0060": ("DUNS", lambda value: len(value) == 9 and value.isdecimal()),
    "0088": ("GLN", lambda value: len(value) == 13 and ean.is_valid(value)),
}
"""By ICD of ISO/IEC 6523."""


def check(invoice: Invoice, today: date) -> list[Finding]:
    """`NAV-VAT-01`, `NAV-ID-01`, `NAV-IBAN-01`, `NAV-RECIPIENT-01`, `NAV-DATE-01`, `NAV-DATE-02`."""
    return [
        *_vat_numbers(invoice),
        *_identifiers(invoice),
        *_accounts(invoice),
        *_recipient(invoice),
        *_dates(invoice, today),
    ]


def _vat_numbers(invoice: Invoice) -> Iterator[Finding]:
    named = [("BT-31", "seller", invoice.seller.vat_identifier), ("BT-48", "buyer", invoice.buyer.vat_identifier)]
    if invoice.tax_representative:
        named.append(("BT-63", "tax_representative", invoice.tax_representative.vat_identifier))
    for term, party, value in named:
        if value and not is_vat_number(value):
            yield _finding("NAV-VAT-01", term, party, "vat_identifier")


def is_vat_number(value: str) -> bool:
    """Whether it can be one, by its country's check digits. Of a country that python-stdnum does not know: yes."""
    country = _COUNTRY_OF_PREFIX.get(value[:2], value[:2])
    rules: Any = get_cc_module(country, "vat") if country.isalpha() else None
    return rules is None or bool(rules.is_valid(value if value[:2] != "XI" else value[2:]))


def _identifiers(invoice: Invoice) -> Iterator[Finding]:
    """Those of payee and place of delivery are mostly the buyer's own words: they warn."""
    sides = (("seller", invoice.seller, "BT-29", "BT-30"), ("buyer", invoice.buyer, "BT-46", "BT-47"))
    for name, party, other, legal in sides:
        for number, found in enumerate(party.identifiers):
            yield from _identifier(Severity.FATAL, found, other, name, "identifiers", number)
        yield from _identifier(Severity.FATAL, party.legal_registration, legal, name, "legal_registration")
    if invoice.payee:
        yield from _identifier(Severity.WARNING, invoice.payee.identifier, "BT-60", "payee", "identifier")
        registered = invoice.payee.legal_registration
        yield from _identifier(Severity.WARNING, registered, "BT-61", "payee", "legal_registration")
    if invoice.delivery:
        yield from _identifier(Severity.WARNING, invoice.delivery.location, "BT-71", "delivery", "location")


def _identifier(severity: Severity, found: Identifier | None, term: str, *steps: str | int) -> Iterator[Finding]:
    known = _CHECKS.get(found.scheme or "") if found else None
    if found and known and not known[1](found.value):
        yield _finding("NAV-ID-01", term, *steps, severity=severity, kind=known[0])


def _accounts(invoice: Invoice) -> Iterator[Finding]:
    for number, means in enumerate(invoice.payment.means if invoice.payment else ()):
        account = means.credit_transfer.account if means.credit_transfer else None
        if account and means.code in _IBAN_MEANS and not iban.is_valid(account, check_country=False):
            yield _finding("NAV-IBAN-01", "BT-84", "payment", "means", number, "credit_transfer", "account")


def _recipient(invoice: Invoice) -> Iterator[Finding]:
    buyer = invoice.buyer
    if not (buyer.electronic_address or buyer.legal_registration or buyer.vat_identifier or buyer.identifiers):
        yield _finding("NAV-RECIPIENT-01", "BT-49", "buyer", "electronic_address")


def _dates(invoice: Invoice, today: date) -> Iterator[Finding]:
    if invoice.issue_date > today + timedelta(days=1):  # it is tomorrow already east of UTC
        yield _finding("NAV-DATE-01", "BT-2", "issue_date", severity=Severity.WARNING)
    if invoice.due_date and invoice.due_date < invoice.issue_date and not invoice.is_credit_note:
        yield _finding("NAV-DATE-02", "BT-9", "due_date", severity=Severity.WARNING)


def _finding(
    rule: str, term: str, *steps: str | int, severity: Severity = Severity.FATAL, **parameters: str
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        pointer=json_pointer(*steps),
        terms=(term,),
        parameters={"term": term, **parameters},
    )
