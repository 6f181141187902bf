"""Which second factors a company allows its people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Forbidden, NotFound
from mesh.problems import responses
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import second_factor
from registration.domain.second_factor import Method
from registration.store import sign_in_policies

router = APIRouter(prefix="/v1/companies/{company_id}/sign-in-policy", tags=["companies"])


class SignInPolicy(Input):
    """Methods that count as a second factor. `totp` and `passkey` alone keep out who reads somebody's mail."""

    methods: Annotated[frozenset[Method], Field(min_length=1), AfterValidator(second_factor.policy)]


class SignInPolicyView(Output):
    """What stands."""

    methods: list[Method]


@router.get("", responses=responses(NotFound))
async def read_sign_in_policy(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> SignInPolicyView:
    """What your company allows."""
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        return SignInPolicyView(methods=await sign_in_policies.read(tx, company_id))


@router.put("", response_model=SignInPolicyView, responses=responses(Forbidden, NotFound))
async def set_sign_in_policy(
    company_id: UUID, policy: SignInPolicy, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """Say what counts from now on. Whoever has nothing of it sets something up at their next sign-in."""
    access.administrates(principal)
    access.is_of(principal, company_id)
    async with command.transaction() as tx:
        await sign_in_policies.write(tx, company_id, policy.methods)
        audit.note(
            tx,
            actor=principal.actor,
            action="company.sign_in_policy",
            subject=str(company_id),
            company_id=company_id,
            detail={"methods": sorted(policy.methods)},
        )
        return await command.answer(tx, 200, SignInPolicyView(methods=sorted(policy.methods)))
