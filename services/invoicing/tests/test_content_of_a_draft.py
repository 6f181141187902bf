"""What a draft lacks is said while it is written: accounts, charges, taxes by country, files by their bytes."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.allowance_charge import DocumentAllowanceCharge
from documents.invoice import CreditTransfer, DraftLine, InvoiceDraft, PaymentInstructions, PaymentMeans
from documents.item import Item, Price
from documents.party import Party, PostalAddress
from documents.totals import calculate
from documents.vat import ExemptionReason, VatCategory
from invoicing.domain import content, drafts, files, taxes
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.files import FileNotTaken
from invoicing.domain.takings import Permissions
from invoicing.domain.taxes import TaxCode

TODAY = date(2026, 11, 22)
ALL = Permissions(without_order=True, charges=True)
QUEBEC = TaxCode("QC", "Québec", (("GST", Decimal(5), "RT0001"), ("QST", Decimal("9.975"), "TQ0001")))


def party(country: str, vat: str | None = None) -> Party:
    return Party(name=f"Somebody in {country}", address=PostalAddress(country=country), vat_identifier=vat)


def draft(code: str = "S", rate: str | None = "20", *, seller: Party | None = None, **terms: Any) -> InvoiceDraft:
    line = DraftLine(
        identifier="1",
        quantity=Decimal(2),
        unit="C62",
        price=Price(net=Decimal(50)),
        vat=VatCategory(code=code, rate=Decimal(rate) if rate is not None else None),
        item=Item(name="Chair"),
    )
    content_: dict[str, Any] = {
        "number": "F-1",
        "issue_date": TODAY,
        "type_code": "380",
        "currency": "EUR",
        "seller": seller or party("FR", "FR32732829320"),
        "buyer": party("DE", "DE123456789"),
        "lines": (line,),
    }
    return InvoiceDraft(**(content_ | terms))


def tax_rules(made: InvoiceDraft, *codes: TaxCode) -> list[str]:
    return [found.rule for found in taxes.findings(made, codes)]


def rules(made: InvoiceDraft, permissions: Permissions = ALL) -> list[str]:
    return [found.rule for found in content.findings(made, {}, permissions, "Acme (Siège)", as_is=False)]


@pytest.mark.parametrize(
    ("code", "rate", "expected"),
    [
        ("S", "20", []),
        ("S", "5.5", []),
        ("S", None, ["VAT_RATE_MISSING"]),
        ("S", "0", ["VAT_RATE_NOT_POSITIVE", "NAV-TAX-FOREIGN"]),
        ("S", "19", ["NAV-TAX-FOREIGN"]),
        ("Z", "0", []),
        ("Z", "5", ["VAT_RATE_NOT_ZERO"]),
        ("E", "0", ["EXEMPTION_REASON_MISSING"]),
        ("AE", "0", []),
        ("K", "0", ["DELIVERY_COUNTRY_MISSING"]),
        ("G", "0", []),
        ("O", None, []),
        ("O", "0", ["VAT_RATE_FORBIDDEN"]),
        ("L", "7", []),
        ("M", "4", []),
        ("X", "4", ["VAT_CATEGORY_UNKNOWN"]),
    ],
)
def test_every_category_says_what_it_needs(code: str, rate: str | None, expected: list[str]) -> None:
    assert tax_rules(draft(code, rate)) == expected


def test_an_exemption_with_its_reason_and_a_named_buyer_are_enough() -> None:
    reason = ExemptionReason(category="E", code="VATEX-EU-132")
    assert tax_rules(draft("E", "0", exemption_reasons=(reason,))) == []
    assert tax_rules(draft("AE", "0", buyer=party("DE"))) == ["BUYER_VAT_ID_MISSING"]


def test_a_foreign_tax_is_refused_by_a_rule_with_its_country() -> None:
    (found,) = taxes.findings(draft("S", "19"), ())
    assert (found.rule, found.pointer, found.parameters) == ("NAV-TAX-FOREIGN", "/lines/0/vat/rate", {"country": "FR"})
    american = draft("S", "20", seller=party("US"))
    assert tax_rules(american) == ["NAV-TAX-FOREIGN"]


def test_a_canadian_sets_tax_codes_up_first_and_the_refusal_leads_there() -> None:
    made = draft("S", "14.975", seller=party("CA"))
    (found,) = taxes.findings(made, ())
    assert (found.rule, found.parameters) == ("TAX_CODES_MISSING", {"path": "/v1/tax-codes"})
    assert tax_rules(made, QUEBEC) == []
    assert tax_rules(draft("S", "13", seller=party("CA")), QUEBEC) == ["TAX_CODE_UNKNOWN"]


def test_the_total_tax_of_an_american_seller_is_typed_once_and_added_to_what_is_due() -> None:
    made = draft("O", None, seller=party("US"))
    taxed = drafts.edited(made, DraftEdit(total_tax=Decimal("8.25")))
    again = drafts.edited(taxed, DraftEdit(total_tax=Decimal("9.00")))
    totals = calculate(again).totals
    assert (totals.gross_amount, totals.vat_amount, len(again.charges)) == (Decimal("109.00"), 0, 1)
    assert rules(again, Permissions(without_order=True, charges=False)) == []
    assert drafts.edited(again, DraftEdit(charges=())).charges == again.charges  # a term of its own
    assert drafts.edited(again, DraftEdit(total_tax=None)).charges == ()


def test_an_iban_with_wrong_check_digits_is_found_before_anybody_pays_to_it() -> None:
    def paid_to(account: str) -> InvoiceDraft:
        means = PaymentMeans(code="58", credit_transfer=CreditTransfer(account=account))
        return draft(payment=PaymentInstructions(means=(means,)))

    assert rules(paid_to("FR76 3000 6000 0112 3456 7890 189")) == []
    assert rules(paid_to("FR76 3000 6000 0112 3456 7890 188")) == ["IBAN_WRONG"]
    assert rules(draft(payment=PaymentInstructions(means=(PaymentMeans(code="30"),)))) == ["ACCOUNT_MISSING"]


def test_charges_are_told_with_the_buyers_name_where_the_unit_takes_none() -> None:
    freight = DocumentAllowanceCharge(amount=Decimal(9), reason_code="FC", vat=VatCategory(code="S", rate=Decimal(20)))
    assert rules(draft(charges=(freight,))) == []
    forbidding = Permissions(True, charges=False)
    (found,) = content.findings(draft(charges=(freight,)), {}, forbidding, "Acme (Siège)", as_is=False)
    assert (found.rule, found.pointer) == ("CHARGES_FORBIDDEN", "/charges/0")
    assert "Acme (Siège)" in found.detail
    assert rules(draft(charges=(freight.model_copy(update={"reason_code": None}),))) == ["REASON_MISSING"]


def test_a_correction_names_what_it_corrects() -> None:
    assert rules(draft(type_code="384")) == ["PRECEDING_INVOICE_MISSING"]
    parties: dict[str, Any] = {"today": TODAY, "seller": party("FR"), "buyer": party("DE")}
    corrected = drafts.corrected(draft(), **parties)
    assert (corrected.type_code, corrected.number, corrected.preceding_invoices[0].number) == ("384", "", "F-1")
    assert rules(corrected) == []


def test_tax_point_and_delivery_are_of_the_day_of_sending_where_nothing_else_is_said() -> None:
    parties: dict[str, Any] = {"today": TODAY, "seller": party("FR"), "buyer": party("DE")}
    sent = drafts.dated(draft(), **parties, files=[("plan.pdf", "")])
    assert sent.tax_point_date == TODAY
    assert sent.delivery is not None and sent.delivery.date == TODAY
    assert [document.reference for document in sent.supporting_documents] == ["plan.pdf"]
    coded = drafts.dated(draft(tax_point_code="35"), **parties)
    assert coded.tax_point_date is None


def container(*members: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return held.getvalue()


XLSX = container(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))
ODS = container(("mimetype", files.ODS.encode()), ("content.xml", b"<x/>"))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("plan.pdf", b"%PDF-1.7\n", files.PDF),
        ("photo.PNG", b"\x89PNG\r\n\x1a\n....", files.PNG),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", files.JPEG),
        ("temps.csv", "Heures;Qté\n1;2\n".encode(), files.CSV),
        ("temps.xlsx", XLSX, files.XLSX),
        ("temps.ods", ODS, files.ODS),
    ],
)
def test_a_file_is_what_its_bytes_are(name: str, data: bytes, expected: str) -> None:
    assert files.media_type(data, name) == expected


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("virus.exe", b"MZ\x90\x00", "FILE_TYPE"),
        ("photo.png", b"%PDF-1.7\n", "FILE_TYPE"),
        ("sheet.xlsx", container(("a.txt", b"x")), "FILE_TYPE"),
        ("sheet.xlsx", container(("[Content_Types].xml", b""), ("xl/vbaProject.bin", b"x")), "FILE_MACROS"),
        ("sheet.xlsx", b"PK\x03\x04 and nothing more", "FILE_TYPE"),
        ("empty.pdf", b"", "FILE_EMPTY"),
        ("../../etc/passwd.pdf", b"%PDF-1.7\n", "FILE_NAME"),
        ("a\x00.pdf", b"%PDF-1.7\n", "FILE_NAME"),
    ],
)
def test_what_no_invoice_carries_is_refused_with_its_reason(name: str, data: bytes, code: str) -> None:
    with pytest.raises(FileNotTaken) as refused:
        files.media_type(data, name)
    assert refused.value.code == code
