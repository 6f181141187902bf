"""What was done to a company's rights, consents and identities, and what is kept about oneself."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Forbidden, NotFound, Unauthenticated
from mesh.problems import responses
from registration import erasing
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.browser_session import BrowserSession
from registration.store import audits

router = APIRouter(prefix="/v1", tags=["companies"])


class AuditRow(Output):
    """One act. `number` and `hash` place it in the installation's chain, which holds other companies' rows between."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


class AuditPage(Output):
    """Rows in the order of the chain. `next` goes into `after`; null: these are all that are chained."""

    items: list[AuditRow]
    next: int | None


Rows = list[dict[str, Any]]


class AboutMe(Output):
    """Everything that is kept about a person here (GDPR, Article 15), kind by kind; each row tells when, and where a
    company keeps it, which."""

    person: dict[str, Any]
    credentials: Annotated[Rows, Field(description="When the password was changed")]
    addresses: Rows
    memberships: Rows
    sessions: Rows
    devices: Annotated[Rows, Field(description="Browsers that have signed in before")]
    factors: Rows
    recovery_codes: Rows
    challenges: Annotated[Rows, Field(description="Sign-ins under way")]
    links: Annotated[Rows, Field(description="Personal links that were mailed")]
    invitations: Annotated[Rows, Field(description="Companies that brought them as a contact, with what they answered")]
    access_requests: Rows
    tickets: Rows
    messages: Rows
    files: Rows
    mails: Annotated[Rows, Field(description="Mail logs of companies")]
    refused_mail: Annotated[Rows, Field(description="Their address, where a server refuses mail for good")]
    contacts: Annotated[Rows, Field(description="Profiles of companies that name them, or that they wrote")]
    units: Annotated[Rows, Field(description="Settings of units that name them")]
    versions: Annotated[Rows, Field(description="Versions of companies and units that they wrote, or that name them")]
    systems: Annotated[Rows, Field(description="Back-end systems whose contact they are")]
    connections: Annotated[Rows, Field(description="What partners wrote that names them")]
    answers: Annotated[Rows, Field(description="Answers to programs that name them, kept for 30 days")]
    acceptances: Rows
    purchases: Rows
    operator_acts: Annotated[Rows, Field(description="What the operator was asked to do about them")]
    acts: Annotated[Rows, Field(description="The audit trail by and about them, the latest thousand")]


@router.get("/companies/{company_id}/audit", responses=responses(Forbidden, NotFound))
async def export_audit(
    company_id: UUID,
    principal: CurrentPrincipal,
    env: CurrentEnv,
    after: Annotated[int, Query(ge=0, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> AuditPage:
    """Your company's part of the audit trail, oldest first."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        rows = await audits.of_company(tx, company_id, after, limit + 1)
    shown = [AuditRow.model_validate(dict(row)) for row in rows[:limit]]
    return AuditPage(items=shown, next=shown[-1].number if len(rows) > limit else None)


@router.get("/session/about-me", responses=responses(Unauthenticated, Forbidden))
async def read_about_me(session: BrowserSession, env: CurrentEnv) -> AboutMe:
    """What we keep about you. Name, language and addresses are yours to change; ask support to erase."""
    async with env.pipeline.transaction() as tx:
        return AboutMe.model_validate(await erasing.about(tx, env.vault, session.person_id))
