"""Names of Envoy's configuration messages, written once: a typed configuration is a dict with its `@type`."""

from collections.abc import Mapping
from typing import Any, Final

Config = dict[str, Any]
"""A piece of Envoy configuration, as JSON knows it."""

_PREFIX: Final = "type.googleapis.com/"
FILTER: Final = "envoy.extensions.filters.http."


def typed(message: str, fields: Mapping[str, Any] | None = None) -> Config:
    """A `google.protobuf.Any` as Envoy reads it from JSON; `message` is the full protobuf name."""
    return {"@type": _PREFIX + message, **(fields or {})}


def http_filter(name: str, message: str, fields: Mapping[str, Any] | None = None) -> Config:
    """One filter of the HTTP chain; `message` is relative to `envoy.extensions.filters.http`."""
    return {"name": name, "typed_config": typed(FILTER + message, fields)}


ALWAYS: Final[Config] = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
"""A fraction of one: without it Envoy's local rate limit counts and lets everything pass."""
