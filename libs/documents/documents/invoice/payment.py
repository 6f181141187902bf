"""How the invoice is to be paid (BG-16)."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from documents.values import Code, Model, OptionalGroup, OptionalText, Text

_DIRECT_DEBIT_CODES: Final = ("49", "59")
"""UNTDID 4461."""


class CreditTransfer(Model):
    """BG-17, the account to pay to."""

    account: Text = Field(description="BT-84, IBAN for SEPA")
    account_name: OptionalText = Field(default=None, description="BT-85")
    provider: OptionalText = Field(default=None, description="BT-86, BIC")


class PaymentCard(Model):
    """BG-18."""

    number: Text = Field(description="BT-87, its last 4 to 6 digits (BR-51)")
    holder: OptionalText = Field(default=None, description="BT-88")


class DirectDebit(Model):
    """BG-19."""

    mandate: OptionalText = Field(default=None, description="BT-89")
    creditor: OptionalText = Field(default=None, description="BT-90, SEPA creditor identifier of seller or payee")
    debited_account: OptionalText = Field(default=None, description="BT-91")


class PaymentMeans(Model):
    """One way to pay: BT-81, BT-82 and at most one account or card, as both syntaxes write it."""

    code: Code = Field(
        description="BT-81, UNTDID 4461 (30 credit transfer, 58 SEPA credit transfer, 59 SEPA direct debit, 48 card)"
    )
    text: OptionalText = Field(default=None, description="BT-82")
    credit_transfer: OptionalGroup[CreditTransfer] = Field(default=None, description="BG-17")
    card: OptionalGroup[PaymentCard] = Field(default=None, description="BG-18")


def _one_text(means: tuple[PaymentMeans, ...]) -> tuple[PaymentMeans, ...]:
    """BT-82 occurs once in EN 16931: further means of the same code share the first's text."""
    first = means[0]
    return tuple(
        each.model_copy(update={"text": first.text}) if each.text is None and each.code == first.code else each
        for each in means
    )


class PaymentInstructions(Model):
    """BG-16."""

    means: Annotated[tuple[PaymentMeans, ...], Field(min_length=1), AfterValidator(_one_text)] = Field(
        description="BT-81, BT-82, BG-17, BG-18; EN 16931:2017 wants one code in all"
    )
    remittance_information: OptionalText = Field(
        default=None, description="BT-83, what the payer repeats in the payment"
    )
    direct_debit: OptionalGroup[DirectDebit] = Field(default=None, description="BG-19")

    @property
    def debiting_means(self) -> PaymentMeans:
        """The means beside which a syntax writes BG-19: the first direct debit, else the first of all."""
        return next((means for means in self.means if means.code in _DIRECT_DEBIT_CODES), self.means[0])


UNDEFINED_MEANS: Final = PaymentMeans(code="1")
"""UNTDID 4461 "instrument not defined": a document gives BT-83 or BT-90 without saying by which means."""
