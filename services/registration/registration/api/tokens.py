"""Tokens for machine clients: OAuth 2.1 client credentials, one audience a token (RFC 8707)."""

import base64
import binascii
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Form, Request, Response

from contracts.topics import SERVICES
from mesh import audit, problems
from mesh.bodies import Output
from registration.api.access import CurrentEnv
from registration.domain.bearer import Bearer
from registration.opaque_tokens import digest
from registration.store import clients
from registration.tokens import LIFE_SECONDS

router = APIRouter(prefix="/v1/oauth", tags=["tokens"])

_Field = Annotated[str, Form(max_length=512)]


class AccessToken(Output):
    """The answer of RFC 6749, §5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the type's name
    expires_in: int = LIFE_SECONDS
    scope: str


def _refused(error: str, detail: str, status: int = 400) -> Response:
    """A problem that is an error of RFC 6749, §5.2, as well: `error` is the code in lower case."""
    headers = {"pragma": "no-cache"} | ({"www-authenticate": "Basic"} if status == 401 else {})
    answer = problems.answer(status, error.upper(), "No token is given", detail, headers=headers)
    content = answer.problem.model_dump(mode="json") | {"error": error, "error_description": detail}
    return Response(orjson.dumps(content), status, dict(answer.headers), problems.MEDIA_TYPE)


def _credentials(request: Request, client_id: str, client_secret: str) -> tuple[str, str] | None:
    """Id and secret from the form, or from HTTP Basic (RFC 6749, §2.3.1); None when they cannot be read."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return client_id, client_secret
    try:
        given = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    basic_id, colon, secret = given.partition(":")
    if scheme.lower() != "basic" or not colon or client_secret or client_id not in ("", basic_id):
        return None
    return basic_id, secret


_ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": "A problem that also carries `error` and `error_description` (RFC 6749, §5.2)",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (400, 401)
}


@router.post("/token", response_model=AccessToken, responses=_ANSWERS)
async def issue_token(
    request: Request,
    env: CurrentEnv,
    grant_type: _Field = "",
    client_id: _Field = "",
    client_secret: _Field = "",
    resource: Annotated[str, Form(max_length=512, description=f"One of {', '.join(SERVICES)}")] = "",
    scope: Annotated[str, Form(max_length=512, description="Fewer scopes than the client has; absent: all")] = "",
) -> Response:
    """A token of five minutes for one service. Ask for a new one when it ends; there are no refresh tokens."""
    if grant_type != "client_credentials":
        return _refused("unsupported_grant_type", "grant_type takes client_credentials.")
    if resource not in SERVICES:
        return _refused("invalid_target", f"resource takes one of {', '.join(SERVICES)}.")
    given = _credentials(request, client_id, client_secret)
    async with env.pipeline.transaction() as tx:
        client = await clients.authenticate(tx, given[0], digest(given[1])) if given else None
        if client is not None:
            actor = f"client:{client.client_id}"
            audit.note(tx, actor=actor, action="token.issue", subject=client.client_id, company_id=client.company_id)
    if client is None:
        return _refused("invalid_client", "No living client has this id and secret.", status=401)
    scopes = scope.split() or list(client.scopes)
    if not set(scopes) <= set(client.scopes):
        return _refused("invalid_scope", f"This client has {' '.join(client.scopes)}.")
    bearer: Bearer = client.bearer(scopes)
    body = AccessToken(access_token=env.mint.token(bearer, resource), scope=" ".join(scopes))
    headers = {"cache-control": "no-store", "pragma": "no-cache"}
    return Response(body.model_dump_json(), headers=headers, media_type="application/json")
