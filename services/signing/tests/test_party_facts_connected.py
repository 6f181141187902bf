"""What registration says of a supplier reaches its page, and the code on the page leads back to the invoice."""

import base64
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

import signing
from contracts.ids import new_id
from contracts.invoices import InvoiceSealed
from contracts.registration import Address, CompanyState, Role, UnitState
from documents.cii.invoice import write_invoice
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects
from mesh.testing_tokens import TokenIssuer
from signing.api import ROUTERS
from signing.domain.parties import Look
from signing.domain.short_code import grouped, short_code
from signing.env import Env
from signing.party_cache import DirectoryParties
from signing.store import seals

__all__ = ["infra"]
pytestmark = pytest.mark.connected
MIGRATIONS = Path(signing.__file__).parent / "migrations"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Place:
    api: Database
    pipeline: Database
    objects: MinioObjects


@pytest.fixture
async def place(infra: Infra) -> AsyncGenerator[Place]:
    async with fresh_database(infra, "signing", MIGRATIONS) as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service="signing", role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service="signing", role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys("signing"))
        try:
            yield Place(api, pipeline, objects)
        finally:
            await objects.close()
            await api.close()
            await pipeline.close()


async def keep(place: Place, table: str, identifier: Any, state: Any, **more: Any) -> None:
    columns = ["id", "revision", "state", *more]
    async with place.pipeline.transaction() as tx:
        await tx.execute(
            f"insert into {table} ({', '.join(columns)}) "  # noqa: S608 - names of this test
            f"values ({', '.join(':' + c if c != 'state' else 'cast(:state as jsonb)' for c in columns)})",
            id=identifier,
            revision=state.revision,
            state=state.model_dump_json(),
            **more,
        )


def company(**changes: Any) -> CompanyState:
    content: dict[str, Any] = {
        "company_id": new_id(),
        "revision": 1,
        "active": True,
        "legal_name": "Ateliers",
        "country": "FR",
        "address": Address(country="FR"),
        "time_zone": "Europe/Paris",
        "language": "fr",
        "supplier": True,
        "buyer": False,
    }
    return CompanyState.model_validate(content | changes)


async def test_a_supplier_has_the_look_that_registration_told_of(place: Place) -> None:
    key = f"logos/{new_id()}"
    ref = await place.objects.put("documents", key, PIXEL, "image/png")
    full, plain = company(logo=ref, accent="#7a2a5e"), company()
    gone = company(logo=ref.model_copy(update={"key": f"logos/{new_id()}"}), accent="#7a2a5e")
    for each in (full, plain, gone):
        await keep(place, "dir_company", each.company_id, each)
    parties = DirectoryParties(place.pipeline, place.objects)
    assert await parties.look(full.company_id) == Look(PIXEL, "#7a2a5e")
    assert await parties.look(plain.company_id) == Look()
    assert await parties.look(gone.company_id) == Look(accent="#7a2a5e")
    assert await parties.look(new_id()) == Look()


async def test_only_a_unit_that_said_so_consents(place: Place) -> None:
    parties, buyer = DirectoryParties(place.pipeline, place.objects), new_id()
    for agrees in (True, False):
        unit = UnitState(unit_id=new_id(), company_id=buyer, revision=1, name="U", verification_consent=agrees)
        await keep(place, "dir_unit", unit.unit_id, unit, company_id=buyer)
        assert await parties.agrees_to_verification(unit.unit_id) is agrees
    assert await parties.agrees_to_verification(new_id()) is False


async def test_a_code_is_found_by_both_sides_and_nobody_else(
    place: Place, make_env: Any, make_fact: Any, invoice: Any
) -> None:
    env: Env = await make_env()
    fact = await make_fact(env, write_invoice(invoice))
    sealed = InvoiceSealed(
        **fact.of_submission(),
        original=fact.document,
        level="B-LTA",
        certificate_sha256="0" * 64,
        legal=True,
        sealed_at=fact.validated_at,
    )
    async with place.pipeline.transaction() as tx:
        await seals.keep(tx, [sealed])
    tokens = TokenIssuer()
    authenticator = tokens.authenticator("signing")
    app = create_app(
        title="signing",
        service="signing",
        routers=ROUTERS,
        authenticator=authenticator,
        state={"env": replace(env, api=place.api, pipeline=place.pipeline)},
    )
    code = grouped(short_code(fact.document_sha256)).lower()
    found: list[int] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://signing") as client:
        for who in (fact.supplier_id, fact.buyer_id, new_id()):
            headers = tokens.headers("signing", who, Role.VIEWER, subject=new_id())
            answer = await client.get(f"/v1/originals/{code}", headers=headers)
            found.append(answer.status_code)
            if answer.status_code == 200:
                assert answer.json()["invoice_id"] == str(fact.invoice_id)
        wrong = await client.get("/v1/originals/nothing", headers=headers)
    await authenticator.keys.close()
    assert found == [200, 200, 404]
    assert wrong.json()["code"] == "ORIGINAL_UNKNOWN"
