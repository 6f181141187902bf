"""One operation of an OpenAPI description, and how it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Owner = Literal["buyer", "supplier", "operator"]
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
    """How an operation is asked for.

    `owner`: whose it is, and who may. `foreign`: what another company's administrator gets; `own` is an answer about
    their own company, without anything of the subject's; `public` is what every company may do, so it is not asked.
    `reader`: people who only read may do it. `identified`: any token of this service is enough, whatever its scopes.
    `void`: why the owner is not asked.
    """

    owner: Owner
    body: Json | None = None
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    content: Callable[[], tuple[bytes, str]] | None = None
    version: str = ""
    foreign: Literal["refused", "own", "public"] = "refused"
    foreign_status: frozenset[int] = frozenset({401, 403, 404})
    reader: bool = False
    identified: bool = False
    void: str = ""

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
