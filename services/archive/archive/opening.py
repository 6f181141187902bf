"""Opens deposits: the object that a row refers to, if it is the one that the log's entry names."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from archive.domain.deposit import unpack
from archive.env import Env
from contracts.refs import DocumentRef
from mesh.objects import Tampered


def ref_of(row: RowMapping | Mapping[str, Any]) -> DocumentRef:
    """Where a deposit's object lies. Raises Tampered when the row refers to another than its digests name."""
    ref = DocumentRef.model_validate(row["object"])
    if ref.sha256 != row["digests"]["deposit"]:
        raise Tampered(ref, f"the entry names sha256 {row['digests']['deposit']}")
    return ref


async def parts_of(env: Env, row: RowMapping) -> dict[str, bytes]:
    """What a deposit holds, by the names in its leaf. Raises ObjectMissing, and Tampered."""
    return await asyncio.to_thread(unpack, await env.objects.read(ref_of(row)))
