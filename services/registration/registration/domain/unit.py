"""The settings of a buyer's purchasing unit."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.registration import Identifier, InvoiceChannel
from registration.domain import identifiers


class UnitSettings(BaseModel):
    """What a unit decides about its orders and the invoices for them; the names are those of `unit.state`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_window_years: Annotated[int, Field(ge=1, le=10, description="Older orders are not invoiced")] = 2
    charges_allowed: bool = True
    non_order_invoices: bool = False
    archive: bool = True
    pays_transactions: bool = False
    pays_channels: Annotated[
        tuple[InvoiceChannel, ...],
        Field(max_length=2, description="Without pays_transactions: the unit pays for invoices that come this way"),
    ] = ()
    support_contact: Annotated[str, Field(max_length=200, description="Whom suppliers turn to")] = ""
    compliance_contact: Annotated[str, Field(max_length=200, description="Who answers for tax and archive")] = ""
    support_hours: Annotated[str, Field(max_length=200, description="When support answers; shown before sending")] = ""
    support_price: Annotated[str, Field(max_length=200, description="What support costs; shown before sending")] = ""
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=20, description="How orders name the unit")] = ()
    receipt_required: bool = False
    acceptance_required: bool = False
    verification_consent: Annotated[
        bool, Field(description="The network verifies the seals of the unit's invoices on its behalf")
    ] = False

    @field_validator("identifiers", mode="after")
    @classmethod
    def _identifiers_fit(cls, values: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
        return tuple(dict.fromkeys(identifiers.identifier(each.scheme, each.value) for each in values))
