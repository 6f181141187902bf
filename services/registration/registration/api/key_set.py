"""The keys that verify our tokens (RFC 7517)."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from registration.api.access import CurrentEnv
from registration.domain.key_times import JWKS_CACHE

router = APIRouter(tags=["tokens"])


@router.get("/.well-known/jwks.json", response_model=dict[str, Any])
async def json_web_key_set(env: CurrentEnv) -> JSONResponse:
    """Public keys, the next one included before it signs."""
    seconds = int(JWKS_CACHE.total_seconds())
    return JSONResponse(env.keys.jwks(), headers={"cache-control": f"public, max-age={seconds}"})
