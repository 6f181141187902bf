"""`/v1/archive/{invoice_id}/…`: the original, its XML, the bundle and the proof."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import RowMapping

from archive import packages
from archive.bundle import container
from archive.env import Env
from archive.errors import eliminated, no_evidence_yet, not_archived, not_eliminated
from archive.evidencing import record_of
from archive.opening import parts_of
from archive.proving import Proof, prove
from archive.store import eliminations, entries
from contracts.registration import Right
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.errors import Conflict, Gone, NotFound
from mesh.principal import Principal
from mesh.problems import responses

routes = APIRouter(prefix="/v1/archive", tags=["archive"], responses=responses(NotFound, Conflict, Gone))


def may_read(principal: Principal) -> None:
    """The right `archive:read`; of a client, the scope of that name."""
    principal.require(Right.ARCHIVE_READ)
    if principal.kind == "client":
        principal.require_scope("archive:read")


async def _entry(env: Env, principal: Principal, invoice_id: UUID) -> tuple[RowMapping, Proof]:
    may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        entry = await entries.original_of(tx, invoice_id)
        if entry is None:
            raise not_archived()
        return entry, await prove(tx, entry)


class Certificate(Output):
    """That an original was here, and that it is gone: the deposit's leaf and the certificate's, each with its proof.

    The certificate's leaf repeats the digests of what was eliminated, and says by whom, when and why.
    """

    deposit: Proof
    certificate: Proof


async def _part(env: Env, entry: RowMapping, name: str) -> bytes:
    """A file of the deposit from the locked bucket, by its name in the leaf."""
    if entry["eliminated_at"] is not None:
        raise eliminated()
    return (await parts_of(env, entry))[name]


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(data, media_type=media_type, headers=headers)


@routes.get("/{invoice_id}/original.pdf", response_class=Response)
async def archived_original(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Response:
    """The sealed original, byte for byte as it was deposited."""
    env: Env = request.app.state.env
    entry, _ = await _entry(env, principal, invoice_id)
    return _file(await _part(env, entry, "original"), "application/pdf", f"{invoice_id}.pdf")


@routes.get("/{invoice_id}/invoice.xml", response_class=Response)
async def archived_invoice(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Response:
    """The structured invoice that was checked and is embedded in the original."""
    env: Env = request.app.state.env
    entry, _ = await _entry(env, principal, invoice_id)
    return _file(await _part(env, entry, "document"), "application/xml", f"{invoice_id}.xml")


@routes.get("/{invoice_id}/proof")
async def archive_proof(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Proof:
    """That the original has its place in the log."""
    return (await _entry(request.app.state.env, principal, invoice_id))[1]


@routes.get("/{invoice_id}/certificate")
async def elimination_certificate(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Certificate:
    """What stays of an original that was eliminated after its term: its digests, and who decided it."""
    may_read(principal)
    env: Env = request.app.state.env
    async with env.api.transaction(principal.tenants) as tx:
        entry = await entries.original_of(tx, invoice_id)
        if entry is None:
            raise not_archived()
        certificate = await eliminations.certificate_of(tx, entry["id"])
        if certificate is None:
            raise not_eliminated()
        return Certificate(deposit=await prove(tx, entry), certificate=await prove(tx, certificate))


@routes.get("/{invoice_id}/evidence.ers", response_class=Response)
async def evidence_record(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Response:
    """The evidence record (RFC 4998) of the sealed original: time-stamped, and renewed for as long as it is kept."""
    may_read(principal)
    env: Env = request.app.state.env
    async with env.api.transaction(principal.tenants) as tx:
        entry = await entries.original_of(tx, invoice_id)
        if entry is None:
            raise not_archived()
        record = await record_of(tx, entry_id=entry["id"])
    if record is None:
        raise no_evidence_yet()
    return _file(record, "application/octet-stream", f"{invoice_id}.ers")


@routes.get("/{invoice_id}/bundle.zip", response_class=Response)
async def proof_bundle(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Response:
    """Original, XML, findings, statuses, proofs, time-stamps, keys, and the script that verifies them offline."""
    may_read(principal)
    env: Env = request.app.state.env
    return _file(await packages.bundle(env, principal.tenants, invoice_id), "application/zip", f"{invoice_id}.zip")


@routes.get("/{invoice_id}/container.asice", response_class=Response)
async def signature_container(request: Request, principal: CurrentPrincipal, invoice_id: UUID) -> Response:
    """The sealed original with its evidence record as one ASiC-E container (ETSI EN 319 162-1)."""
    may_read(principal)
    env: Env = request.app.state.env
    data = await packages.asice(env, principal.tenants, invoice_id)
    return _file(data, container.MEDIA_TYPE, f"{invoice_id}.asice")
