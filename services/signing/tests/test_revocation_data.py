"""What a seal embeds about its certificates is the newest that is known."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from local_stack.pki.layout import Name
from local_stack.pki.revocation import revoke
from signing.sealer import revocation
from signing.sealer.revocation import RevocationCache, RevocationData


async def test_a_seal_made_while_a_list_is_fetched_again_keeps_nobody_from_the_new_one(
    revocable_pki: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = x509.load_pem_x509_certificate(revocable_pki.layout.certificate(Name.SEAL).read_bytes())
    certificates = [asked.public_bytes(serialization.Encoding.DER)]
    meanwhile: list[RevocationData] = []

    class Slow(httpx.AsyncBaseTransport):
        """Others seal while a list is on its way."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if before:
                meanwhile.append(await cache.cover(certificates))
            return await revocable_pki.transport.handle_async_request(request)

    before: RevocationData | None = None
    async with httpx.AsyncClient(transport=Slow()) as client:
        cache = RevocationCache(client, revocable_pki.issuers())
        before = await cache.cover(certificates)
        revoke(revocable_pki.layout, Name.SEAL)
        monkeypatch.setattr(revocation, "REFRESH", timedelta(0))
        await cache.refresh()
        after = await cache.cover(certificates)
    assert before in meanwhile
    lists = [x509.load_der_x509_crl(each) for each in after.crls]
    assert any(each.get_revoked_certificate_by_serial_number(asked.serial_number) for each in lists)
