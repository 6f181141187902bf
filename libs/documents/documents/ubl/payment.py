"""Payment instructions (BG-16) in UBL: one `cac:PaymentMeans` for each way to pay."""

import datetime
from collections.abc import Sequence

from documents.invoice.payment import (
    UNDEFINED_MEANS,
    CreditTransfer,
    DirectDebit,
    PaymentCard,
    PaymentInstructions,
    PaymentMeans,
)
from documents.markup import day, element, group, leaf
from documents.node import Node
from documents.ubl.references import NOT_AVAILABLE


def write_payment(payment: PaymentInstructions | None, credit_note_due: datetime.date | None) -> str:
    """All `cac:PaymentMeans`. A credit note has no other place for BT-9 (EN 16931-3-2)."""
    if payment is None:
        return ""
    debiting = payment.debiting_means
    return "".join(
        element(
            "cac:PaymentMeans",
            leaf("cbc:PaymentMeansCode", means.code, name=_text_of(means, payment.means[0])),
            day("cbc:PaymentDueDate", credit_note_due),
            leaf("cbc:PaymentID", payment.remittance_information),
            _write_card(means.card),
            _write_account(means.credit_transfer),
            _write_mandate(payment.direct_debit) if means is debiting else "",
        )
        for means in payment.means
    )


def _text_of(means: PaymentMeans, first: PaymentMeans) -> str | None:
    """BT-82, once for all means that share it (UBL-SR-46)."""
    return None if means is not first and (means.code, means.text) == (first.code, first.text) else means.text


def _write_card(card: PaymentCard | None) -> str:
    if card is None:
        return ""
    return element(
        "cac:CardAccount",
        leaf("cbc:PrimaryAccountNumberID", card.number),
        leaf("cbc:NetworkID", NOT_AVAILABLE),  # no term of EN 16931, mandatory in UBL
        leaf("cbc:HolderName", card.holder),
    )


def _write_account(transfer: CreditTransfer | None) -> str:
    if transfer is None:
        return ""
    return element(
        "cac:PayeeFinancialAccount",
        leaf("cbc:ID", transfer.account),
        leaf("cbc:Name", transfer.account_name),
        group("cac:FinancialInstitutionBranch", leaf("cbc:ID", transfer.provider)),
    )


def _write_mandate(debit: DirectDebit | None) -> str:
    if debit is None:
        return ""
    return group(
        "cac:PaymentMandate",
        leaf("cbc:ID", debit.mandate),
        group("cac:PayerFinancialAccount", leaf("cbc:ID", debit.debited_account)),
    )


def read_payment(nodes: Sequence[Node], creditor: str | None) -> PaymentInstructions | None:
    """BG-16; `creditor` is BT-90, found at the seller or payee."""
    means: list[PaymentMeans] = []
    remittance = mandate = debited = None
    for node in nodes:
        means.append(_read_means(node))
        remittance = node.text_or_same("cbc:PaymentID", remittance)
        agreement = node.at("cac:PaymentMandate")
        mandate = agreement.text_or_same("cbc:ID", mandate)
        debited = debited or agreement.text_at("cac:PayerFinancialAccount", "cbc:ID")
    if not means and creditor is None:
        return None
    return PaymentInstructions(
        means=tuple(means) or (UNDEFINED_MEANS,),
        remittance_information=remittance,
        direct_debit=DirectDebit(mandate=mandate, creditor=creditor, debited_account=debited),
    )


def _read_means(node: Node) -> PaymentMeans:
    code = node.at("cbc:PaymentMeansCode")
    return PaymentMeans(
        code=code.value or "",
        text=code.attribute("name"),
        credit_transfer=node.read("cac:PayeeFinancialAccount", _read_account),
        card=node.read("cac:CardAccount", _read_card),
    )


def _read_account(node: Node) -> CreditTransfer:
    return CreditTransfer(
        account=node.text("cbc:ID") or "",
        account_name=node.text("cbc:Name"),
        provider=node.text_at("cac:FinancialInstitutionBranch", "cbc:ID"),
    )


def _read_card(node: Node) -> PaymentCard:
    node.text_or_same("cbc:NetworkID", NOT_AVAILABLE)
    return PaymentCard(number=node.text("cbc:PrimaryAccountNumberID") or "", holder=node.text("cbc:HolderName"))
