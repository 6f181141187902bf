"""Companies, units, people and grants as those see them who run them, and as strangers do not."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registration import Role
from registration import states
from registration.store import people
from registration.testing import (
    BUYER,
    BUYER_COMPANY,
    BUYER_USER,
    OPERATOR,
    SUPPLIER,
    SUPPLIER_COMPANY,
    UNIT,
    Running,
)

pytestmark = pytest.mark.connected
BUYERS = f"/v1/companies/{BUYER_COMPANY}"


async def _last_fact(running: Running) -> dict[str, Any]:
    async with running.env.pipeline.transaction() as tx:
        content: str = await tx.value("select convert_from(payload, 'utf8') from outbox order by seq desc limit 1")
    return json.loads(content)


async def _colleague(running: Running, *roles: Role) -> UUID:
    """Somebody else who acts for the buyer, without a password."""
    person_id = uuid4()
    async with running.env.pipeline.transaction() as tx:
        await people.insert(tx, person_id, email=f"{person_id}@demo.example", name="Collègue", language="fr")
        await people.set_roles(tx, person_id, BUYER_COMPANY, roles)
        await states.user(tx, person_id, revoked=False)
    return person_id


async def test_an_administrator_changes_the_company_and_everybody_is_told(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        read = await admin.get(BUYERS)
        assert read.json()["vat_id"] == "FR65908172638"
        changed = await admin.patch(
            BUYERS, json={"time_zone": "Europe/Brussels"}, headers={"if-match": read.headers["etag"]}
        )
        assert changed.status_code == 200, changed.text
        assert changed.json() == read.json() | {"time_zone": "Europe/Brussels"}
        stale = await admin.patch(BUYERS, json={"language": "en"}, headers={"if-match": read.headers["etag"]})
        assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION")
        blind = await admin.patch(BUYERS, json={"language": "en"})
        assert blind.status_code == 428
    fact = await _last_fact(running)
    assert (fact["time_zone"], f'"v{fact["revision"]}"') == ("Europe/Brussels", changed.headers["etag"])


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"vat_id": "FR88802345678", "legal_id": None, "identifiers": []}, 409, "ACCOUNT_EXISTS"),
        ({"vat_id": "FR88802345678"}, 422, "INVALID_BODY"),
        ({"buyer": False}, 422, "NO_SIDE"),
        ({"vat_id": None, "legal_id": None, "identifiers": []}, 422, "IDENTIFIER_NEEDED"),
        ({"legal_name": ""}, 422, "INVALID_BODY"),
        ({"active": False}, 422, "INVALID_BODY"),
    ],
)
async def test_a_change_that_may_not_be_is_refused_whole(
    running: Running, change: dict[str, Any], status: int, code: str
) -> None:
    async with running.acting(BUYER) as admin:
        read = await admin.get(BUYERS)
        refused = await admin.patch(BUYERS, json=change, headers={"if-match": read.headers["etag"]})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert (await admin.get(BUYERS)).headers["etag"] == read.headers["etag"]


async def test_a_stranger_learns_nothing_of_another_company(running: Running) -> None:
    unknown = f"/v1/companies/{uuid4()}"
    async with running.acting(SUPPLIER) as stranger:
        for path in (BUYERS, unknown):
            for reply in (
                await stranger.get(path),
                await stranger.patch(path, json={"language": "en"}, headers={"if-match": '"v1"'}),
                await stranger.get(f"{path}/grant"),
            ):
                assert (reply.status_code, reply.json()["code"]) == (404, "COMPANY_UNKNOWN")
        headers = {"navette-company": str(BUYER_COMPANY)}
        assert (await stranger.get(BUYERS, headers=headers)).json()["code"] == "NOT_YOUR_COMPANY"
        change = await stranger.patch(f"/v1/units/{UNIT}", json={"name": "Mine"}, headers={"if-match": '"v1"'})
        assert (change.status_code, change.json()["code"]) == (404, "UNIT_UNKNOWN")
        assert (await stranger.get("/v1/units")).json() == []
        listed = (await stranger.get("/v1/users")).json()
        assert [each["email"] for each in listed] == [SUPPLIER]
        for reply in (
            await stranger.patch(f"/v1/users/{BUYER_USER}", json={"roles": ["viewer"]}),
            await stranger.delete(f"/v1/users/{BUYER_USER}"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (404, "USER_UNKNOWN")


async def test_the_database_itself_hides_other_companies_from_the_api_role(running: Running) -> None:
    async with running.env.api.transaction([SUPPLIER_COMPANY]) as tx:
        companies = [row["id"] for row in await tx.rows("select id from company")]
        emails = [row["email"] for row in await tx.rows("select email from person")]
        units = await tx.rows("select id from unit")
    assert (companies, emails, units) == ([SUPPLIER_COMPANY], [SUPPLIER], [])
    async with running.env.api.transaction([]) as tx:
        assert await tx.rows("select id from company") == []
        assert await tx.rows("select id from person") == []


async def test_a_buyer_makes_units_with_settings_of_their_own(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        content = {"name": "Maintenance", "settings": {"receipt_required": True, "order_window_years": 3}}
        made = await admin.post("/v1/units", json=content)
        assert made.status_code == 201, made.text
        assert made.json()["settings"]["receipt_required"] is True
        twice = await admin.post("/v1/units", json={"name": "maintenance"})
        assert (twice.status_code, twice.json()["code"]) == (409, "UNIT_NAME_TAKEN")
        path, match = f"/v1/units/{made.json()['id']}", {"if-match": made.headers["etag"]}
        wrong = await admin.patch(path, json={"settings": {"order_window_years": 99}}, headers=match)
        assert wrong.json()["violations"][0]["pointer"] == "/settings/order_window_years"
        taken = await admin.patch(path, json={"name": "ACHATS"}, headers=match)
        assert taken.json()["code"] == "UNIT_NAME_TAKEN"
        changed = await admin.patch(path, json={"settings": {"archive": False}, "active": False}, headers=match)
        assert changed.status_code == 200, changed.text
        assert changed.json()["settings"] == made.json()["settings"] | {"archive": False}
        names = [each["name"] for each in (await admin.get("/v1/units")).json()]
        assert names == ["Achats", "Maintenance"]
    fact = await _last_fact(running)
    assert (fact["name"], fact["active"], fact["receipt_required"]) == ("Maintenance", False, True)


async def test_a_unit_that_was_named_under_milder_rules_is_shown_until_somebody_changes_it(running: Running) -> None:
    mild = [{"scheme": "0088", "value": "96385074"}]
    async with running.acting(BUYER) as admin:
        made = await admin.post("/v1/units", json={"name": "Ancienne"})
        async with running.env.pipeline.transaction() as tx:
            await tx.execute(
                "update unit set settings = jsonb_set(settings, '{identifiers}', cast(:mild as jsonb)) where id = :id",
                mild=json.dumps(mild),
                id=made.json()["id"],
            )
        listed = await admin.get("/v1/units")
        assert listed.status_code == 200, listed.text
        assert mild in [each["settings"]["identifiers"] for each in listed.json()]
        path, match = f"/v1/units/{made.json()['id']}", {"if-match": made.headers["etag"]}
        refused = await admin.patch(path, json={"settings": {"identifiers": mild}}, headers=match)
        assert refused.status_code == 422, refused.text


async def test_a_supplier_has_no_units(running: Running) -> None:
    async with running.acting(SUPPLIER) as admin:
        reply = await admin.post("/v1/units", json={"name": "Atelier"})
    assert (reply.status_code, reply.json()["code"]) == (403, "NOT_A_BUYER")


async def test_the_last_administrator_stays(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        other = next(
            each["id"] for each in (await admin.get("/v1/users")).json() if each["email"].startswith("second@")
        )
        assert (await admin.patch(f"/v1/users/{other}", json={"roles": ["approver"]})).status_code == 200
        for reply in (
            await admin.patch(f"/v1/users/{BUYER_USER}", json={"roles": ["viewer"]}),
            await admin.delete(f"/v1/users/{BUYER_USER}"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (409, "LAST_ADMINISTRATOR")


async def test_roles_that_are_taken_away_end_older_tokens(running: Running) -> None:
    colleague = await _colleague(running, Role.ADMINISTRATOR, Role.VIEWER)
    async with running.acting(BUYER) as admin:
        more = await admin.patch(f"/v1/users/{colleague}", json={"roles": ["administrator", "viewer", "approver"]})
        assert more.status_code == 200, more.text
        added = await _last_fact(running)
        assert (await admin.patch(f"/v1/users/{colleague}", json={"roles": ["viewer"]})).status_code == 200
        taken = await _last_fact(running)
        assert (await admin.delete(f"/v1/users/{colleague}")).status_code == 204
        gone = await _last_fact(running)
    assert added["valid_from"] < taken["valid_from"] < gone["valid_from"]
    assert [len(fact["memberships"]) for fact in (added, taken, gone)] == [1, 1, 0]
    assert added["revision"] < taken["revision"] < gone["revision"]


async def test_only_operators_make_operators(running: Running) -> None:
    colleague = await _colleague(running, Role.VIEWER)
    async with running.acting(BUYER) as admin:
        for reply in (
            await admin.patch(f"/v1/users/{colleague}", json={"roles": ["operator"]}),
            await admin.patch(f"/v1/users/{BUYER_USER}", json={"roles": ["administrator", "operator"]}),
            await admin.post("/v1/users", json={"email": "x@example.org", "name": "X", "roles": ["operator"]}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (403, "OPERATOR_ROLE")


async def test_a_name_is_its_owners_to_change(running: Running) -> None:
    colleague = await _colleague(running, Role.VIEWER)
    async with running.acting(BUYER) as admin:
        refused = await admin.patch(f"/v1/users/{colleague}", json={"name": "Somebody else"})
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOUR_DATA")
        own = await admin.patch(f"/v1/users/{BUYER_USER}", json={"language": "en"})
        assert (own.status_code, own.json()["language"]) == (200, "en")


async def test_operators_grant_and_others_read_what_is_theirs(running: Running) -> None:
    path = f"/v1/companies/{SUPPLIER_COMPANY}/grant"
    async with running.acting(SUPPLIER) as supplier, running.acting(OPERATOR) as operator:
        assert (await supplier.put(path, json={"transactions": 5})).json()["code"] == "OPERATOR_REQUIRED"
        before = len(await running.facts())
        for _ in range(2):
            assert (await operator.put(path, json={"transactions": 40})).status_code == 200
        assert [key for _, key in (await running.facts())[before:]] == [
            f"grant:{SUPPLIER_COMPANY}",
            str(SUPPLIER_COMPANY),
        ]
        assert (await supplier.get(path)).json() == {"transactions": 40, "archive_ends_at": None}
        assert (await operator.put(f"/v1/companies/{uuid4()}/grant", json={"transactions": 1})).status_code == 404


async def test_a_command_sent_twice_takes_effect_once(running: Running) -> None:
    async with running.acting(BUYER) as admin:
        headers = {"idempotency-key": "one-unit"}
        first = await admin.post("/v1/units", json={"name": "Une fois"}, headers=headers)
        again = await admin.post("/v1/units", json={"name": "Une fois"}, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"


async def test_operators_rotate_and_others_do_not(running: Running) -> None:
    path = "/v1/ops/registration/signing-keys"
    async with running.acting(BUYER) as stranger, running.acting(OPERATOR) as operator:
        assert (await stranger.post(path)).json()["code"] == "OPERATOR_REQUIRED"
        before = (await operator.get(path)).json()
        after = (await operator.post(path)).json()
        assert [each["kid"] for each in after][:-1] == [each["kid"] for each in before]
        shown = (await operator.get("/.well-known/jwks.json")).json()["keys"]
        assert {key["kid"] for key in shown} == {each["kid"] for each in after}
