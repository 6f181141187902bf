"""What the public registers say of a number, for whoever fills in a form."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request

from mesh.bodies import Output
from mesh.errors import Invalid, TooMany
from mesh.problems import responses
from registration import errors
from registration.api.access import CurrentEnv, client_address
from registration.domain import identifiers, throttling
from registration.domain.identifiers import SIREN, SIRET, VAT, Key
from registration.domain.register import State
from registration.store import attempts

router = APIRouter(prefix="/v1/registrations/registers", tags=["registration"])
_SCHEMES = {"siren": SIREN, "siret": SIRET, "vat": VAT}


class RegisterEntry(Output):
    """What fills the form. With `unchecked` (no register is asked here) and `unreachable` people type on by hand."""

    state: State
    source: str
    legal_name: str
    line_one: str
    postal_code: str
    city: str


@router.get("/{scheme}/{value}", responses=responses(Invalid, TooMany))
async def look_up_company(
    scheme: Literal["siren", "siret", "vat"],
    value: Annotated[str, Path(max_length=40, description="Spaces are left out")],
    request: Request,
    env: CurrentEnv,
) -> RegisterEntry:
    """Look a number up; it says nothing about accounts. Answers within seconds, also when the register does not."""
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.look_up_buckets(client_address(request)))
    if wait:
        raise errors.too_many_tries(wait)
    number = identifiers.plain(value)
    try:
        if scheme == "vat":
            number = identifiers.vat_number(number, _country(number))
        else:
            number = identifiers.identifier(_SCHEMES[scheme], number).value
    except ValueError as error:
        raise errors.number_wrong(str(error)) from None
    found = await env.registers.look(Key(_SCHEMES[scheme], number))
    return RegisterEntry(
        state=found.state,
        source=found.register,
        legal_name=found.legal_name,
        line_one=found.line_one,
        postal_code=found.postal_code,
        city=found.city,
    )


def _country(number: str) -> str:
    return {"EL": "GR"}.get(number[:2], number[:2])
