"""The published rulebook of a buyer's unit."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from contracts.facts import Fact, fact
from contracts.topics import RULEBOOKS_STATE


class BuyerRule(BaseModel):
    """One ready-made rule with its parameters."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    severity: Literal["fatal", "warning"] = "fatal"
    parameters: dict[str, JsonValue] = {}


@fact
class RulebookState(Fact):
    """The latest published rulebook of a unit; keyed `unit:…`."""

    type_name: ClassVar[str] = "rulebook.state"
    topic: ClassVar[str] = RULEBOOKS_STATE

    unit_id: UUID
    buyer_id: UUID
    rulebook_version: int
    rules: tuple[BuyerRule, ...]
    published_at: datetime
