"""One operation of an OpenAPI description, and how it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Owner = Literal["buyer", "supplier", "operator", "member"]
"""`member`: an administrator of the buyer who is there for tests alone, so that how they sign in may change."""
Subject = Mapping[str, str]
"""Ids and numbers by the names that the table below uses; a path's `{parameter}` has the same name unless renamed."""
Json = Callable[[Subject], Any]


@dataclass(frozen=True)
class Operation:
    """One operation as a description names it. `schema`: of its JSON body, references resolved where they are used."""

    service: str
    name: str
    method: str
    path: str
    media: tuple[str, ...]
    described: Mapping[str, Any]

    @property
    def key(self) -> str:
        """`po-sync publish_order`."""
        return f"{self.service} {self.name}"


@dataclass(frozen=True)
class Case:
    """How an operation is asked for, so that its owner would get what is asked.

    `foreign`: what another company's administrator gets; `own` is an answer about their own company, without anything
    of the subject's. `reader`: people who only read may do it. `identified`: any token of this service is enough,
    whatever its scopes. `refusal`: the code of the business rule that is all that stands between the owner and what
    they ask. `elsewhere`: codes of rules that others meet with what is theirs.
    """

    owner: Owner
    body: Json | None = None
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    content: Callable[[], tuple[bytes, str]] | None = None
    version: str = ""
    foreign: Literal["refused", "own"] = "refused"
    reader: bool = False
    identified: bool = False
    refusal: str = ""
    elsewhere: frozenset[str] = frozenset()

    @property
    def side(self) -> str:
        """Whose company it is about."""
        return "buyer" if self.owner == "member" else self.owner

    def request(self, operation: Operation, subject: Subject) -> tuple[str, dict[str, Any]]:
        """The path and the options of the request."""
        path = operation.path
        for part in operation.path.split("/"):
            if "{" in part:
                name = part[part.index("{") + 1 : part.index("}")]
                path = path.replace(f"{{{name}}}", subject[self.renamed.get(name, name)])
        options: dict[str, Any] = {"params": {name: value.format_map(subject) for name, value in self.query.items()}}
        headers = {"if-match": f'"v{subject[self.version]}"'} if self.version else {}
        if self.body is not None:
            options["json"] = self.body(subject)
        if self.content is not None:
            options["content"], headers["content-type"] = self.content()
        return path, options | {"headers": headers}
