"""`/v1/tax-codes`: GST, HST, PST and QST of a Canadian supplier, set up before the first invoice."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from documents.values import Percentage
from invoicing import errors
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.domain.taxes import TaxCode
from invoicing.store import tax_codes
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand

router = APIRouter(prefix="/v1/tax-codes", tags=["taxes"])
CodeName = Annotated[str, Path(min_length=1, max_length=20, pattern=r"^[A-Z0-9-]+$")]
Kind = Literal["GST", "HST", "PST", "QST"]


class TaxPart(Input):
    """One tax of a code: its rate in per cent, and the number under which the supplier is registered for it."""

    kind: Kind
    rate: Annotated[Percentage, Field(gt=0, le=Decimal(30))]
    registration: Annotated[str, Field(min_length=1, max_length=30)]


class TaxCodeContent(Input):
    """What a code is made of; lines that use it bear the sum of its rates."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    parts: Annotated[list[TaxPart], Field(min_length=1, max_length=4)]


class ShownTaxCode(Output):
    """A tax code; `rate` is what lines name (category S)."""

    code: str
    name: str
    rate: Percentage
    parts: list[TaxPart]


def _shown(code: TaxCode) -> ShownTaxCode:
    parts = [TaxPart.model_validate({"kind": k, "rate": r, "registration": n}) for k, r, n in code.parts]
    return ShownTaxCode(code=code.code, name=code.name, rate=code.rate, parts=parts)


@router.get("")
async def list_tax_codes(principal: CurrentPrincipal, env: CurrentEnv) -> list[ShownTaxCode]:
    """Your company's tax codes."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        return [_shown(code) for code in await tax_codes.all_of(tx, principal.tenants)]


@router.put("/{code}", response_model=ShownTaxCode)
async def set_tax_code(
    code: CodeName, content: TaxCodeContent, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """Set a tax code up, or change it for invoices to come."""
    access.may_write(principal)
    kept = TaxCode(code, content.name, tuple((part.kind, part.rate, part.registration) for part in content.parts))
    async with command.transaction() as tx:
        await tax_codes.put(tx, principal.company_id, kept)
        audit.note(tx, actor=principal.actor, action="tax_code.set", subject=code, company_id=principal.company_id)
        return await command.answer(tx, 200, _shown(kept))


@router.delete("/{code}", status_code=204)
async def remove_tax_code(code: CodeName, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Take a tax code away; invoices that were sent keep what they say."""
    access.may_write(principal)
    async with command.transaction() as tx:
        if not await tax_codes.remove(tx, principal.tenants, code):
            raise errors.tax_code_unknown()
        audit.note(tx, actor=principal.actor, action="tax_code.remove", subject=code, company_id=principal.company_id)
        return await command.answer(tx, 204)
