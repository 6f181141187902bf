"""Reads the evidence again: items against what they cover, tokens against their digests, trees against their stamps."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain.audit import Problem
from archive.domain.evidence.hash_tree import Group, HashTree
from archive.domain.evidence.token import Token, TokenRefused
from archive.env import Env
from archive.store import evidence, evidence_checks
from archive.timestamping import sha256

_PAGE: Final = 50


async def wrong(env: Env) -> AsyncGenerator[list[Problem]]:
    """What is wrong with the evidence, batch by batch, then token by token."""
    after: UUID | None = None
    while True:
        async with env.pipeline.transaction() as tx:
            batches = await evidence_checks.batches(tx, after, _PAGE)
        if not batches:
            break
        for batch in batches:
            yield await _of_batch(env, batch["id"], batch["token_id"])
        after = batches[-1]["id"]
    after = None
    while True:
        async with env.pipeline.transaction() as tx:
            tokens = await evidence_checks.tokens(tx, after, _PAGE)
        if not tokens:
            return
        for token in tokens:
            yield await _of_token(env, token)
        after = tokens[-1]["id"]


async def _of_batch(env: Env, batch_id: UUID, token_id: UUID | None) -> list[Problem]:
    """Items that do not have the digest of what they cover, and a tree that is not what was time-stamped."""
    async with env.pipeline.transaction() as tx:
        found = [
            Problem("EVIDENCE_CHANGED", "the batch has another digest for this original than the log", entry_id)
            for entry_id in await evidence_checks.differing(tx, batch_id)
        ]
        groups = await evidence.groups_of_batch(tx, batch_id)
        stamped = None if token_id is None else await evidence_checks.token(tx, token_id)
    if stamped is None or not await asyncio.to_thread(_covers, bytes(stamped["token"]), groups):
        found.append(Problem("EVIDENCE_CHANGED", f"the tree of batch {batch_id} is not what was time-stamped"))
    return found


async def _of_token(env: Env, token: RowMapping) -> list[Problem]:
    der = bytes(token["token"])
    holds = sha256(der) == bytes(token["sha256"])
    if holds and token["renews"]:
        async with env.pipeline.transaction() as tx:
            groups = await evidence.groups_of_renewal(tx, token["id"])
        holds = await asyncio.to_thread(_covers, der, groups)
    if holds and await asyncio.to_thread(_is_signed, der):
        return []
    return [Problem("TOKEN_CHANGED", f"time-stamp {token['id']} is not what its authority gave")]


def _covers(der: bytes, groups: list[Group]) -> bool:
    try:
        return Token.read(der).imprint == HashTree(groups).root
    except (TokenRefused, ValueError):
        return False


def _is_signed(der: bytes) -> bool:
    try:
        Token.read(der).verify_signature()
    except TokenRefused:
        return False
    return True
