"""`POST /v1/archive/verify`: is this file the original?"""

import hashlib
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import RowMapping

from archive.api.documents import may_read
from archive.env import Env
from archive.opening import ref_of
from archive.proving import Proof, prove
from archive.store import entries
from contracts import limits
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Conflict, TooLarge
from mesh.objects import ObjectMissing, Tampered
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive", tags=["archive"])


class Verified(Output):
    """The answer: `original` is true when the file is, byte for byte, an archived original of this company.

    `legal`: between its countries it is the legal invoice; else an image for the workflow, not for audit and not for
    VAT refund. `eliminated_at`: it was, and its term is over; only the log knows it still.
    `stored_intact` says that the locked object itself was read again and still has the digest of the log's entry.
    """

    original: bool
    sha256: str
    invoice_id: UUID | None = None
    archived_at: datetime | None = None
    legal: bool | None = None
    stored_intact: bool | None = None
    eliminated_at: datetime | None = None
    proof: Proof | None = None


@routes.post("/verify", responses=responses(TooLarge, Conflict), max_body_size=limits.UPLOAD_BODY)
async def verify_original(request: Request, principal: CurrentPrincipal) -> Verified:
    """Send the PDF as the body; nothing of it is kept."""
    may_read(principal)
    env: Env = request.app.state.env
    digest = hashlib.sha256()
    async for chunk in request.stream():
        digest.update(chunk)
    sha256 = digest.hexdigest()
    async with env.api.transaction(principal.tenants) as tx:
        entry = await entries.with_digest(tx, sha256)
        if entry is None:
            return Verified(original=False, sha256=sha256)
        proof = await prove(tx, entry)
    intact = None if entry["eliminated_at"] else await _is_intact(env, entry)
    return Verified(
        original=True,
        sha256=sha256,
        invoice_id=entry["invoice_id"],
        archived_at=entry["entered_at"],
        legal=entry["legal"],
        stored_intact=intact,
        eliminated_at=entry["eliminated_at"],
        proof=proof,
    )


async def _is_intact(env: Env, entry: RowMapping) -> bool:
    try:
        await env.objects.read(ref_of(entry))
    except (Tampered, ObjectMissing):
        return False
    return True
