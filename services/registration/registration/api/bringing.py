"""Companies bring their suppliers and customers, one by one or by a file, and follow how far each is."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict

from contracts import limits
from contracts.ids import new_id
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Forbidden, Invalid, NotFound
from mesh.paging import CurrentPage, Page, Sort
from mesh.principal import Principal
from mesh.problems import responses
from registration import errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.bringing import AT_ONCE, Bringer
from registration.domain import partner_rows
from registration.domain.partner_rows import Row
from registration.errors import bringing as bringing_errors
from registration.store import companies, prospects, units
from registration.store.prospects import Side

router = APIRouter(prefix="/v1/invitations", tags=["invitations"])
_NEWEST: Final = Sort("newest", "asked_at", "timestamptz", descending=True)


class CampaignView(Output):
    """A file, and its funnel: links sent, opened, done (active), declined, ready to transact."""

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
    done: int
    declined: int
    ready: int


class NewEntity(Input):
    """One entity that you bring, as a line of a file."""

    side: Side
    unit_id: UUID | None = None
    entity: Row


class ProspectView(Output):
    """An entity that you brought. `proof`: who agreed to what, when, from where; `partner_id`: its account."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    campaign_id: UUID | None
    legal_name: str
    scheme: str
    value: str
    email: str
    state: Literal["asked", "opened", "accepted", "declined"]
    asked_at: datetime
    opened_at: datetime | None
    decided_at: datetime | None
    reminders: int
    partner_id: UUID | None
    connection_id: UUID | None
    proof: dict[str, Any] | None


class Reminded(Output):
    """How many were written to again."""

    sent: int


async def _bringer(env: CurrentEnv, principal: Principal, side: Side, unit_id: UUID | None, name: str) -> Bringer:
    """Raises Forbidden (`COMPANY_UNCONFIRMED`, `NOT_A_BUYER`, `NOT_A_SUPPLIER`), NotFound (`UNIT_UNKNOWN`)."""
    access.trades(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await companies.read(tx, principal.company_id)
        if found is None:
            raise errors.company_unknown()
        if not await companies.confirmed(tx, principal.company_id):
            raise bringing_errors.unconfirmed()
        company = found[0]
        if side == "supplier":
            if not company.buyer:
                raise errors.not_a_buyer()
            if unit_id is None or await units.read(tx, unit_id, principal.company_id) is None:
                raise errors.unit_unknown()
        elif not company.supplier:
            raise errors.not_a_supplier()
        campaign_id = new_id()
        await prospects.begin(tx, campaign_id, principal.company_id, side=side, unit_id=unit_id, name=name)
        audit.note(
            tx,
            actor=principal.actor,
            action="invitations.begin",
            subject=str(campaign_id),
            company_id=principal.company_id,
            detail={"side": side},
        )
    return Bringer(principal.company_id, company.legal_name, side, unit_id, campaign_id)


async def _lines(request: Request) -> AsyncGenerator[list[str]]:
    """The lines of a body, some hundred at a time. Raises Invalid (`FILE_UNREADABLE`) for what is not UTF-8."""
    rest, lines, size = b"", list[str](), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limits.UPLOAD_BODY:
            raise bringing_errors.unreadable("it is larger than a file may be")
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > partner_rows.MAX_LINE:
            raise bringing_errors.unreadable("a line is too long")
        lines += [_text(line) for line in whole]
        if len(lines) >= AT_ONCE:
            yield lines
            lines = []
    yield [*lines, _text(rest)] if rest.strip() else lines


def _text(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r")
    except UnicodeDecodeError:
        raise bringing_errors.unreadable("it is not UTF-8; save it as CSV UTF-8") from None


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
    listed by line, field and reason. Sent again after a break, what went in before is reported as `KNOWN`.
    """
    bringer = await _bringer(env, principal, side, unit_id, name)
    assert bringer.campaign_id is not None
    header, lines, accepted = "", 0, 0
    async for batch in _lines(request):
        if not header and batch:
            header = batch.pop(0)
        for at in range(0, len(batch), AT_ONCE):
            part = batch[at : at + AT_ONCE]
            try:
                read = [(line + lines, row) for line, row in partner_rows.rows([header, *part])]
            except ValueError as error:
                raise bringing_errors.unreadable(str(error)) from None
            lines += len(part)
            if lines > partner_rows.MAX_LINES:
                raise bringing_errors.unreadable(f"a file has at most {partner_rows.MAX_LINES} lines")
            accepted += await env.bringing.take(bringer, read)
            async with env.pipeline.transaction() as tx:
                await prospects.progress(tx, bringer.campaign_id, lines=lines, accepted=accepted, done=False)
    async with env.pipeline.transaction() as tx:
        await prospects.progress(tx, bringer.campaign_id, lines=lines, accepted=accepted, done=True)
    return await _campaign(env, principal, bringer.campaign_id)


@router.post("", status_code=201, responses=responses(Forbidden, NotFound, Invalid, Conflict))
async def bring_one(entity: NewEntity, principal: CurrentPrincipal, env: CurrentEnv) -> CampaignView:
    """Bring one supplier or customer; what is wrong with it is listed as for a file of one line."""
    bringer = await _bringer(env, principal, entity.side, entity.unit_id, entity.entity.name or "—")
    assert bringer.campaign_id is not None
    accepted = await env.bringing.take(bringer, [(1, entity.entity)])
    async with env.pipeline.transaction() as tx:
        await prospects.progress(tx, bringer.campaign_id, lines=1, accepted=accepted, done=True)
        flaws = [(row["field"], row["reason"]) for row in await prospects.errors_of(tx, bringer.campaign_id)]
    if flaws:
        raise bringing_errors.not_taken(flaws)
    return await _campaign(env, principal, bringer.campaign_id)


@router.get("/campaigns", responses=responses(Forbidden))
async def list_campaigns(principal: CurrentPrincipal, env: CurrentEnv) -> list[CampaignView]:
    """What your company brought, with the funnel of each, the newest first."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.funnels(tx, principal.company_id)
    return [CampaignView.model_validate(each) for each in found]


@router.get("/campaigns/{campaign_id}", responses=responses(Forbidden, NotFound))
async def read_campaign(campaign_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> CampaignView:
    """One of them."""
    principal.require_person()
    return await _campaign(env, principal, campaign_id)


@router.get(
    "/campaigns/{campaign_id}/errors",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **responses(Forbidden, NotFound)},
)
async def read_campaign_errors(campaign_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> Response:
    """What was not taken, as CSV: line, field, reason."""
    principal.require_person()
    await _campaign(env, principal, campaign_id)
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.errors_of(tx, campaign_id)
    body = "".join(f"{row['line']};{row['field']};{row['reason']}\r\n" for row in found)
    headers = {"content-disposition": 'attachment; filename="errors.csv"'}
    return Response(f"line;field;reason\r\n{body}", media_type="text/csv", headers=headers)


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
    principal.require_person()
    keyset = _NEWEST.page(page)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await prospects.page(tx, principal.company_id, side, keyset)
    return Page(items=[ProspectView.model_validate(dict(row)) for row in keyset.shown(rows)], next=keyset.next(rows))


@router.get("/{prospect_id}", responses=responses(Forbidden, NotFound))
async def read_prospect(prospect_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> ProspectView:
    """One entity, with the proof of its consent to keep."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        found = await prospects.read(tx, prospect_id)
    if found is None:
        raise bringing_errors.prospect_unknown()
    return ProspectView.model_validate(dict(found))
