"""What an operator asks to replay, and what a plan answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from mesh.records import RawRecord

MAX_RATE = 5_000


class ReplaySpec(BaseModel):
    """Which facts of the service's topics are read again. Empty filters match everything; times are the facts' own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["fill", "rebuild"] = "fill"
    topics: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    keys: tuple[str, ...] = ()
    tenants: tuple[UUID, ...] = ()
    types: tuple[str, ...] = ()
    rate: Annotated[int, Field(ge=1, le=MAX_RATE, description="facts a second")] = 500
    swap: bool = False
    reason: Annotated[str, Field(min_length=3, max_length=500)]

    def matches(self, record: RawRecord) -> bool:
        """Whether a record is asked for; a record that is no fact never is."""
        kind, tenant, time = record.header("ce_type"), record.header("ce_tenant"), record.header("ce_time")
        if kind is None or time is None:
            return False
        if self.keys and record.key not in self.keys:
            return False
        if self.types and kind not in self.types:
            return False
        if self.tenants and tenant not in {str(wanted) for wanted in self.tenants}:
            return False
        moment = datetime.fromisoformat(time)
        return not ((self.since and moment < self.since) or (self.until and moment >= self.until))


class ReplayPlan(BaseModel):
    """What a start would do: counts by type, by tenant and by what the inbox says of each fact, up to frozen ends.

    `outcomes` counts `done`, `parked`, `dead`, `discarded` and `missing`; only the missing ones have an effect.
    """

    model_config = ConfigDict(frozen=True)

    job_id: UUID
    spec: ReplaySpec
    ends: dict[str, int]
    matched: int
    by_type: dict[str, int]
    by_tenant: dict[str, int]
    outcomes: dict[str, int]
    samples: tuple[UUID, ...]
    seconds: float
    plan_hash: str


class ReplayStatus(BaseModel):
    """Where a job stands."""

    model_config = ConfigDict(frozen=True)

    job_id: UUID
    mode: str
    state: str
    rate: int
    matched: int
    counts: dict[str, Any]
    created_by: str
    reason: str
    error: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
