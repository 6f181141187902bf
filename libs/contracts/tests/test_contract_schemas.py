"""Facts only grow: what an older release wrote is read today, and what is written today fits the released schema."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from contracts import schemas
from contracts.facts import all_facts, fact_class
from contracts.topics import FAILING, SERVICES, TOPICS, WRITERS, may_write

RELEASED = sorted(schemas.FOLDER.glob("*.json"))


def required_removed_or_retyped(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a reader of `old` facts would miss in `new` ones, and what `new` demands that old facts lack."""
    found: list[str] = []
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, kind in before.items():
        if name not in after:
            found.append(f"{name} was removed")
        elif kind.get("type") != after[name].get("type") or kind.get("$ref") != after[name].get("$ref"):
            found.append(f"{name} has another type")
        elif set(kind.get("enum", ())) - set(after[name].get("enum", kind.get("enum", ()))):
            found.append(f"{name} lost a value")
    old_required = set(old.get("required", ()))
    # Required in serialization mode says what is always written; a new field is fine only when it has a default.
    found += [
        f"{name} is new and has no default"
        for name in set(new.get("required", ())) - old_required
        if name in after and "default" not in after[name] and name not in before
    ]
    for name, definition in old.get("$defs", {}).items():
        if name in new.get("$defs", {}):
            found += [f"{name}.{what}" for what in required_removed_or_retyped(definition, new["$defs"][name])]
    return found


def test_every_generated_description_is_fresh() -> None:
    assert schemas.stale() == []


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_no_fact_breaks_a_reader_of_a_released_minor(path: Path) -> None:
    old = json.loads(path.read_text(encoding="utf-8"))
    type_name, version = old["$id"].rpartition("schema:")[2].split(":")
    model = fact_class(f"navette.{type_name}.v{version.partition('.')[0]}")
    assert model is not None, "a released fact has no model any more"
    assert required_removed_or_retyped(old, schemas.schema_of(model)) == []


def test_the_compatibility_check_sees_a_break() -> None:
    old = schemas.schema_of(all_facts()[0])
    broken = copy.deepcopy(old)
    removed = min(broken["properties"])
    del broken["properties"][removed]
    assert required_removed_or_retyped(old, broken) == [f"{removed} was removed"]


def test_every_fact_has_one_topic_that_exists_and_a_writer_that_may_write_there() -> None:
    topics = {topic.name: topic for topic in TOPICS}
    for model in all_facts():
        writers = {service for service in SERVICES if may_write(service, model.type_name)}
        assert writers, f"nobody may write {model.type_name}"
        assert writers <= topics[model.topic].writers, model.type_name


def test_the_table_of_writers_names_only_facts_that_exist() -> None:
    assert set(WRITERS) == {model.type_name for model in all_facts()} - {"invoice.failed"}
    assert set(SERVICES) >= FAILING


def test_no_fact_can_carry_free_text_about_people_into_topics_that_are_kept_for_good() -> None:
    kept = {"navette.orders.events.v1", "navette.invoices.events.v1"}
    for model in all_facts():
        if model.topic in kept:
            names = set(model.model_fields)
            assert not names & {"email", "name", "phone", "comment", "note", "first_name", "last_name"}, model.type_name
