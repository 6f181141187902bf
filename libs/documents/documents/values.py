"""What every business document is made of: text without control characters, exact decimals, identifiers, periods.

The model holds each value in one canonical form (text trimmed, an empty optional term absent), so that writing a
document and reading it back gives the identical model.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Whatever is no `Char` of XML 1.0, §2.2."""


_INEXACT: Final = (float, bool)


def _trimmed(value: str) -> str:
    if not value.isprintable() and _NOT_XML.search(value):
        raise ValueError("control characters cannot be written in a business document; remove them")
    return value.strip()


def _trimmed_or_absent(value: str) -> str | None:
    return _trimmed(value) or None


def _exact(value: object) -> object:
    if type(value) in _INEXACT:
        raise ValueError('a decimal is written as a string, for example "12.50"')
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


Text = Annotated[str, AfterValidator(_trimmed)]
"""A mandatory text. Empty only when a document that lacks the term was read: the rules then report it."""

OptionalText = Annotated[str, AfterValidator(_trimmed_or_absent)] | None
"""An optional text, never empty."""

Code = Text
"""A code of the list that the term names; unknown codes are kept, the rules report them."""

Number = Annotated[
    Decimal,
    Field(max_digits=38, decimal_places=20, allow_inf_nan=False),  # first, so that pydantic checks them natively
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": r"^-?\d{1,38}(\.\d{1,20})?$"}),
]
"""An exact decimal, a string in JSON. As wide as documents of the field are, so that reading one never rounds."""

Amount = Number
"""Money in the document's currency, unless the term says otherwise."""
Quantity = Number
UnitPrice = Number
"""Money for one price base; not rounded to minor units (EN 16931, 6.5.2)."""
Percentage = Number
"""20 means 20 %."""


class Model(BaseModel):
    """Base of all business documents: frozen; unknown members are refused.

    Read stored JSON of a newer release with `model_validate_json(data, extra="ignore")`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def says_nothing(self) -> bool:
        """Whether no term has a value; a group that holds an amount or a date always says something."""
        for term in self.__dict__.values():  # a loop: half of what a document's reading costs is spent here
            kind = type(term)
            if (kind is str or kind is tuple) and not term:
                continue
            if term is not None:
                return False
        return True


M = TypeVar("M", bound=Model)


def _absent_if_empty(value: M) -> M | None:
    return None if value.says_nothing() else value


def _without_empty(values: tuple[M, ...]) -> tuple[M, ...]:
    return tuple([value for value in values if not value.says_nothing()]) if values else values


OptionalGroup = Annotated[M, AfterValidator(_absent_if_empty)] | None
"""A group that is absent when it says nothing: no syntax can tell the two apart."""

Groups = Annotated[tuple[M, ...], AfterValidator(_without_empty)]
"""Repeated groups, those that say nothing left out."""


class Identifier(Model):
    """An identifier and the scheme that issued it."""

    value: Text
    scheme: OptionalText = Field(
        default=None,
        description="ISO 6523 ICD, EAS, UNTDID 1153 or 7143, as the term says; absent when the parties agreed on it",
    )
    version: OptionalText = Field(
        default=None, description="version of the scheme, used by classifications only (BT-158)"
    )

    def says_nothing(self) -> bool:
        """A scheme alone identifies nothing."""
        return not self.value


class Period(Model):
    """Delivery or invoicing period, both days included (BG-14, BG-26)."""

    start: date | None = Field(default=None, description="BT-73 / BT-134")
    end: date | None = Field(default=None, description="BT-74 / BT-135")
