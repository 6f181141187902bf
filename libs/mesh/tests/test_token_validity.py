"""The oldest token a service accepts, as its own projection of registration's state says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.ids import new_id
from contracts.registration import Address, CompanyState, UserState
from mesh.principal import Identity
from mesh.token_validity import DirectoryValidFrom

pytestmark = pytest.mark.connected
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def _store(schema: Any, table: str, key: object, state: str) -> None:
    async with schema.pipeline.transaction() as tx:
        await tx.execute(
            f"insert into {table} (id, revision, state) values (:id, 1, cast(:state as jsonb))",  # noqa: S608 - names of this test
            id=key,
            state=state,
        )


async def test_the_moment_is_that_of_the_person_or_of_the_clients_company(service_schema: Any) -> None:
    anna, acme, unknown = new_id(), new_id(), new_id()
    user = UserState(
        user_id=anna,
        revision=1,
        email=None,
        name=None,
        language="fr",
        memberships=(),
        valid_from=NOW - HOUR,
    )
    company = CompanyState(
        company_id=acme,
        revision=1,
        active=True,
        legal_name="Acme",
        country="FR",
        address=Address(country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=True,
        buyer=False,
        clients={"erp-7": NOW - 2 * HOUR},
    )
    await _store(service_schema, "dir_user", anna, user.model_dump_json())
    await _store(service_schema, "dir_company", acme, company.model_dump_json())
    valid_from = DirectoryValidFrom(service_schema.api)

    def identity(subject: Any, kind: Any) -> Identity:
        return Identity(subject, kind, {acme: frozenset()}, frozenset(), NOW, NOW)

    assert await valid_from(identity(anna, "user")) == NOW - HOUR
    assert await valid_from(identity("erp-7", "client")) == NOW - 2 * HOUR
    assert await valid_from(identity(unknown, "user")) is None
    assert await valid_from(identity("erp-8", "client")) is None
