"""The settings of a buyer's purchasing unit."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.registration import Identifier
from registration.domain import identifiers


class UnitSettings(BaseModel):
    """What a unit decides about its orders and the invoices for them; the names are those of `unit.state`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_window_years: Annotated[int, Field(ge=1, le=10, description="Older orders are not invoiced")] = 2
    charges_allowed: bool = True
    non_order_invoices: bool = False
    archive: bool = True
    pays_transactions: bool = False
    support_contact: Annotated[str, Field(max_length=200, description="Whom suppliers turn to")] = ""
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
