"""Statuses that come as messages: Peppol Invoice Response (BIS 63, T111) and the French CDAR (XP Z12-012, D22B)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from contracts.status import REASONS
from documents.errors import DocumentUnreadable, Problem
from documents.xml import Element, parse

_LIMIT: Final = 1024 * 1024
_UBL: Final = "{urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2}ApplicationResponse"
_CDAR: Final = (
    "{urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100}"
    "CrossDomainAcknowledgementAndResponse"
)
_CODES: Final = {"AB": "203", "IP": "204", "UQ": "207", "CA": "206", "RE": "210", "AP": "205", "PD": "211"}
"""UNCL4343 subset of Peppol to MDT-105. Lossy: 208, 209, 212 and 213 have no twin."""
_REASONS: Final = {
    "PRI": "PU_ERR",
    "QTY": "QTE_ERR",
    "ITM": "ART_ERR",
    "DEL": "LIVR_INCOMP",
    "QUA": "QUALITE_ERR",
    "PAY": "MODPAI_ERR",
    "REF": "CMD_ERR",
    "REC": "DEST_INC",
    "UNR": "TRANSAC_INC",
    "LEG": "NON_CONFORME",
    "OTH": "AUTRE",
}
_FALLBACK: Final = {"206": "AUTRE", "207": "AUTRE", "210": "NON_CONFORME"}
"""A reason that a code's own list does not hold becomes this one: the message was understood, its detail is lost."""


@dataclass(frozen=True)
class StatusMessage:
    """What a message says about one invoice."""

    syntax: Literal["T111", "CDAR"]
    message_id: str
    invoice_number: str
    code: str
    reasons: tuple[str, ...]
    amount: Decimal | None = None
    effective: date | None = None


def read(data: bytes) -> StatusMessage:
    """Read either. Raises DocumentUnreadable as `documents` does for every XML."""
    root = parse(data, _LIMIT)
    if root.tag == _UBL:
        return _t111(root)
    if root.tag == _CDAR:
        return _cdar(root)
    raise DocumentUnreadable(Problem("UNKNOWN_MESSAGE", "This is no status message", "Send a T111 or a CDAR."))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _under(element: Element, *path: str) -> Iterator[Element]:
    """Elements by local names: both vocabularies are closed, and prefixes tell nothing."""
    if not path:
        yield element
        return
    for child in element:
        if _local(child) == path[0]:
            yield from _under(child, *path[1:])


def _text(element: Element, *path: str) -> str:
    found = next(_under(element, *path), None)
    return (found.text or "").strip() if found is not None else ""


def _required(value: str, what: str) -> str:
    if not value:
        raise DocumentUnreadable(Problem("TERM_MISSING", f"The message lacks {what}", "Add it and send it again."))
    return value


def _t111(root: Element) -> StatusMessage:
    response = next(_under(root, "DocumentResponse", "Response"), None)
    if response is None:
        raise DocumentUnreadable(Problem("TERM_MISSING", "The message lacks its response", "Add DocumentResponse."))
    said = _required(_text(response, "ResponseCode"), "ResponseCode")
    if said not in _CODES:
        raise DocumentUnreadable(
            Problem("CODE_UNKNOWN", "ResponseCode is none of Peppol's", "Use AB, IP, UQ, CA, RE, AP or PD.")
        )
    code = _CODES[said]
    reasons: list[str] = []
    for status in _under(response, "Status"):
        reason = next(_under(status, "StatusReasonCode"), None)
        if reason is not None and reason.get("listID") in ("OPStatusReason", None) and reason.text:
            reasons += _reason(code, reason.text.strip())
    day = _text(response, "EffectiveDate")
    return StatusMessage(
        "T111",
        _required(_text(root, "ID"), "its ID"),
        _required(_text(root, "DocumentResponse", "DocumentReference", "ID"), "DocumentReference"),
        code,
        tuple(dict.fromkeys(reasons)),
        effective=_day(day) if day else None,
    )


def _reason(code: str, said: str) -> tuple[str, ...]:
    listed = REASONS.get(code)
    if listed is None or said == "NON":
        return ()
    found = _REASONS.get(said)
    return (found if found in listed else _FALLBACK[code],)


def _cdar(root: Element) -> StatusMessage:
    about = next(_under(root, "AcknowledgementDocument", "ReferenceReferencedDocument"), None)
    if about is None:
        raise DocumentUnreadable(
            Problem("TERM_MISSING", "The message is about no document", "Add ReferenceReferencedDocument.")
        )
    amounts = [
        _decimal(_text(found, "ValueAmount"))
        for found in _under(about, "SpecifiedDocumentStatus", "SpecifiedDocumentCharacteristic")
        if _text(found, "TypeCode") in ("MEN", "MPA")
    ]
    reasons = [(found.text or "").strip() for found in _under(about, "SpecifiedDocumentStatus", "ReasonCode")]
    return StatusMessage(
        "CDAR",
        _required(_text(root, "ExchangedDocument", "ID"), "its ID (MDT-4)"),
        _required(_text(about, "IssuerAssignedID"), "the invoice's number (MDT-87)"),
        _required(_text(about, "ProcessConditionCode"), "the status (MDT-105)"),
        tuple(dict.fromkeys(reason for reason in reasons if reason)),
        amount=sum(amounts, Decimal(0)) if amounts else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise DocumentUnreadable(Problem("DATE_WRONG", "EffectiveDate is no date", "Write it as 2026-11-22.")) from None


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise DocumentUnreadable(Problem("AMOUNT_WRONG", "An amount is no decimal", "Write it as 12.50."))
    return value
