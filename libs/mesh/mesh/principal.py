"""Who acts, and for which company: what a verified token says, and the rights that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.registration import Right
from mesh.errors import Forbidden

Kind = Literal["user", "client"]


@dataclass(frozen=True)
class Identity:
    """A person or a machine client, before it is said which company it acts for."""

    subject: UUID | str
    """A user's id, or a client's identifier."""
    kind: Kind
    companies: Mapping[UUID, frozenset[Right]]
    """What a person may do for each; a client has no rights, its scopes decide."""
    scopes: frozenset[str]
    """What a client may do; a person has none."""
    issued_at: datetime
    expires_at: datetime
    """A stream ends here: the browser connects again and is checked again."""
    session_version: int = 0
    merged: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict[UUID, tuple[UUID, ...]])
    """Accounts that became part of a company: it reads their documents too."""

    @property
    def actor(self) -> str:
        """The name in audit rows: `user:018f…` or `client:erp-7`."""
        return f"{self.kind}:{self.subject}"

    def require_operator(self) -> None:
        """Raises Forbidden (`OPERATOR_REQUIRED`) unless it operates the network for any company."""
        if not any(Right.NETWORK_OPERATE in rights for rights in self.companies.values()):
            raise Forbidden("OPERATOR_REQUIRED", "Only people who operate this installation may do this.")


@dataclass(frozen=True, kw_only=True)
class Principal(Identity):
    """An identity acting for one of its companies."""

    company_id: UUID
    rights: frozenset[Right]

    @property
    def tenants(self) -> tuple[UUID, ...]:
        """The companies whose rows the request sees."""
        return (self.company_id, *self.merged.get(self.company_id, ()))

    def require(self, right: Right) -> None:
        """Raises Forbidden (`RIGHT_REQUIRED`) when a person has not this right in the company.

        A client passes: what it may do is said by its scopes, so such a route calls `require_scope` as well.
        """
        if self.kind == "user" and right not in self.rights:
            raise Forbidden("RIGHT_REQUIRED", f"This needs the right {right}; ask your company's administrator.")

    def require_scope(self, scope: str) -> None:
        """Raises Forbidden (`SCOPE_REQUIRED`) for a client without this scope, as `orders:write`; a person passes."""
        if self.kind == "client" and scope not in self.scopes:
            raise Forbidden("SCOPE_REQUIRED", f"This client needs the scope {scope}; add it where the client was made.")

    def require_person(self) -> None:
        """Raises Forbidden (`PERSON_REQUIRED`) for a machine client."""
        if self.kind == "client":
            raise Forbidden("PERSON_REQUIRED", "A machine client may not do this; sign in as a person.")
