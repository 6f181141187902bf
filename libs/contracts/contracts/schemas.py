"""Generates the JSON Schema of every fact and the AsyncAPI description of every topic; both are committed and
proved fresh.

    python -m contracts.schemas write|check [--root DIR]

`check` exits with 1 and names what is stale, missing or left over.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from contracts import invoices, orders, registration, rulebooks
from contracts.envelope import SPEC_VERSION
from contracts.facts import Fact, all_facts
from contracts.topics import TOPICS, may_write

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = Path(__file__).parent / "schemas"
_MODULES: Final = (invoices, orders, registration, rulebooks)  # importing them makes their facts known


def schema_of(model: type[Fact]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what a writer of this release writes."""
    return {
        "$schema": DIALECT,
        "$id": model.data_schema(),
        **model.model_json_schema(mode="serialization"),
    }


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: topics as channels, facts as messages, per service what it sends and receives."""
    facts = all_facts()
    topics = [topic for topic in TOPICS if topic.kind in ("state", "events")]
    messages = {
        model.event_type(): {
            "name": model.event_type(),
            "title": (model.__doc__ or "").strip().splitlines()[0],
            "contentType": "application/json",
            "headers": {"$ref": "#/components/schemas/CloudEvent"},
            "payload": {"$ref": f"./schemas/{model.type_name}.{model.version}.json"},
        }
        for model in facts
    }
    channels = {
        topic.name: {
            "address": topic.name,
            "description": f"{topic.kind}, kept {'by compaction' if topic.kind == 'state' else 'for good'}",
            "messages": {
                model.event_type(): {"$ref": f"#/components/messages/{model.event_type()}"}
                for model in facts
                if model.topic == topic.name
            },
        }
        for topic in topics
    }
    operations: dict[str, Any] = {}
    for topic in topics:
        channel = {"$ref": f"#/channels/{topic.name}"}
        for service in sorted(topic.writers):
            sent = [m for m in facts if m.topic == topic.name and may_write(service, m.type_name)]
            operations[f"{service}/send/{topic.name}"] = {
                "action": "send",
                "channel": channel,
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/{m.event_type()}"} for m in sent],
            }
        for service in sorted(topic.readers):
            operations[f"{service}/receive/{topic.name}"] = {"action": "receive", "channel": channel}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Navette facts", "version": "0.1.0", "license": {"name": "Apache-2.0"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"CloudEvent": _cloud_event()}},
    }


def _cloud_event() -> dict[str, Any]:
    names = "id type source subject time dataschema partitionkey sequence tenant correlationid"
    return {
        "type": "object",
        "description": "CloudEvents 1.0, Kafka binding, binary mode",
        "required": ["ce_specversion", *(f"ce_{name}" for name in names.split())],
        "properties": {"ce_specversion": {"const": SPEC_VERSION}, "ce_causationid": {"type": "string"}},
    }


def generated() -> dict[Path, str]:
    """Every generated file with its content."""
    files: dict[Path, Any] = {
        FOLDER / f"{model.type_name}.{model.version}.json": schema_of(model) for model in all_facts()
    }
    files[FOLDER.parent / "asyncapi.json"] = asyncapi()
    return {path: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for path, content in files.items()}


def stale() -> list[str]:
    """What `write` would change. Schemas of released minors stay: readers of their facts are checked against them."""
    return [
        path.name
        for path, content in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]


def main() -> int:
    """The command; returns the exit status."""
    if sys.argv[1:2] == ["write"]:
        FOLDER.mkdir(exist_ok=True)
        for path, content in generated().items():
            path.write_text(content, encoding="utf-8")
        return 0
    found = stale()
    if found:
        sys.stderr.write("stale, run `make generate`: " + ", ".join(found) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
