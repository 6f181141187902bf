"""The key that signs the log's heads (ES256).

It is made once and kept encrypted; rotation adds one, old heads keep theirs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from archive.domain.audit import UNREADABLE
from mesh.db import Database
from mesh.vault import Vault

_PURPOSE = "archive.log_key"


class LogKey:
    """Signs heads; `public` are the public keys that ever signed, for whoever verifies."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._keys: list[ECKey] = []
        self._lock = asyncio.Lock()

    async def _load(self) -> list[ECKey]:
        async with self._lock:
            if not self._keys:
                async with self._database.transaction() as tx:
                    await tx.execute("select pg_advisory_xact_lock(hashtextextended('archive/log_key', 0))")
                    rows = await tx.rows("select kid, sealed, public from log_key order by created_at, kid")
                    self._keys = [self._opened(row) for row in rows]
                    if not any(key.is_private for key in self._keys):
                        key = ECKey.generate_key("P-256", private=True, auto_kid=True)
                        secret = orjson.dumps(key.as_dict(private=True))
                        await tx.execute(
                            "insert into log_key (kid, sealed) values (:kid, :sealed)",
                            kid=key.kid,
                            sealed=self._vault.encrypt(_PURPOSE, secret).encode(),
                        )
                        self._keys.append(key)
        return self._keys

    def _opened(self, row: Any) -> ECKey:
        if row["sealed"] is None:
            return ECKey.import_key(row["public"])
        return ECKey.import_key(orjson.loads(self._vault.decrypt(_PURPOSE, bytes(row["sealed"]).decode())))

    async def public(self) -> list[dict[str, Any]]:
        """The public keys as JWK (RFC 7517), oldest first."""
        return [dict(key.as_dict(private=False)) for key in await self._load()]

    async def unsigned(self, heads: Sequence[Mapping[str, Any]]) -> list[int]:
        """The sizes of those stored heads that none of the log's keys signed, for their size and their root."""
        keys = KeySet([*await self._load()])
        return await asyncio.to_thread(lambda: [head["size"] for head in heads if not self._signed(keys, head)])

    def _signed(self, keys: KeySet, head: Mapping[str, Any]) -> bool:
        try:
            content = orjson.loads(jws.deserialize_compact(head["jws"], keys, algorithms=["ES256"]).payload)
            return (content["size"], content["root"]) == (head["size"], bytes(head["root"]).hex())
        except (JoseError, *UNREADABLE):
            return False

    async def sign(self, size: int, root: bytes, at: datetime) -> str:
        """A signed head: compact JWS (RFC 7515) over `{size, root, signed_at}`."""
        key = next(key for key in reversed(await self._load()) if key.is_private)
        content = {"size": size, "root": root.hex(), "signed_at": at.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        header = {"alg": "ES256", "kid": key.kid, "typ": "navette-log-head"}
        return jws.serialize_compact(header, orjson.dumps(content, option=orjson.OPT_SORT_KEYS), key)
