"""The model covers EN 16931-1 term by term, and holds each value in one form."""

import re
from decimal import Decimal
from types import GenericAlias
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from documents.invoice import Invoice, Note, PaymentInstructions, PaymentMeans
from documents.item import Item, Price
from documents.order import ContactRole, Order, OrderContact
from documents.party import Contact, Party, PostalAddress
from documents.references import Attachment, SupportingDocument
from documents.values import Identifier, Model, Period

TERMS = {f"BT-{number}" for number in range(1, 166) if number != 4}
GROUPS = {f"BG-{number}" for number in range(1, 33)}


def _models(model: type[Model], seen: set[type[Model]]) -> set[type[Model]]:
    if model not in seen:
        seen.add(model)
        for field in model.model_fields.values():
            for inner in _classes(field.annotation):
                _models(inner, seen)
    return seen


def _classes(annotation: Any) -> list[type[Model]]:
    if isinstance(annotation, type) and not isinstance(annotation, GenericAlias):
        return [annotation] if issubclass(annotation, Model) else []
    return [found for argument in get_args(annotation) for found in _classes(argument)]


def test_every_term_and_group_of_the_norm_is_in_the_invoice() -> None:
    said: list[str] = []
    for model in _models(Invoice, set()):
        said.append(model.__doc__ or "")
        said += [field.description or "" for field in model.model_fields.values()]
    found = set(re.findall(r"B[TG]-[0-9]+", " ".join(said)))
    assert TERMS - found == set()
    assert GROUPS - found == set()


def test_a_float_is_no_amount() -> None:
    with pytest.raises(ValidationError, match="written as a string"):
        Price.model_validate({"net": 12.5})
    assert Price.model_validate_json('{"net": "12.50"}').net == Decimal("12.50")
    assert Price.model_validate_json('{"net": "12.50"}').model_dump_json(exclude_none=True) == '{"net":"12.50"}'


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+30", "1" * 19, "0." + "1" * 21])
def test_numbers_are_finite_and_bounded(value: str) -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"net": value})


def test_large_exponents_are_written_out() -> None:
    assert Price(net=Decimal("1E+3")).model_dump(mode="json")["net"] == "1000"


def test_control_characters_are_refused() -> None:
    with pytest.raises(ValidationError, match="control characters"):
        Item(name="Palier\x07")


def test_unknown_members_are_refused_unless_a_reader_asks_otherwise() -> None:
    text = '{"name": "Kœnig", "shoe_size": "44"}'
    with pytest.raises(ValidationError):
        Party.model_validate_json(text)
    assert Party.model_validate_json(text, extra="ignore").name == "Kœnig"


def test_blank_optional_terms_and_empty_groups_are_absent() -> None:
    party = Party(name=" Kœnig ", trading_name="  ", address=PostalAddress(country=""), contact=Contact(name=""))
    assert party == Party(name="Kœnig")


def test_documents_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Period().start = None


def test_identifiers_without_a_scheme_come_first() -> None:
    gln, own = Identifier(value="4012345000009", scheme="0088"), Identifier(value="FRN-1")
    assert Party(name="K", identifiers=(gln, own)).identifiers == (own, gln)


def test_a_note_written_with_its_subject_in_the_text_has_a_subject() -> None:
    assert Note(text="#PMT#40 €") == Note(text="40 €", subject="PMT")
    assert Note(text="n° #12 # 13").subject is None


def test_a_discount_of_nothing_is_none_and_a_discount_has_its_gross_price() -> None:
    assert Price(net=Decimal(10), discount=Decimal(0)).discount is None
    assert Price(net=Decimal(10), discount=Decimal(2)).gross == Decimal(12)


def test_further_accounts_share_the_text_of_the_first() -> None:
    means = (PaymentMeans(code="58", text="Virement"), PaymentMeans(code="58"), PaymentMeans(code="59"))
    assert [each.text for each in PaymentInstructions(means=means).means] == ["Virement", "Virement", None]


def test_attachments_are_base64_in_json() -> None:
    document = SupportingDocument(
        reference="BL-1", attachment=Attachment(filename="a.csv", media_type="text/csv", content=b"\xff\xfe10")
    )
    assert '"content":"//4xMA=="' in document.model_dump_json()
    assert SupportingDocument.model_validate_json(document.model_dump_json()) == document
    with pytest.raises(ValidationError, match="base64"):
        Attachment.model_validate({"filename": "a", "media_type": "b", "content": "%%%"})


def test_an_orders_contact_is_the_named_one_or_that_of_the_party_in_the_role() -> None:
    order = Order.model_validate(
        {
            "number": "4711",
            "issue_date": "2026-11-02",
            "currency": "EUR",
            "buyer": {"name": "Rhin", "contact": {"name": "Lefèvre"}},
            "seller": {"name": "Kœnig"},
            "lines": [{"identifier": "10", "quantity": "1", "unit": "C62", "item": {"name": "Palier"}}],
        }
    )
    named = order.model_copy(update={"contacts": (OrderContact(role=ContactRole.PURCHASING, name="Martin"),)})
    purchasing = named.contact(ContactRole.PURCHASING)
    assert purchasing is not None
    assert purchasing.name == "Martin"
    assert order.contact(ContactRole.PURCHASING) == Contact(name="Lefèvre")
    assert order.contact(ContactRole.RECEIVING) is None
