"""An entry of the log: what it says in the leaf, byte for byte.

A leaf names tenants by hash: whoever holds one proof learns nothing of others.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

Kind = Literal["deposit", "status", "elimination"]


@dataclass(frozen=True)
class Entry:
    """One numbered entry. `digests` maps what was deposited to its SHA-256; `content` holds codes of a status entry,
    or what a certificate of elimination certifies.
    """

    id: UUID
    kind: Kind
    supplier_id: UUID
    buyer_id: UUID
    invoice_id: UUID
    sequence: int
    digests: dict[str, str]
    content: dict[str, str]
    entered_at: datetime

    def leaf(self) -> bytes:
        """The leaf's content: JSON with sorted keys and no spaces, UTF-8."""
        return json.dumps(
            {
                "entry": str(self.id),
                "kind": self.kind,
                "supplier": tenant_hash(self.supplier_id),
                "buyer": tenant_hash(self.buyer_id),
                "invoice": tenant_hash(self.invoice_id),
                "sequence": self.sequence,
                "sha256": self.digests,
                "content": self.content,
                "entered_at": self.entered_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            },
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()


def tenant_hash(identifier: UUID) -> str:
    """How a leaf names a company or an invoice; a random id of 74 bits cannot be guessed back."""
    return hashlib.sha256(b"navette:" + identifier.bytes).hexdigest()
