"""Keys rotate without one refused token, are the same for every replica, and are unreadable at rest."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from joserfc import jws

from mesh.auth import Authenticator
from mesh.errors import Unavailable
from mesh.testing_tokens import ISSUER, always_valid
from mesh.vault import SecretUnreadable, Vault
from registration.domain import key_times
from registration.domain.bearer import Bearer
from registration.testing import Running
from registration.token_keys import OwnKeys, SigningKeys
from registration.tokens import TokenMint

pytestmark = pytest.mark.connected
PERIOD = timedelta(days=30)


@dataclass
class Wall:
    """The system's clock, moved by a test."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        return self.moment.timestamp()


def _token(keys: SigningKeys, wall: Wall) -> str:
    bearer = Bearer(uuid4(), "user", {}, wall.moment - timedelta(days=1))
    return TokenMint(keys, issuer=ISSUER, now=wall.seconds).token(bearer, "archive")


def _kid(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


async def _accepts(keys: SigningKeys, wall: Wall, token: str) -> None:
    authenticator = Authenticator(
        issuer=ISSUER, audience="archive", keys=OwnKeys(keys), valid_from=always_valid, now=wall.seconds
    )
    await authenticator.identity(token)


async def test_a_rotation_publishes_waits_signs_and_retires(running: Running) -> None:
    wall = Wall(datetime.now(UTC) + timedelta(minutes=1))
    one = SigningKeys(running.env.pipeline, running.env.vault, period=PERIOD, now=wall.now)
    other = SigningKeys(running.env.pipeline, running.env.vault, period=PERIOD, now=wall.now)
    await one.load()
    (old,) = (times.kid for times in one.times)
    new = await one.rotate()
    assert _kid(_token(one, wall)) == old
    await other.load()
    a_second = timedelta(seconds=1)
    wall.moment += key_times.JWKS_CACHE + key_times.MARGIN - a_second
    signed_last = _token(one, wall)
    assert _kid(signed_last) == old
    wall.moment += a_second
    for keys in (one, other):
        signed = _token(keys, wall)
        assert _kid(signed) == new
        await _accepts(one, wall, signed)
        await _accepts(other, wall, signed_last)
    wall.moment += key_times.TOKEN_LIFE + key_times.CLOCK_SKEW + key_times.MARGIN
    await other.load()
    assert [times.kid for times in other.times] == [new]


async def test_the_next_key_comes_by_itself_after_a_period(running: Running) -> None:
    wall = Wall(datetime.now(UTC) + PERIOD + timedelta(hours=1))
    keys = SigningKeys(running.env.pipeline, running.env.vault, period=PERIOD, now=wall.now)
    await keys.load()
    assert keys.times[-1].created_at == wall.moment
    assert keys.times[-1].signs_from == key_times.next_signs_from(wall.moment)
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("delete from signing_key where kid = :kid", kid=keys.times[-1].kid)


async def test_a_copied_database_signs_nothing_without_the_key_file(running: Running) -> None:
    async with running.env.pipeline.transaction() as tx:
        rows = await tx.rows("select sealed from signing_key")
    assert rows
    assert all("-----BEGIN" not in row["sealed"] and '"d"' not in row["sealed"] for row in rows)
    thief = SigningKeys(running.env.pipeline, Vault([os.urandom(32)]), period=PERIOD)
    with pytest.raises(SecretUnreadable):
        await thief.load()


async def test_nobody_signs_before_the_keys_were_read(running: Running) -> None:
    keys = SigningKeys(running.env.pipeline, running.env.vault, period=PERIOD)
    with pytest.raises(Unavailable, match="IDENTITY_UNAVAILABLE"):
        _ = keys.signing
