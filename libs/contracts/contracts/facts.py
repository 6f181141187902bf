"""The base of every fact, and the registry that finds a model by its type.

A fact is frozen and in the past tense. Readers ignore fields they do not know, so that a newer writer never stops an
older
reader; a field is only ever added, with a default. Facts carry codes and parameters: text is rendered when it is read.
"""

from functools import cache
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

F = TypeVar("F", bound="type[Fact]")
_REGISTRY: "dict[str, type[Fact]]" = {}


class Fact(BaseModel):
    """What happened. `type_name` and `version` make the CloudEvents `type` and `dataschema`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type_name: ClassVar[str]
    version: ClassVar[str] = "1.0"
    topic: ClassVar[str]

    @classmethod
    @cache
    def event_type(cls) -> str:
        """CloudEvents `type`, for example `navette.invoice.validated.v1`."""
        return f"navette.{cls.type_name}.v{cls.version.partition('.')[0]}"

    @classmethod
    @cache
    def data_schema(cls) -> str:
        """CloudEvents `dataschema`, for example `urn:navette:schema:invoice.validated:1.0`."""
        return f"urn:navette:schema:{cls.type_name}:{cls.version}"


def fact(cls: F) -> F:
    """Class decorator: makes a fact known by its event type.

    Raises ValueError when two classes claim one type.
    """
    known = _REGISTRY.setdefault(cls.event_type(), cls)
    if known is not cls:
        raise ValueError(f"{cls.event_type()} is claimed by {known.__name__} and {cls.__name__}")
    return cls


def fact_class(event_type: str) -> type[Fact] | None:
    """The model of a CloudEvents type, None when this release does not know it."""
    return _REGISTRY.get(event_type)


def all_facts() -> list[type[Fact]]:
    """Every fact of this release, by type."""
    return [_REGISTRY[name] for name in sorted(_REGISTRY)]
