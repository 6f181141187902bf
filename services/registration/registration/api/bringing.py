"""Companies bring their suppliers and customers, one by one or by a file, and follow how far each is."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from contracts import limits
from contracts.registration import Right
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.principal import Principal
from mesh.problems import responses
from registration import partner_files
from registration.api import access
from registration.api.access import CurrentEnv
from registration.bringing import Bringer
from registration.domain import natural_person
from registration.domain.partner_rows import Row
from registration.errors import bringing as bringing_errors
from registration.store import companies, partner_contacts, prospects
from registration.store.prospects import Side

router = APIRouter(prefix="/v1/invitations", tags=["invitations"])
_NEWEST: Final = Sort("newest", "asked_at", "timestamptz", descending=True)


class CampaignView(Output):
    """A file, and its funnel: links sent, opened, begun (somebody fills in the form, or asks by themselves), done
    (active), declined, ready to transact."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    side: Side
    unit_id: UUID | None
    name: str
    at: datetime
    state: Literal["running", "done"]
    lines: int
    accepted: int
    rejected: int
    sent: int
    opened: int
    begun: int
    done: int
    declined: int
    ready: int
    had_account: Annotated[int, Field(description="Were in the network already: their own people are asked")]


class NewEntity(Input):
    """One entity that you bring, as a line of a file."""

    side: Side
    unit_id: UUID | None = None
    entity: Row


class ProspectView(Output):
    """An entity that you brought. `proof`: who agreed to what, when, from where; `partner_id`: its account.

    Who declined is kept without a contact. To ask again who declined or ended it, bring it once more by itself.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    campaign_id: UUID | None
    legal_name: str
    scheme: str
    value: Annotated[str, Field(description="A natural person's national number is masked")]
    email: str
    state: Literal["asked", "opened", "accepted", "declined", "ended"]
    asked_at: datetime
    opened_at: datetime | None
    decided_at: datetime | None
    reminders: int
    partner_id: UUID | None
    connection_id: UUID | None
    had_account: bool
    replaced_at: Annotated[datetime | None, Field(description="Another request about it followed then")]
    proof: dict[str, Any] | None
    mail_refused_since: Annotated[datetime | None, Field(description="Mail to it has come back since then")] = None

    @field_validator("value")
    @classmethod
    def _not_the_whole_of_a_person(cls, value: str, info: ValidationInfo) -> str:
        return natural_person.shown(info.data["scheme"], value)


class Reminded(Output):
    """How many were written to again."""

    sent: int


async def _bringer(
    env: CurrentEnv, principal: Principal, side: Side, unit_id: UUID | None, name: str, *, anew: bool = False
) -> Bringer:
    """Raises what `partner_files.begin` raises, and Forbidden for whoever may not bring."""
    principal.require(Right.PARTNERS_WRITE)
    principal.require_scope("partners:write")
    return await partner_files.begin(
        env, principal.tenants, actor=principal.actor, side=side, unit_id=unit_id, name=name, anew=anew
    )


async def _campaign(env: CurrentEnv, principal: Principal, campaign_id: UUID) -> CampaignView:
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.funnels(tx, principal.company_id, campaign_id)
    if not found:
        raise bringing_errors.campaign_unknown()
    return CampaignView.model_validate(found[0])


@router.post(
    "/files",
    status_code=201,
    responses=responses(Forbidden, NotFound, Invalid),
    max_body_size=limits.UPLOAD_BODY,
)
async def bring_file(
    request: Request,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    side: Annotated[Side, Query(description="Bring suppliers to a unit of yours, or customers to invoice")],
    name: Annotated[str, Query(min_length=1, max_length=120)],
    unit_id: UUID | None = None,
) -> CampaignView:
    """Bring up to 50,000 entities by a CSV file (UTF-8). Valid lines go in while the file arrives; the others are
    listed by line, field and reason. Sent again after a break, what went in before is reported as `KNOWN`; whoever has
    consented or is connected as `CONNECTED`, who declined as `DECLINED`: no file asks them again. A program needs the
    scope `partners:write`.
    """
    bringer = await _bringer(env, principal, side, unit_id, name)
    assert bringer.campaign_id is not None
    await partner_files.take(env, bringer, request.stream())
    return await _campaign(env, principal, bringer.campaign_id)


@router.post("", status_code=201, responses=responses(Forbidden, NotFound, Invalid, Conflict))
async def bring_one(entity: NewEntity, principal: CurrentPrincipal, env: CurrentEnv) -> CampaignView:
    """Bring one supplier or customer; what is wrong with it is listed as for a file of one line.

    Who declined before, or whose connection ended, is asked anew: a new request starts from nothing.
    """
    bringer = await _bringer(env, principal, entity.side, entity.unit_id, entity.entity.name or "—", anew=True)
    assert bringer.campaign_id is not None
    accepted = await env.bringing.take(bringer, [(1, entity.entity)])
    async with env.pipeline.transaction() as tx:
        await prospects.progress(tx, bringer.campaign_id, lines=1, accepted=accepted, done=True)
        flaws = [(row["field"], row["reason"]) for row in await prospects.errors_of(tx, bringer.campaign_id)]
    if not accepted:
        raise bringing_errors.not_taken(flaws)
    return await _campaign(env, principal, bringer.campaign_id)


@router.get("/campaigns", responses=responses(Forbidden))
async def list_campaigns(principal: CurrentPrincipal, env: CurrentEnv) -> list[CampaignView]:
    """What your company brought, with the funnel of each, the newest first."""
    principal.require_scope("partners:write")
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.funnels(tx, principal.company_id)
    return [CampaignView.model_validate(each) for each in found]


@router.get("/campaigns/{campaign_id}", responses=responses(Forbidden, NotFound))
async def read_campaign(campaign_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> CampaignView:
    """One of them."""
    principal.require_scope("partners:write")
    return await _campaign(env, principal, campaign_id)


@router.get(
    "/campaigns/{campaign_id}/errors",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **responses(Forbidden, NotFound)},
)
async def read_campaign_errors(campaign_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """What was not taken, as CSV: line, field, reason; and, as `HAS_ACCOUNT`, what went in and has an account."""
    principal.require_scope("partners:write")
    await _campaign(env, principal, campaign_id)
    body = await partner_files.report(env, campaign_id)
    headers = {"content-disposition": 'attachment; filename="errors.csv"'}
    return Response(body, media_type="text/csv", headers=headers)


@router.post("/campaigns/{campaign_id}/remind", responses=responses(Forbidden, NotFound))
async def remind_campaign(campaign_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Reminded:
    """Write again to whom answered nothing for three days, at most three times."""
    access.trades(principal)
    campaign = await _campaign(env, principal, campaign_id)
    async with env.pipeline.transaction() as tx:
        company = await companies.read(tx, principal.company_id)
        name = company[0].legal_name if company else ""
        bringer = Bringer(principal.company_id, name, campaign.side, campaign.unit_id, campaign_id)
        sent = await env.bringing.remind(tx, bringer, campaign_id)
        audit.note(
            tx,
            actor=principal.actor,
            action="invitations.remind",
            subject=str(campaign_id),
            company_id=principal.company_id,
            detail={"sent": sent},
        )
    return Reminded(sent=sent)


@router.get("", responses=responses(Forbidden))
async def list_prospects(
    principal: CurrentPrincipal, page: CurrentPage, env: CurrentEnv, side: Side
) -> Page[ProspectView]:
    """Every entity that you brought, the newest first, with its consent."""
    principal.require_scope("partners:write")
    keyset = _NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await prospects.page(tx, principal.company_id, side, keyset)
        refused = await partner_contacts.refused(tx, [row["email"] for row in keyset.shown(rows)])
    items = [
        ProspectView.model_validate({**row, "mail_refused_since": refused.get(row["email"].lower())})
        for row in keyset.shown(rows)
    ]
    return Page(items=items, next=keyset.next(rows))


@router.get("/{prospect_id}", responses=responses(Forbidden, NotFound))
async def read_prospect(prospect_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> ProspectView:
    """One entity, with the proof of its consent to keep."""
    principal.require_scope("partners:write")
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.read(tx, prospect_id)
    if found is None:
        raise bringing_errors.prospect_unknown()
    return ProspectView.model_validate(dict(found))
