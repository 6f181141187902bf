"""Acts of the operator that give access: one person asks, another one decides."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from mesh.auth import CurrentOperator
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, NotFound
from mesh.problems import responses
from registration import operator_acts
from registration.api.access import CurrentEnv
from registration.api.shapes import Email, Language, Name
from registration.errors import operator_acts as errors
from registration.store import acts

router = APIRouter(prefix="/v1/ops/registration/acts", tags=["operations"])
Reason = Annotated[str, Field(min_length=5, max_length=500, description="Kept in the audit trail")]


class SecondFactorReset(Input):
    """Somebody lost every second factor and their recovery codes, and was recognised by support."""

    kind: Literal["second_factor_reset"]
    email: Email
    reason: Reason


class PersonErase(Input):
    """Somebody who is to be anonymised, at their own wish or after term; a company's last administrator is not."""

    kind: Literal["person_erase"]
    email: Email
    reason: Reason


class CompanyMerge(Input):
    """Two accounts of one company."""

    kind: Literal["company_merge"]
    from_company_id: UUID
    into_company_id: UUID
    reason: Reason


class AccessGrant(Input):
    """Somebody whose company's administrator is gone, on a signed form."""

    kind: Literal["access_grant"]
    company_id: UUID
    email: Email
    name: Name
    language: Language = "fr"
    reason: Reason


class CompanyConfirm(Input):
    """Who runs an account has shown papers: from now on it writes to customers and suppliers in its company's name."""

    kind: Literal["company_confirm"]
    company_id: UUID
    reason: Reason


class CompanyReclaim(Input):
    """Somebody else registered the company first; its own people, known by their papers, get the account.

    Whoever has it now loses it at once: people, programs, invitations and what they wrote into the profile.
    """

    kind: Literal["company_reclaim"]
    company_id: UUID
    email: Email
    name: Name
    language: Language = "fr"
    reason: Reason


NewAct = Annotated[
    SecondFactorReset | PersonErase | CompanyMerge | AccessGrant | CompanyConfirm | CompanyReclaim,
    Field(discriminator="kind"),
]


class ActView(Output):
    """An act. `state` asked: another operator may decide."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    kind: str
    subject: str
    company_id: UUID | None
    params: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    state: Literal["asked", "done", "refused"]
    decided_by: str | None
    decided_at: datetime | None
    note: str


class Decision(Input):
    """What the other operator says of it."""

    note: Annotated[str, Field(max_length=500)] = ""


@router.get("", responses=responses(Forbidden))
async def list_acts(
    _operator: CurrentOperator, env: CurrentEnv, state: Literal["asked", "done", "refused"] | None = None
) -> list[ActView]:
    """The latest acts, the newest first."""
    async with env.pipeline.transaction() as tx:
        return [ActView.model_validate(each) for each in await acts.latest(tx, state)]


@router.post("", status_code=201, responses=responses(Forbidden, NotFound))
async def ask_for_act(act: NewAct, operator: CurrentOperator, env: CurrentEnv) -> ActView:
    """Ask for an act. It is done when another operator approves."""
    async with env.pipeline.transaction() as tx:
        company_id: UUID | None = None
        if isinstance(act, SecondFactorReset | PersonErase):
            subject = str(await operator_acts.person_of(tx, act.email))
        else:
            company_id = act.into_company_id if isinstance(act, CompanyMerge) else act.company_id
            subject = str(company_id)
        # Whoever is to be forgotten does not stay written here.
        kept_out = {"kind", "reason", "email"} if isinstance(act, PersonErase) else {"kind", "reason"}
        params = act.model_dump(mode="json", exclude=kept_out)
        act_id = await operator_acts.ask(
            tx,
            act.kind,
            subject=subject,
            company_id=company_id,
            params=params,
            reason=act.reason,
            by=operator.actor,
        )
        asked = await acts.read(tx, act_id)
    if asked is None:
        raise errors.act_unknown()
    return ActView.model_validate(asked)


@router.post("/{act_id}/approve", responses=responses(Forbidden, NotFound, Conflict))
async def approve_act(act_id: UUID, decision: Decision, operator: CurrentOperator, env: CurrentEnv) -> ActView:
    """Agree with what another operator asked for; it is done at once."""
    return await _decided(act_id, decision, operator.actor, env, agreed=True)


@router.post("/{act_id}/refuse", responses=responses(Forbidden, NotFound, Conflict))
async def refuse_act(act_id: UUID, decision: Decision, operator: CurrentOperator, env: CurrentEnv) -> ActView:
    """Refuse what another operator asked for."""
    return await _decided(act_id, decision, operator.actor, env, agreed=False)


async def _decided(act_id: UUID, decision: Decision, actor: str, env: CurrentEnv, *, agreed: bool) -> ActView:
    async with env.pipeline.transaction() as tx:
        act = await operator_acts.decide(tx, env, act_id, agreed=agreed, by=actor, note=decision.note)
    return ActView.model_validate(act)
