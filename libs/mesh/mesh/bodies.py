"""What comes in and what goes out over HTTP: strict models for bodies, and text that every store can hold."""

from collections.abc import Iterator
from itertools import islice
from math import isfinite
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from contracts.faults import MAX_POINTER, Finding, Severity, json_pointer
from mesh.errors import Invalid, Malformed

_MAX_FOUND: Final = 20


class Input(BaseModel):
    """A request body. Unknown fields are refused, so a misspelt one is never silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=100_000)


class Output(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _flaw(value: str) -> str:
    if "\x00" in value:
        return "the character U+0000 cannot be stored; remove it"
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "half of a surrogate pair is not a character (RFC 8259, §8.2); send the pair or remove it"
    return ""


def _walk(value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if flaw := _flaw(value):
            yield steps, flaw
    elif isinstance(value, float):
        if not isfinite(value):
            yield steps, "NaN and Infinity are not JSON numbers (RFC 8259, §6)"
    elif isinstance(value, dict):
        for key, item in value.items():
            if flaw := _flaw(key):
                yield steps, flaw
            else:
                yield from _walk(item, (*steps, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*steps, index))


def _findings(document: object) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule="UNSTORABLE_TEXT", severity=Severity.FATAL, pointer=json_pointer(*steps)[:MAX_POINTER], detail=flaw
        )
        for steps, flaw in islice(_walk(document, ()), _MAX_FOUND)
    )


def _carries_json(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _is_utf8(body: bytes) -> bool:
    """Parsers guess UTF-16 and UTF-32; both put zero bytes between ASCII characters, which UTF-8 JSON never holds."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in body


async def storable(request: Request) -> None:
    """Refuse text that PostgreSQL or XML cannot hold, before anybody reads it: U+0000, lone surrogates, NaN.

    A dependency of every route. Raises Invalid (`UNSTORABLE_TEXT`) with a pointer to each place, Malformed for an
    address with such text and for a body that is not JSON.
    """
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise Malformed("UNSTORABLE_TEXT", "The address holds the character U+0000; remove it.")
    if not _carries_json(request):
        return
    body = await request.body()
    if not _is_utf8(body):
        raise Malformed("MALFORMED_JSON", "The body is not JSON in UTF-8 (RFC 8259, §8.1).")
    # Only an escape can bring such a character into valid UTF-8; most bodies have none and are not walked.
    if b"\\u" not in body and b"NaN" not in body and b"Infinity" not in body:
        return
    try:
        found = _findings(await request.json())
    except ValueError:
        raise Malformed("MALFORMED_JSON", "The body is not JSON in UTF-8 (RFC 8259).") from None
    except RecursionError:
        raise Malformed("TOO_DEEP", "The body is nested too deeply.") from None
    if found:
        raise Invalid("UNSTORABLE_TEXT", "Some text cannot be stored; each place is listed.", violations=found)
