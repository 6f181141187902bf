"""A service's OpenAPI 3.1 description: every refusal is a Problem, and the document is the same on each run."""

import atexit
import base64
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mesh.problems import MEDIA_TYPE, Problem

_REF = "#/components/schemas/{model}"
HEADERS: Final = {
    "Navette-Company": "The company you act for; needed by whoever acts for several",
    "Idempotency-Key": "Up to 255 characters, new for each command; sent again, the first answer comes back",
}
"""Optional headers that come beside a token (`mesh.auth.Bearer`)."""


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_REF, mode="serialization")
    return {"Problem": schema, **schema.pop("$defs", {})}


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    return value


def _header(name: str) -> dict[str, Any]:
    told = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": name, "description": HEADERS[name]}
    return {"name": name, "in": "header", "required": False, "schema": told, "description": HEADERS[name]}


def _write_out_headers(operation: dict[str, Any]) -> None:
    """What comes beside the token, of which FastAPI knows only the names behind the scheme's."""
    beside = {name for scheme in operation.get("security", ()) for name in next(iter(scheme)).split()[1:]}
    if "security" in operation:
        operation["security"] = [{"bearer": []}]
    headers = [_header(name) for name in HEADERS if name in beside]
    if headers:
        operation["parameters"] = operation.get("parameters", []) + headers


def describe(app: FastAPI) -> dict[str, Any]:
    """What the application's routes say, with Problem as the answer to whatever goes wrong."""
    described = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    components = described.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_problem_schemas())
    schemes = components.get("securitySchemes", {})
    if schemes:
        components["securitySchemes"] = {"bearer": next(iter(schemes.values()))}
    components["responses"] = {
        "Problem": {
            "description": "Refused, or not possible now: a problem (RFC 9457)",
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
    }
    for path in described.get("paths", {}).values():
        for operation in path.values():
            _write_out_headers(operation)
            answers = operation["responses"]
            if "HTTPValidationError" in str(answers.get("422")):
                del answers["422"]
            answers.setdefault("default", {"$ref": "#/components/responses/Problem"})
    return described


def document(app: FastAPI) -> dict[str, Any]:
    """The description with its keys in order, for committing: it changes only when the API does."""
    ordered: dict[str, Any] = _in_order(app.openapi())
    return ordered


def stand_in_settings(service: str) -> None:
    """Give a service that only describes itself the settings it does not have:
    addresses nobody listens at, a new key.
    """
    prefix = service.replace("-", "_").upper()
    with tempfile.NamedTemporaryFile("wb", delete=False) as file:  # made with mode 0600
        file.write(base64.b64encode(os.urandom(32)))
    atexit.register(Path(file.name).unlink, missing_ok=True)
    nowhere = {
        "DATABASE_API": "postgresql://nobody@/nowhere",
        "DATABASE_PIPELINE": "postgresql://nobody@/nowhere",
        "KAFKA_BOOTSTRAP": "localhost:1",
        "S3_ENDPOINT": "http://localhost:1",
        "S3_ACCESS_KEY": "nobody",
        "S3_SECRET_KEY": "nothing",
        "JWKS_URL": "http://localhost:1",
        "ENVIRONMENT": "development",
        "SECRET_KEY_FILE": file.name,
    }
    for variable, value in nowhere.items():
        os.environ.setdefault(f"{prefix}_{variable}", value)
