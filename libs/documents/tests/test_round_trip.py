"""Model -> XML -> model is the identity, in both syntaxes, for whatever a document can say."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.cii.invoice import write_invoice as write_cii
from documents.invoice import (
    CreditTransfer,
    Delivery,
    DirectDebit,
    DocumentTotals,
    Invoice,
    InvoiceLine,
    Note,
    PaymentCard,
    PaymentInstructions,
    PaymentMeans,
    ProcessControl,
)
from documents.item import Item, ItemAttribute, Price
from documents.order import DeliveryTerms, Order, OrderDelivery, OrderLine, OrderTotals, Originator
from documents.party import Contact, Party, Payee, PostalAddress, TaxRepresentative
from documents.reading import read_invoice, read_order, read_receipt
from documents.receipt import ReceiptAdvice, ReceiptLine
from documents.references import Attachment, OrderLineReference, PrecedingInvoice, SupportingDocument
from documents.ubl.invoice import write_invoice as write_ubl
from documents.ubl.order import write_order
from documents.ubl.receipt import write_receipt
from documents.values import Identifier, Model, Period
from documents.vat import VatBreakdown, VatCategory

THOROUGH = settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a whole invoice takes minutes and tells no more
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
TEXT = st.text(_CHARACTERS | st.sampled_from("\t\n\r&<>\"'] #é€ß…"), max_size=12)
"""Any text of XML 1.0, the characters that need escaping often among them."""
FILLED = TEXT.filter(lambda text: text.strip() not in ("", "NA"))
"""`NA` fills the place of an identifier that UBL wants and a document has not."""
OPTIONAL = st.none() | FILLED
AMOUNT = st.decimals(-(10**12), 10**12, allow_nan=False, places=2) | st.decimals(-1, 1, allow_nan=False, places=9)
POSITIVE = st.decimals(Decimal("0.001"), 10**6, allow_nan=False, places=3)
MAYBE_AMOUNT = st.none() | AMOUNT
DATE = st.dates(date(1, 1, 1), date(9999, 12, 31))
MAYBE_DATE = st.none() | DATE


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None to two of them."""
    return st.lists(strategy, max_size=2).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None or one."""
    return st.none() | strategy


IDENTIFIER = st.builds(Identifier, value=FILLED, scheme=OPTIONAL)
CLASSIFICATION = st.builds(Identifier, value=FILLED, scheme=OPTIONAL, version=OPTIONAL)
PERIOD = st.builds(Period, start=MAYBE_DATE, end=MAYBE_DATE)
ADDRESS = st.builds(
    PostalAddress,
    line_one=OPTIONAL,
    line_two=OPTIONAL,
    line_three=OPTIONAL,
    city=OPTIONAL,
    post_code=OPTIONAL,
    subdivision=OPTIONAL,
    country=TEXT,
)
CONTACT = st.builds(Contact, name=OPTIONAL, telephone=OPTIONAL, email=OPTIONAL)
ORDER_PARTY = {
    "name": FILLED,
    "trading_name": OPTIONAL,
    "identifiers": some(IDENTIFIER),
    "legal_registration": maybe(IDENTIFIER),
    "electronic_address": maybe(IDENTIFIER),
    "address": maybe(ADDRESS),
    "contact": maybe(CONTACT),
}
PARTY = st.builds(
    Party,
    **ORDER_PARTY | {"name": TEXT},
    vat_identifier=OPTIONAL,
    tax_registration=OPTIONAL,
    legal_information=OPTIONAL,
)
VAT = st.builds(VatCategory, code=st.sampled_from(["S", "E", "AE", ""]) | TEXT, rate=MAYBE_AMOUNT)
ADJUSTMENT = {
    "amount": AMOUNT,
    "base_amount": MAYBE_AMOUNT,
    "percentage": MAYBE_AMOUNT,
    "reason": OPTIONAL,
    "reason_code": OPTIONAL,
}
LINE_ADJUSTMENTS = some(st.builds(AllowanceCharge, **ADJUSTMENT))
DOCUMENT_ADJUSTMENTS = some(st.builds(DocumentAllowanceCharge, **ADJUSTMENT, vat=VAT))
ITEM = {
    "name": TEXT,
    "description": OPTIONAL,
    "seller_identifier": OPTIONAL,
    "buyer_identifier": OPTIONAL,
    "standard_identifier": maybe(IDENTIFIER),
    "classifications": some(CLASSIFICATION),
    "attributes": some(st.builds(ItemAttribute, name=TEXT, value=TEXT)),
}
PRICE = st.builds(
    Price,
    net=AMOUNT,
    discount=MAYBE_AMOUNT,
    gross=MAYBE_AMOUNT,
    base_quantity=st.none() | POSITIVE,
    base_unit=OPTIONAL,
)
ORDER_LINE_REFERENCE = st.builds(OrderLineReference, line=OPTIONAL, order=OPTIONAL)
LINE = st.builds(
    InvoiceLine,
    identifier=TEXT,
    note=OPTIONAL,
    object_identifier=maybe(IDENTIFIER),
    quantity=AMOUNT,
    unit=TEXT,
    net_amount=AMOUNT,
    order_line=maybe(ORDER_LINE_REFERENCE),
    buyer_accounting_reference=OPTIONAL,
    period=maybe(PERIOD),
    allowances=LINE_ADJUSTMENTS,
    charges=LINE_ADJUSTMENTS,
    price=PRICE,
    vat=VAT,
    item=st.builds(Item, **ITEM, origin_country=OPTIONAL),
)
SUPPORTING_DOCUMENTS = some(
    st.builds(
        SupportingDocument,
        reference=TEXT,
        description=OPTIONAL,
        location=OPTIONAL,
        attachment=maybe(st.builds(Attachment, filename=TEXT, media_type=TEXT, content=st.binary(max_size=20))),
    )
)
MEANS = st.builds(
    PaymentMeans,
    code=st.sampled_from(["30", "58", "59", "48"]),
    text=OPTIONAL,
    credit_transfer=maybe(
        st.builds(
            CreditTransfer,
            account=TEXT | st.just("FR7630006000011234567890189"),
            account_name=OPTIONAL,
            provider=OPTIONAL,
        )
    ),
    card=maybe(st.builds(PaymentCard, number=TEXT, holder=OPTIONAL)),
)
PAYMENT = st.builds(
    PaymentInstructions,
    means=st.lists(MEANS, min_size=1, max_size=3).map(tuple),
    remittance_information=OPTIONAL,
    direct_debit=maybe(st.builds(DirectDebit, mandate=OPTIONAL, creditor=OPTIONAL, debited_account=OPTIONAL)),
)
INVOICE = st.builds(
    Invoice,
    number=TEXT,
    issue_date=DATE,
    type_code=st.sampled_from(["380", "381", "384", "389", "261", "396", ""]),
    currency=st.sampled_from(["EUR", "USD"]),
    vat_currency=st.sampled_from([None, "EUR", "PLN"]),
    tax_point_date=MAYBE_DATE,
    tax_point_code=st.sampled_from([None, "3", "35", "432", "ZZZ"]),
    due_date=MAYBE_DATE,
    buyer_reference=OPTIONAL,
    project_reference=OPTIONAL,
    contract_reference=OPTIONAL,
    order_reference=OPTIONAL,
    sales_order_reference=OPTIONAL,
    receiving_advice_reference=OPTIONAL,
    despatch_advice_reference=OPTIONAL,
    tender_reference=OPTIONAL,
    invoiced_object=maybe(IDENTIFIER),
    buyer_accounting_reference=OPTIONAL,
    payment_terms=OPTIONAL,
    notes=some(st.builds(Note, text=TEXT, subject=st.sampled_from([None, "PMT", "AAB"]))),
    process=st.builds(ProcessControl, business_process=OPTIONAL, specification=TEXT),
    preceding_invoices=some(st.builds(PrecedingInvoice, number=TEXT, issue_date=MAYBE_DATE)),
    seller=PARTY,
    buyer=PARTY,
    payee=maybe(st.builds(Payee, name=TEXT, identifier=maybe(IDENTIFIER), legal_registration=maybe(IDENTIFIER))),
    tax_representative=maybe(st.builds(TaxRepresentative, name=TEXT, vat_identifier=OPTIONAL, address=maybe(ADDRESS))),
    delivery=maybe(
        st.builds(Delivery, name=OPTIONAL, location=maybe(IDENTIFIER), date=MAYBE_DATE, address=maybe(ADDRESS))
    ),
    period=maybe(PERIOD),
    payment=maybe(PAYMENT),
    allowances=DOCUMENT_ADJUSTMENTS,
    charges=DOCUMENT_ADJUSTMENTS,
    supporting_documents=SUPPORTING_DOCUMENTS,
    totals=st.builds(
        DocumentTotals,
        line_net_amount=AMOUNT,
        allowance_amount=MAYBE_AMOUNT,
        charge_amount=MAYBE_AMOUNT,
        net_amount=AMOUNT,
        vat_amount=AMOUNT,
        vat_amount_in_vat_currency=MAYBE_AMOUNT,
        gross_amount=AMOUNT,
        paid_amount=MAYBE_AMOUNT,
        rounding_amount=MAYBE_AMOUNT,
        due_amount=AMOUNT,
    ),
    vat_breakdown=st.lists(
        st.builds(
            VatBreakdown,
            taxable_amount=AMOUNT,
            tax_amount=AMOUNT,
            category=VAT,
            exemption_reason=OPTIONAL,
            exemption_reason_code=OPTIONAL,
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    lines=some(LINE),
)
ORIGINATOR = st.builds(Originator, name=OPTIONAL, identifiers=some(IDENTIFIER), contact=maybe(CONTACT))
ORDER_DELIVERY = st.builds(
    OrderDelivery,
    location=maybe(IDENTIFIER),
    location_name=OPTIONAL,
    address=maybe(ADDRESS),
    requested=maybe(PERIOD),
    party_name=OPTIONAL,
    party_identifier=maybe(IDENTIFIER),
    contact=maybe(CONTACT),
)
ORDER_TOTALS = st.builds(
    OrderTotals,
    line_net_amount=AMOUNT,
    allowance_amount=MAYBE_AMOUNT,
    charge_amount=MAYBE_AMOUNT,
    net_amount=MAYBE_AMOUNT,
    vat_amount=MAYBE_AMOUNT,
    gross_amount=MAYBE_AMOUNT,
    paid_amount=MAYBE_AMOUNT,
    rounding_amount=MAYBE_AMOUNT,
    due_amount=AMOUNT,
)
ORDER = st.builds(
    Order,
    number=TEXT,
    issue_date=DATE,
    type_code=FILLED,
    note=OPTIONAL,
    currency=TEXT,
    buyer_reference=OPTIONAL,
    buyer_accounting_reference=OPTIONAL,
    valid_until=MAYBE_DATE,
    quotation_reference=OPTIONAL,
    previous_order_reference=OPTIONAL,
    originator_reference=OPTIONAL,
    catalogue_reference=OPTIONAL,
    contract_reference=OPTIONAL,
    project_reference=OPTIONAL,
    sales_order_reference=OPTIONAL,
    supporting_documents=SUPPORTING_DOCUMENTS,
    buyer=st.builds(Party, **ORDER_PARTY, vat_identifier=OPTIONAL),
    seller=st.builds(Party, **ORDER_PARTY),
    originator=maybe(ORIGINATOR),
    invoicee=maybe(st.builds(Party, **ORDER_PARTY, vat_identifier=OPTIONAL)),
    delivery=maybe(ORDER_DELIVERY),
    delivery_terms=maybe(st.builds(DeliveryTerms, code=OPTIONAL, special_terms=OPTIONAL, location=OPTIONAL)),
    payment_terms=OPTIONAL,
    allowances=DOCUMENT_ADJUSTMENTS,
    charges=DOCUMENT_ADJUSTMENTS,
    totals=maybe(ORDER_TOTALS),
    lines=st.lists(
        st.builds(
            OrderLine,
            identifier=TEXT,
            note=OPTIONAL,
            quantity=AMOUNT,
            unit=TEXT,
            net_amount=MAYBE_AMOUNT,
            partial_delivery=st.sampled_from([None, True, False]),
            buyer_accounting_reference=OPTIONAL,
            delivery=maybe(ORDER_DELIVERY),
            originator=maybe(ORIGINATOR),
            allowances=LINE_ADJUSTMENTS,
            charges=LINE_ADJUSTMENTS,
            price=maybe(PRICE),
            vat=maybe(VAT),
            item=st.builds(Item, **ITEM),
            quotation_line=OPTIONAL,
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
)
RECEIPT = st.builds(
    ReceiptAdvice,
    number=TEXT,
    issue_date=DATE,
    note=OPTIONAL,
    order_reference=OPTIONAL,
    despatch_reference=OPTIONAL,
    received_on=MAYBE_DATE,
    buyer=PARTY,
    seller=PARTY,
    lines=st.lists(
        st.builds(
            ReceiptLine,
            identifier=TEXT,
            note=OPTIONAL,
            received_quantity=AMOUNT,
            unit=TEXT,
            short_quantity=MAYBE_AMOUNT,
            rejected_quantity=MAYBE_AMOUNT,
            reject_reason_code=OPTIONAL,
            reject_reason=OPTIONAL,
            received_on=MAYBE_DATE,
            order_line=ORDER_LINE_REFERENCE,
            item_name=OPTIONAL,
            item_seller_identifier=OPTIONAL,
            item_buyer_identifier=OPTIONAL,
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
)


def _json_is_the_same(model: Model) -> bool:
    return type(model).model_validate_json(model.model_dump_json()) == model


@THOROUGH
@given(INVOICE)
def test_ubl_holds_an_invoice_whole(invoice: Invoice) -> None:
    assert read_invoice(write_ubl(invoice)) == invoice


@THOROUGH
@given(INVOICE)
def test_cii_holds_an_invoice_whole(invoice: Invoice) -> None:
    assert read_invoice(write_cii(invoice)) == invoice


@THOROUGH
@given(INVOICE)
def test_json_holds_an_invoice_whole(invoice: Invoice) -> None:
    assert _json_is_the_same(invoice)


@THOROUGH
@given(ORDER)
def test_ubl_and_json_hold_an_order_whole(order: Order) -> None:
    assert read_order(write_order(order)) == order
    assert _json_is_the_same(order)


@THOROUGH
@given(RECEIPT)
def test_ubl_and_json_hold_a_receipt_whole(receipt: ReceiptAdvice) -> None:
    assert read_receipt(write_receipt(receipt)) == receipt
    assert _json_is_the_same(receipt)
