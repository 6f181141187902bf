"""The demo is there after any number of starts, with secrets that only its owner can read."""

import json
import stat
from pathlib import Path

import pytest

from contracts.ids import new_id
from documents.order import Order
from registration import demo
from registration.testing import BUYER, CLIENT, Running

pytestmark = pytest.mark.connected
EXAMPLES = Path(__file__).parents[3] / "examples"


async def _seed(running: Running, kept: demo.Secrets) -> int:
    content = demo.Demo.model_validate_json((EXAMPLES / "demo.json").read_bytes())
    return await demo.seed(running.env, content, kept)


async def test_seeding_again_makes_nothing_and_says_nothing(running: Running) -> None:
    before = await running.facts()
    passwords = dict(running.secrets.users)
    assert await _seed(running, running.secrets) == 0
    assert await running.facts() == before
    assert running.secrets.users == passwords


async def test_lost_secrets_are_drawn_anew(running: Running) -> None:
    kept = demo.Secrets()
    assert await _seed(running, kept) == 0
    assert kept.users[BUYER] != running.secrets.users[BUYER]
    async with running.signed_in(BUYER, kept.users[BUYER]) as browser:
        assert (await browser.get("/v1/session")).status_code == 200
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "resource": "po-sync"}
    async with running.visitor() as program:
        reply = await program.post("/v1/oauth/token", data=form | {"client_secret": kept.clients[CLIENT]})
    assert reply.status_code == 200
    await _seed(running, running.secrets)


async def test_a_connection_may_name_a_unit_that_another_file_made(running: Running) -> None:
    late = demo.Demo.model_validate_json((EXAMPLES.parent / "tests" / "data" / "late_supplier.json").read_bytes())
    assert not late.units
    assert await demo.seed(running.env, late, demo.Secrets()) > 0
    lost = late.connections[0].model_copy(update={"id": new_id(), "unit_id": new_id()})
    with pytest.raises(ValueError, match=f"no unit {lost.unit_id}"):
        await demo.seed(running.env, late.model_copy(update={"connections": (lost,)}), demo.Secrets())


async def test_every_aggregate_is_told_before_anybody_refers_to_it(running: Running) -> None:
    kinds = [key.partition(":")[0] for kind, key in await running.facts() if kind.endswith(".state.v1")]
    assert kinds.index("company") < kinds.index("unit") < kinds.index("connection")
    assert {"company", "unit", "user", "connection", "grant"} == set(kinds)


def test_secrets_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    kept = demo.Secrets(users={"a": "b"}, clients={"c": "d"})
    kept.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo.Secrets.of(path) == kept


def test_the_demos_companies_are_those_of_the_example_order() -> None:
    content = demo.Demo.model_validate_json((EXAMPLES / "demo.json").read_bytes())
    order = Order.model_validate_json((EXAMPLES / "order-simple" / "order.json").read_bytes())
    by_name = {each.company.legal_name: each.company for each in content.companies}
    for party in (order.buyer, order.seller):
        company = by_name[party.name]
        assert party.vat_identifier in (company.vat_id, None)
        assert party.legal_registration is not None
        assert company.legal_id is not None
        assert company.legal_id.value == party.legal_registration.value
        assert [each.value for each in company.identifiers] == [each.value for each in party.identifiers]
        assert party.electronic_address is not None
        assert company.electronic_address is not None
        assert company.electronic_address.value == party.electronic_address.value


def test_a_file_of_another_shape_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "demo.json"
    file.write_text(json.dumps({"companies": "none"}))
    assert demo.main([str(file), "--secrets", str(tmp_path / "s.json")]) == 2
    assert "companies" in capsys.readouterr().err
    assert not (tmp_path / "s.json").exists()


def test_the_demo_is_for_development_alone(
    variables: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "s.json"
    with pytest.MonkeyPatch.context() as production:
        production.setenv("REGISTRATION_ENVIRONMENT", "production")
        assert demo.main([str(EXAMPLES / "demo.json"), "--secrets", str(kept)]) == 2
    assert "only where REGISTRATION_ENVIRONMENT is development" in capsys.readouterr().err
    assert not kept.exists()
