"""Files of partners: read while they arrive, however they come (a request, a watched folder)."""

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from uuid import UUID

from contracts import limits
from contracts.ids import new_id
from mesh import audit
from registration import errors
from registration.bringing import AT_ONCE, Bringer
from registration.domain import partner_rows
from registration.domain.partner_rows import Flaw, Row
from registration.env import Env
from registration.errors import bringing as bringing_errors
from registration.store import companies, prospects, units
from registration.store.prospects import Side


async def begin(
    env: Env, tenants: Sequence[UUID], *, actor: str, side: Side, unit_id: UUID | None, name: str, anew: bool = False
) -> Bringer:
    """Begin to bring companies for the first of `tenants`; `anew`: also those who have answered.

    Raises Forbidden (`COMPANY_UNCONFIRMED`, `NOT_A_BUYER`, `NOT_A_SUPPLIER`), NotFound (`COMPANY_UNKNOWN`,
    `UNIT_UNKNOWN`).
    """
    company_id = tenants[0]
    async with env.api.transaction(tuple(tenants)) as tx:
        found = await companies.read(tx, company_id)
        if found is None:
            raise errors.company_unknown()
        if not await companies.confirmed(tx, company_id):
            raise bringing_errors.unconfirmed()
        company = found[0]
        if side == "supplier":
            if not company.buyer:
                raise errors.not_a_buyer()
            if unit_id is None or await units.read(tx, unit_id, company_id) is None:
                raise errors.unit_unknown()
        elif not company.supplier:
            raise errors.not_a_supplier()
        campaign_id = new_id()
        await prospects.begin(tx, campaign_id, company_id, side=side, unit_id=unit_id, name=name)
        audit.note(
            tx,
            actor=actor,
            action="invitations.begin",
            subject=str(campaign_id),
            company_id=company_id,
            detail={"side": side},
        )
    number = company.vat_id or (company.legal_id.value if company.legal_id else str(company_id))
    return Bringer(company_id, company.legal_name, side, unit_id, campaign_id, number, anew)


async def take(env: Env, bringer: Bringer, chunks: AsyncIterable[bytes]) -> None:
    """Take the lines of a CSV file (UTF-8) as they come; some hundred go in at a time, and stay if it breaks off.

    Raises Invalid (`FILE_UNREADABLE`).
    """
    assert bringer.campaign_id is not None
    header, lines, accepted = "", 0, 0
    async for batch in _lines(chunks):
        if not header and batch:
            header = batch.pop(0)
            _read([header])
        for at in range(0, len(batch), AT_ONCE):
            part = batch[at : at + AT_ONCE]
            read = [(line + lines, row) for line, row in _read([header, *part])]
            lines += len(part)
            if lines > partner_rows.MAX_LINES:
                raise bringing_errors.unreadable(f"a file has at most {partner_rows.MAX_LINES} lines")
            accepted += await env.bringing.take(bringer, read)
            async with env.pipeline.transaction() as tx:
                await prospects.progress(tx, bringer.campaign_id, lines=lines, accepted=accepted, done=False)
    if not header:
        _read([])
    async with env.pipeline.transaction() as tx:
        await prospects.progress(tx, bringer.campaign_id, lines=lines, accepted=accepted, done=True)


def _read(lines: Sequence[str]) -> list[tuple[int, Row | list[Flaw]]]:
    """The rows of a header and some lines. Raises Invalid (`FILE_UNREADABLE`)."""
    try:
        return list(partner_rows.rows(lines))
    except ValueError as error:
        raise bringing_errors.unreadable(str(error)) from None


async def report(env: Env, campaign_id: UUID) -> str:
    """What was not taken, as CSV: line, field, reason."""
    async with env.pipeline.transaction() as tx:
        found = await prospects.errors_of(tx, campaign_id)
    return "line;field;reason\r\n" + "".join(f"{row['line']};{row['field']};{row['reason']}\r\n" for row in found)


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncGenerator[list[str]]:
    """The lines of a body, some hundred at a time. Raises Invalid (`FILE_UNREADABLE`) for what is not UTF-8."""
    rest, lines, size = b"", list[str](), 0
    async for chunk in chunks:
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
