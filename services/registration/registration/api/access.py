"""Where routes find their adapters, and who may do what."""

from collections.abc import Set
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from contracts.registration import Right
from mesh.principal import Principal
from registration import errors
from registration.domain import membership
from registration.env import Env


async def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def client_address(request: Request) -> str:
    """Where a request comes from: the last X-Forwarded-For is the gateway's own word, which drops a client's."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or (request.client.host if request.client else "")


def is_of(principal: Principal, company_id: UUID) -> None:
    """Raises NotFound (`COMPANY_UNKNOWN`) unless the address names the company that the principal acts for."""
    if principal.company_id != company_id:
        raise errors.company_unknown()


def administrates(principal: Principal) -> None:
    """Raises Forbidden unless the principal is a person who runs the company."""
    principal.require_person()
    principal.require(Right.COMPANY_RUN)


def trades(principal: Principal) -> None:
    """Raises Forbidden unless the principal is a person who decides with whom the company trades."""
    principal.require_person()
    principal.require(Right.PARTNERS_WRITE)


def gives(principal: Principal, before: Set[Right], after: Set[Right]) -> None:
    """Raises Forbidden (`OPERATOR_ROLE`, `RIGHT_BEYOND_YOURS`) when a change of rights reaches beyond who makes it."""
    beyond = membership.beyond(principal.rights, before, after)
    if Right.NETWORK_OPERATE in beyond:
        raise errors.operator_role()
    for right in sorted(beyond):
        raise errors.right_beyond_yours(right)


def person(principal: Principal) -> UUID | None:
    """Who acts, where it is somebody and no program."""
    return principal.subject if isinstance(principal.subject, UUID) else None
