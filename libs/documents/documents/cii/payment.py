"""Payment instructions (BG-16) in CII."""

import re
from typing import Final

from documents.invoice.payment import (
    UNDEFINED_MEANS,
    CreditTransfer,
    DirectDebit,
    PaymentCard,
    PaymentInstructions,
    PaymentMeans,
)
from documents.markup import element, group, leaf
from documents.node import Node

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def write_payment_means(payment: PaymentInstructions) -> str:
    """`ram:SpecifiedTradeSettlementPaymentMeans`, one for each way to pay."""
    debit = payment.direct_debit
    debiting = payment.debiting_means
    return "".join(
        element(
            "ram:SpecifiedTradeSettlementPaymentMeans",
            leaf("ram:TypeCode", means.code),
            leaf("ram:Information", means.text),
            _write_card(means.card),
            group("ram:PayerPartyDebtorFinancialAccount", leaf("ram:IBANID", debit.debited_account))
            if debit and means is debiting
            else "",
            _write_account(means.credit_transfer),
        )
        for means in payment.means
    )


def _write_card(card: PaymentCard | None) -> str:
    if card is None:
        return ""
    return element(
        "ram:ApplicableTradeSettlementFinancialCard",
        leaf("ram:ID", card.number),
        leaf("ram:CardholderName", card.holder),
    )


def _write_account(transfer: CreditTransfer | None) -> str:
    if transfer is None:
        return ""
    is_iban = _IBAN.fullmatch(transfer.account.replace(" ", "")) is not None
    return element(
        "ram:PayeePartyCreditorFinancialAccount",
        leaf("ram:IBANID", transfer.account) if is_iban else "",
        leaf("ram:AccountName", transfer.account_name),
        "" if is_iban else leaf("ram:ProprietaryID", transfer.account),
    ) + group("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", transfer.provider))


def read_payment(settlement: Node, mandate: str | None) -> PaymentInstructions | None:
    """BG-16 from the header settlement; `mandate` is BT-89, which CII keeps in the payment terms."""
    creditor = settlement.text("ram:CreditorReferenceID")
    remittance = settlement.joined("ram:PaymentReference")
    means: list[PaymentMeans] = []
    debited = None
    for node in settlement.many("ram:SpecifiedTradeSettlementPaymentMeans"):
        debited = debited or node.text_at("ram:PayerPartyDebtorFinancialAccount", "ram:IBANID")
        means.append(
            PaymentMeans(
                code=node.text("ram:TypeCode") or "",
                text=node.joined("ram:Information"),
                credit_transfer=_read_account(node),
                card=node.read("ram:ApplicableTradeSettlementFinancialCard", _read_card),
            )
        )
    if not (means or creditor or remittance or mandate):
        return None
    return PaymentInstructions(
        means=tuple(means) or (UNDEFINED_MEANS,),
        remittance_information=remittance,
        direct_debit=DirectDebit(mandate=mandate, creditor=creditor, debited_account=debited),
    )


def _read_account(means: Node) -> CreditTransfer:
    account = means.at("ram:PayeePartyCreditorFinancialAccount")
    iban = account.text("ram:IBANID")
    return CreditTransfer(
        account=iban or account.text("ram:ProprietaryID") or "",
        account_name=account.text("ram:AccountName"),
        provider=means.text_at("ram:PayeeSpecifiedCreditorFinancialInstitution", "ram:BICID"),
    )


def _read_card(node: Node) -> PaymentCard:
    return PaymentCard(number=node.text("ram:ID") or "", holder=node.text("ram:CardholderName"))
