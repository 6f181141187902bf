"""What a draft's own content lacks, whatever it bills: accounts, charges, kinds, attachments."""

from collections.abc import Iterable
from typing import Final

from stdnum import iban
from stdnum.exceptions import ValidationError

from contracts.faults import Finding, Severity, json_pointer
from documents.allowance_charge import AllowanceCharge
from documents.invoice import InvoiceDraft
from documents.invoice.codes import CORRECTED_INVOICE, CREDIT_NOTE, SELF_BILLED_CREDIT_NOTE
from invoicing.domain.takings import KnownLine, LineName, Permissions, line_name
from invoicing.domain.taxes import SALES_TAX

_IBAN_MEANS: Final = ("58", "59")
"""UNTDID 4461: SEPA credit transfer and direct debit name an IBAN."""


def _finding(rule: str, detail: str, *steps: str | int) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps), detail=detail)


def findings(
    draft: InvoiceDraft, known: "dict[LineName, KnownLine]", permissions: Permissions, buyer_name: str, *, as_is: bool
) -> Iterable[Finding]:
    """What keeps a draft from being sent for its own sake; `buyer_name` is told where the buyer forbids something.

    A document that is sent `as_is` may hold its files inside.
    """
    yield from _payment(draft)
    yield from _charges(draft, known, permissions, buyer_name)
    yield from _preceding(draft)
    if draft.vat_currency and draft.vat_currency != draft.currency and draft.vat_exchange is None:
        detail = "VAT in another currency needs its rate, the rate's source and date."
        yield _finding("VAT_EXCHANGE_MISSING", detail, "vat_exchange")
    for index, document in enumerate(draft.supporting_documents):
        if document.attachment is not None and not as_is:
            yield _finding("FILE_EMBEDDED", "Send files to /v1/attachments.", "supporting_documents", index)
    if draft.tax_point_date and draft.tax_point_code:
        yield _finding("TAX_POINT_TWICE", "Give the tax point as a date or as a code (BR-CO-03).", "tax_point_code")


def _payment(draft: InvoiceDraft) -> Iterable[Finding]:
    for index, means in enumerate(draft.payment.means if draft.payment else ()):
        account = means.credit_transfer.account if means.credit_transfer else None
        if account and _is_iban(means.code, account):
            try:
                iban.validate(account)
            except ValidationError:
                steps = ("payment", "means", index, "credit_transfer", "account")
                yield _finding("IBAN_WRONG", "The check digits do not fit; compare it with your bank's paper.", *steps)
        if means.code in ("30", "58") and not account:
            detail = "A credit transfer names the account to pay to."
            yield _finding("ACCOUNT_MISSING", detail, "payment", "means", index, "credit_transfer")


def _is_iban(code: str, account: str) -> bool:
    """By the means, or by its look: two letters and two digits."""
    compact = account.replace(" ", "")
    return code in _IBAN_MEANS or (compact[:2].isalpha() and compact[2:4].isdigit())


def _charges(
    draft: InvoiceDraft, known: "dict[LineName, KnownLine]", permissions: Permissions, buyer_name: str
) -> Iterable[Finding]:
    for index, charge in enumerate(draft.charges):
        if not permissions.charges and charge.reason != SALES_TAX:
            yield _finding("CHARGES_FORBIDDEN", f"{buyer_name} takes no charges of the document.", "charges", index)
        yield from _reasoned(charge, "charges", index)
    for index, allowance in enumerate(draft.allowances):
        yield from _reasoned(allowance, "allowances", index)
    for index, line in enumerate(draft.lines):
        name = line_name(draft, line)
        ordered = known.get(name) if name else None
        if line.charges and not permissions.charges and not (ordered and ordered.charged):
            detail = f"{buyer_name} takes no charges but those of the order."
            yield _finding("CHARGES_FORBIDDEN", detail, "lines", index, "charges")
        for place, adjustment in enumerate(line.charges):
            yield from _reasoned(adjustment, "lines", index, "charges", place)
        for place, adjustment in enumerate(line.allowances):
            yield from _reasoned(adjustment, "lines", index, "allowances", place)


def _reasoned(adjustment: AllowanceCharge, *steps: str | int) -> Iterable[Finding]:
    if not adjustment.reason and not adjustment.reason_code:
        yield _finding("REASON_MISSING", "Say what it is for, as text or code (BR-33, BR-38, BR-42, BR-44).", *steps)
    if adjustment.amount < 0:
        yield _finding("AMOUNT_NEGATIVE", "An allowance lowers and a charge raises; neither is negative.", *steps)


def _preceding(draft: InvoiceDraft) -> Iterable[Finding]:
    """BR-FR-CO-04 and BR-FR-CO-05: a correction and a credit note name the invoice that they change."""
    if draft.type_code in (CREDIT_NOTE, CORRECTED_INVOICE, SELF_BILLED_CREDIT_NOTE) and not draft.preceding_invoices:
        yield _finding("PRECEDING_INVOICE_MISSING", "Name the invoice that this changes.", "preceding_invoices")
