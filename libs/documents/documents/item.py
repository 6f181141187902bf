"""What is ordered, received, invoiced, and at which price."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from documents.values import Groups, Identifier, Model, OptionalGroup, OptionalText, Quantity, Text, UnitPrice


class ItemAttribute(Model):
    """BG-32."""

    name: Text = Field(description="BT-160")
    value: Text = Field(description="BT-161")


class Item(Model):
    """BG-31."""

    name: Text = Field(description="BT-153")
    description: OptionalText = Field(default=None, description="BT-154")
    seller_identifier: OptionalText = Field(default=None, description="BT-155")
    buyer_identifier: OptionalText = Field(default=None, description="BT-156")
    standard_identifier: OptionalGroup[Identifier] = Field(
        default=None, description="BT-157, scheme ISO 6523 ICD (0160 GTIN)"
    )
    classifications: Groups[Identifier] = Field(default=(), description="BT-158, scheme UNTDID 7143, with its version")
    origin_country: OptionalText = Field(default=None, description="BT-159, ISO 3166-1 alpha-2")
    attributes: Groups[ItemAttribute] = Field(default=(), description="BG-32")


class Price(Model):
    """BG-29. The net price buys `base_quantity` units."""

    net: UnitPrice = Field(description="BT-146")
    discount: UnitPrice | None = Field(default=None, description="BT-147, gross less net; never 0")
    gross: UnitPrice | None = Field(default=None, description="BT-148")
    base_quantity: Quantity | None = Field(default=None, gt=0, description="BT-149; 1 when absent")
    base_unit: OptionalText = Field(default=None, description="BT-150, UN/ECE Recommendation 20 or 21")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        """No discount and a discount of 0 are one thing; CII cannot write a discount without its gross price."""
        if self.discount is not None:
            if not self.discount:
                object.__setattr__(self, "discount", None)  # the model is frozen for everybody else
            elif self.gross is None:
                object.__setattr__(self, "gross", self.net + self.discount)
        if self.base_quantity is None and self.base_unit is not None:
            object.__setattr__(self, "base_quantity", Decimal(1))
        return self
