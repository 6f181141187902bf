"""The header settlement in CII: payment, VAT, totals."""

from decimal import Decimal

from documents.cii.allowance_charge import write_allowances_and_charges
from documents.cii.dates import cii_day, write_period
from documents.cii.party import write_payee
from documents.cii.payment import write_payment_means
from documents.cii.references import write_preceding_invoices
from documents.cii.vat import total_vat, write_breakdown
from documents.invoice.invoice import DocumentTotals, Invoice
from documents.markup import element, group, leaf, number
from documents.node import Node
from documents.vat import VatBreakdown


def write_settlement(invoice: Invoice) -> str:
    """`ram:ApplicableHeaderTradeSettlement`."""
    payment = invoice.payment
    debit = payment.direct_debit if payment else None
    return element(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:CreditorReferenceID", debit.creditor if debit else None),
        leaf("ram:PaymentReference", payment.remittance_information if payment else None),
        leaf("ram:TaxCurrencyCode", invoice.vat_currency),
        leaf("ram:InvoiceCurrencyCode", invoice.currency),
        write_payee(invoice.payee),
        write_payment_means(payment) if payment else "",
        _write_breakdowns(invoice),
        write_period(invoice.period),
        write_allowances_and_charges(invoice.allowances, invoice.charges),
        group(
            "ram:SpecifiedTradePaymentTerms",
            leaf("ram:Description", invoice.payment_terms),
            cii_day("ram:DueDateDateTime", "udt:DateTimeString", invoice.due_date),
            leaf("ram:DirectDebitMandateID", debit.mandate if debit else None),
        ),
        _write_totals(invoice),
        write_preceding_invoices(invoice.preceding_invoices),
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", invoice.buyer_accounting_reference)),
    )


def _write_breakdowns(invoice: Invoice) -> str:
    """BG-23. CII knows BT-7 and BT-8 only beside a VAT amount; they stand with the first."""
    first, *others = invoice.vat_breakdown or (None,)
    if first is None:
        return ""
    return write_breakdown(first, invoice.tax_point_date, invoice.tax_point_code) + "".join(
        write_breakdown(vat) for vat in others if vat
    )


def _write_totals(invoice: Invoice) -> str:
    totals = invoice.totals
    return element(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        number("ram:LineTotalAmount", totals.line_net_amount),
        number("ram:ChargeTotalAmount", totals.charge_amount),
        number("ram:AllowanceTotalAmount", totals.allowance_amount),
        number("ram:TaxBasisTotalAmount", totals.net_amount),
        number("ram:TaxTotalAmount", totals.vat_amount, currencyID=invoice.currency),
        number(
            "ram:TaxTotalAmount",
            totals.vat_amount_in_vat_currency,
            currencyID=invoice.vat_currency or invoice.currency,
        ),
        number("ram:RoundingAmount", totals.rounding_amount),
        number("ram:GrandTotalAmount", totals.gross_amount),
        number("ram:TotalPrepaidAmount", totals.paid_amount),
        number("ram:DuePayableAmount", totals.due_amount),
    )


def read_totals(node: Node, currency: str, breakdown: tuple[VatBreakdown, ...]) -> DocumentTotals:
    """BG-22; without BT-110 it is the sum of the breakdown (BR-CO-14)."""
    vat, vat_in_vat_currency = _vat_amounts(node, currency)
    return DocumentTotals(
        line_net_amount=node.needed_decimal("ram:LineTotalAmount", "BT-106"),
        allowance_amount=node.decimal("ram:AllowanceTotalAmount"),
        charge_amount=node.decimal("ram:ChargeTotalAmount"),
        net_amount=node.needed_decimal("ram:TaxBasisTotalAmount", "BT-109"),
        vat_amount=total_vat(breakdown) if vat is None else vat,
        vat_amount_in_vat_currency=vat_in_vat_currency,
        gross_amount=node.needed_decimal("ram:GrandTotalAmount", "BT-112"),
        paid_amount=node.decimal("ram:TotalPrepaidAmount"),
        rounding_amount=node.decimal("ram:RoundingAmount"),
        due_amount=node.needed_decimal("ram:DuePayableAmount", "BT-115"),
    )


def _vat_amounts(node: Node, currency: str) -> tuple[Decimal | None, Decimal | None]:
    """BT-110 is the first amount in BT-5, or without a currency; another one is BT-111."""
    main = other = None
    for amount, amount_currency in node.measures("ram:TaxTotalAmount", "currencyID"):
        if main is None and amount_currency in (None, currency):
            main = amount
        elif other is None:
            other = amount
    return main, other
