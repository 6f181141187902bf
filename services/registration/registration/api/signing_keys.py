"""The keys that sign tokens, for whoever operates this installation."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from mesh import audit
from mesh.auth import CurrentOperator
from mesh.bodies import Output
from mesh.errors import Forbidden
from mesh.problems import responses
from registration.api.access import CurrentEnv

router = APIRouter(prefix="/v1/ops/registration/signing-keys", tags=["operations"])


class SigningKeyView(Output):
    """A key that the key set shows."""

    kid: str
    created_at: datetime
    signs_from: Annotated[datetime, Field(description="Until then every cache comes to know it")]


def _views(env: CurrentEnv) -> list[SigningKeyView]:
    return [SigningKeyView.model_validate(vars(times)) for times in env.keys.times]


@router.get("", responses=responses(Forbidden))
async def list_signing_keys(_operator: CurrentOperator, env: CurrentEnv) -> list[SigningKeyView]:
    """The published keys, oldest first."""
    return _views(env)


@router.post("", status_code=201, responses=responses(Forbidden))
async def rotate_signing_keys(operator: CurrentOperator, env: CurrentEnv) -> list[SigningKeyView]:
    """Publish a new key before its time. It signs in two minutes; the older one goes after its last token."""
    kid = await env.keys.rotate()
    async with env.pipeline.transaction() as tx:
        audit.note(tx, actor=operator.actor, action="signing_key.rotate", subject=kid)
    return _views(env)
