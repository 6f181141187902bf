"""Payments sum to the invoice to the cent; status messages of Peppol and France are read, each once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import DocumentUnreadable
from documents.vat import VatBreakdown, VatCategory
from invoicing.domain import payments, status_messages
from invoicing.domain.payments import Payable

CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
GROUPS = st.lists(st.tuples(CENTS, st.sampled_from(["20", "10", "5.5", "0"])), min_size=1, max_size=5)


def payable(groups: list[tuple[Decimal, str]]) -> Payable:
    breakdown = tuple(
        VatBreakdown(
            taxable_amount=net,
            tax_amount=(net * Decimal(rate) / 100).quantize(Decimal("0.01")),
            category=VatCategory(code="S", rate=Decimal(rate)),
        )
        for net, rate in groups
    )
    due = sum((group.taxable_amount + group.tax_amount for group in breakdown), Decimal(0))
    return Payable("EUR", due, breakdown)


@given(GROUPS, st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_however_it_is_paid_the_shares_are_the_invoice_to_the_cent(
    groups: list[tuple[Decimal, str]], weights: list[int]
) -> None:
    invoice = payable(groups)
    paid = Decimal(0)
    gross = [Decimal(0)] * len(groups)
    vat = [Decimal(0)] * len(groups)
    for index, weight in enumerate(weights):
        last = index == len(weights) - 1
        share = (invoice.due * weight / 1_000).quantize(Decimal("0.01"))
        amount = invoice.due - paid if last else share
        parts = payments.split(paid, amount, invoice)
        assert sum((part.gross for part in parts), Decimal(0)) == amount
        gross = [total + part.gross for total, part in zip(gross, parts, strict=True)]
        vat = [total + part.vat for total, part in zip(vat, parts, strict=True)]
        paid += amount
    assert gross == [group.taxable_amount + group.tax_amount for group in invoice.breakdown]
    assert vat == [group.tax_amount for group in invoice.breakdown]


@given(GROUPS, st.integers(1, 99))
def test_a_refund_takes_back_exactly_what_was_paid(groups: list[tuple[Decimal, str]], per_cent: int) -> None:
    invoice = payable(groups)
    amount = (invoice.due * per_cent / 100).quantize(Decimal("0.01"))
    there = payments.split(Decimal(0), amount, invoice)
    back = payments.split(amount, -amount, invoice)
    assert [(part.gross, part.vat) for part in there] == [(-part.gross, -part.vat) for part in back]


def test_never_more_than_is_due_and_never_more_back_than_came_in() -> None:
    invoice = payable([(Decimal(100), "20")])

    def rules(amount: str | None, paid: str = "0", code: str = "212") -> list[str]:
        value = Decimal(amount) if amount is not None else None
        return [found.rule for found in payments.findings(code, value, Decimal(paid), invoice)]

    assert rules("120") == []
    assert rules("120.01") == ["AMOUNT_TOO_LARGE"]
    assert rules("20.01", "100") == ["AMOUNT_TOO_LARGE"]
    assert rules("-100", "100") == []
    assert rules("-100.01", "100") == ["AMOUNT_TOO_LARGE"]
    assert rules("0.001") == ["AMOUNT_WRONG"]
    assert rules(None) == ["AMOUNT_REQUIRED"]
    assert rules(None, code="211") == []


T111 = """<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>imrid001</cbc:ID><cbc:IssueDate>2026-11-22</cbc:IssueDate>
<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode>
<cbc:EffectiveDate>2026-11-23</cbc:EffectiveDate>
<cac:Status><cbc:StatusReasonCode listID="OPStatusReason">{reason}</cbc:StatusReasonCode></cac:Status>
<cac:Status><cbc:StatusReasonCode listID="OPStatusAction">NIN</cbc:StatusReasonCode></cac:Status>
</cac:Response><cac:DocumentReference><cbc:ID>F-1</cbc:ID></cac:DocumentReference></cac:DocumentResponse>
</ApplicationResponse>"""
CDAR = """<rsm:CrossDomainAcknowledgementAndResponse
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
<rsm:ExchangedDocument><ram:ID>CDV-7</ram:ID></rsm:ExchangedDocument>
<rsm:AcknowledgementDocument><ram:ReferenceReferencedDocument><ram:IssuerAssignedID>F-1</ram:IssuerAssignedID>
<ram:ProcessConditionCode>212</ram:ProcessConditionCode><ram:SpecifiedDocumentStatus>
<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MEN</ram:TypeCode><ram:ValuePercent>20.00</ram:ValuePercent>
<ram:ValueAmount>100.00</ram:ValueAmount></ram:SpecifiedDocumentCharacteristic>
<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MEN</ram:TypeCode><ram:ValuePercent>10.00</ram:ValuePercent>
<ram:ValueAmount>20.50</ram:ValueAmount></ram:SpecifiedDocumentCharacteristic>
</ram:SpecifiedDocumentStatus></ram:ReferenceReferencedDocument></rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>"""


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [("AP", "NON", "205"), ("IP", "NON", "204"), ("RE", "REF", "210"), ("UQ", "PRI", "207"), ("PD", "NON", "211")],
)
def test_a_peppol_invoice_response_says_its_status(code: str, reason: str, expected: str) -> None:
    said = status_messages.read(T111.format(code=code, reason=reason).encode())
    assert (said.code, said.message_id, said.invoice_number) == (expected, "imrid001", "F-1")
    assert said.effective is not None and said.effective.isoformat() == "2026-11-23"


def test_reasons_of_peppol_become_those_of_the_code() -> None:
    assert status_messages.read(T111.format(code="UQ", reason="QTY").encode()).reasons == ("QTE_ERR",)
    assert status_messages.read(T111.format(code="AP", reason="NON").encode()).reasons == ()
    assert status_messages.read(T111.format(code="RE", reason="DEL").encode()).reasons == ("NON_CONFORME",)


def test_a_cdar_brings_its_payment() -> None:
    said = status_messages.read(CDAR.encode())
    assert (said.syntax, said.code, said.message_id, said.amount) == ("CDAR", "212", "CDV-7", Decimal("120.50"))


@pytest.mark.parametrize(
    "data", [b"<Invoice/>", b"<a", b"", T111.format(code="XX", reason="NON").encode(), b"<!DOCTYPE a><a/>"]
)
def test_what_is_no_message_is_refused_with_its_reason(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        status_messages.read(data)
    assert refused.value.problems[0].code
