"""Brings one authority's tokens into pyHanko, whose signing runs in a thread beside the service's event loop."""

import asyncio
from datetime import datetime
from typing import Any, cast

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from signing.errors import TsaUnavailable
from signing.sealer.authorities import Probe, TimeStampAuthority, certificates_in, refuse_other_clock


class LoopTimeStamper(TimeStamper):
    """For one seal: all its tokens come from one authority, so that only that authority's chain is embedded."""

    def __init__(self, authority: TimeStampAuthority, probe: Probe, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(include_nonce=True)
        self._authority = authority
        self._loop = loop
        self.certificates = probe.certificates
        # pyHanko reads a token's size and chain from a dummy: the probe serves, and no token is asked for in vain.
        self._register_dummy("sha256", cms.ContentInfo.load(probe.token))
        self.stamped_at: datetime | None = None
        """The time in the first token: that of the signature."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = asyncio.run_coroutine_threadsafe(self._authority.stamp(req.dump()), self._loop)
        return tsp.TimeStampResp.load(await asyncio.wrap_future(answer))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            info = cast(Any, token)["content"]["encap_content_info"]["content"].parsed
            imprint: bytes = info["message_imprint"]["hashed_message"].native
            stamped_at: datetime = info["gen_time"].native
        except (TimestampRequestError, ValueError, TypeError, KeyError) as error:
            raise TsaUnavailable(f"{self._authority.name} gave no usable token: {error}") from error
        if imprint != message_digest:
            raise TsaUnavailable(f"{self._authority.name} stamped something else than what it was asked to")
        refuse_other_clock(self._authority, stamped_at)
        if certificates_in(token) != self.certificates:
            raise TsaUnavailable(
                f"{self._authority.name} changed its certificates: its revocation data must be fetched"
            )
        if self.stamped_at is None:
            self.stamped_at = stamped_at
        return token
