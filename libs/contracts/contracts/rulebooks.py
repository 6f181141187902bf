"""The published rulebook of a buyer's unit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from contracts.facts import Fact, fact
from contracts.topics import RULEBOOKS_STATE


class BuyerRule(BaseModel):
    """One rule: a ready-made kind with its parameters, or (`kind` is `expression`) an own one in CEL.

    `unevaluated`: the severity of "this rule could not be asked", when the document lacks what it looks at.
    `field`: a JSON Pointer into the invoice, the place that an own rule is about. In force for documents dated
    `valid_from` to `valid_to`, both included.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    severity: Literal["fatal", "warning"] = "fatal"
    parameters: dict[str, JsonValue] = {}
    expression: str = ""
    messages: dict[Literal["fr", "en"], str] = {}
    field: str = ""
    unevaluated: Literal["fatal", "warning"] = "warning"
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it judges documents of this date (BT-2)."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


EnrichmentSource = Literal["order", "receipt", "despatch", "company"]
"""`company`: what registration knows of both sides, and of how one knows the other."""
ENRICHMENTS: Final[Mapping[str, tuple[EnrichmentSource, ...]]] = {
    "BT-10": ("order", "company"),
    "BT-11": ("order",),
    "BT-12": ("order",),
    "BT-13": ("order",),
    "BT-14": ("order",),
    "BT-15": ("receipt",),
    "BT-16": ("despatch",),
    "BT-17": ("order",),
    "BT-19": ("order",),
    "BT-20": ("order",),
    "BT-29": ("company",),
    "BT-72": ("receipt",),
}
"""Terms of an invoice that a rulebook may have filled, and where each may come from."""


class Enrichment(BaseModel):
    """One term (of `ENRICHMENTS`) that is filled from a source where an invoice lacks it."""

    model_config = ConfigDict(frozen=True)

    term: str
    source: EnrichmentSource


@fact
class RulebookState(Fact):
    """The latest published rulebook of a unit; keyed `unit:…`. `sha256`: of the rules, as verdicts name them."""

    type_name: ClassVar[str] = "rulebook.state"
    topic: ClassVar[str] = RULEBOOKS_STATE

    unit_id: UUID
    buyer_id: UUID
    rulebook_version: int
    rules: tuple[BuyerRule, ...]
    published_at: datetime
    sha256: str = ""
    rolled_back_to: int | None = None
    enrichment: tuple[Enrichment, ...] = ()
    """What is filled in before an invoice is sent; the first source of a term that knows it."""
