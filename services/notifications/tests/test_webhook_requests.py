"""What a webhook gets on the wire, and what the sender does with whatever comes back. Real servers, real TLS."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from contracts.ids import new_id
from notifications.domain.targets import TargetRules
from notifications.testing.endpoint import endpoint, says
from notifications.webhook_sender import Address, WebhookSender, body_of

SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"]
BODY = body_of(
    new_id(), 7, "invoice.archived", new_id(), datetime(2026, 3, 2, tzinfo=UTC), {"number": "F-1", "gross": "12.00"}
)


@asynccontextmanager
async def sender(seconds: float = 10.0) -> AsyncGenerator[WebhookSender]:
    made = WebhookSender(TargetRules(loopback=True), seconds=seconds)
    try:
        yield made
    finally:
        await made.close()


async def test_a_request_is_verified_with_the_official_library_by_either_secret() -> None:
    async with endpoint(says("204 No Content")) as erp, sender() as webhooks:
        item_id, now = new_id(), datetime.now(UTC)
        url = f"http://127.0.0.1:{erp.port}/hooks?unit=1"
        outcome = await webhooks.send(url, item_id, BODY, SECRETS, now)
    assert (outcome.status, outcome.error) == (204, None)
    assert erp.heads[0].startswith("POST /hooks?unit=1 HTTP/1.1\r\n")
    assert erp.header("host") == f"127.0.0.1:{erp.port}"
    assert erp.header("webhook-id") == str(item_id)
    headers = {name: erp.header(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    for secret in SECRETS:
        assert Webhook(secret).verify(erp.bodies[0], headers) == orjson.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[0]).verify(erp.bodies[0] + b" ", headers)


async def test_a_redirect_is_not_followed_and_counts_as_a_failure() -> None:
    async with endpoint(says("200 OK")) as inside:
        location = f"location: http://127.0.0.1:{inside.port}/admin\r\n"
        async with endpoint(says("302 Found", headers=location)) as erp, sender() as webhooks:
            url = f"http://127.0.0.1:{erp.port}/"
            outcome = await webhooks.send(url, new_id(), BODY, SECRETS, datetime.now(UTC))
    assert (outcome.status, outcome.error) == (302, "HTTP_302")
    assert inside.heads == []


async def test_410_asks_for_nothing_more() -> None:
    async with endpoint(says("410 Gone")) as erp, sender() as webhooks:
        url = f"http://127.0.0.1:{erp.port}/"
        assert (await webhooks.send(url, new_id(), BODY, SECRETS, datetime.now(UTC))).gone


async def test_a_server_that_never_answers_is_left_after_the_limit() -> None:
    release = asyncio.Event()

    async def silent(_: asyncio.StreamWriter) -> None:
        await release.wait()

    async with endpoint(silent) as erp, sender(seconds=0.2) as webhooks:
        outcome = await webhooks.send(f"http://127.0.0.1:{erp.port}/", new_id(), BODY, SECRETS, datetime.now(UTC))
        release.set()
    assert outcome.status is None
    assert outcome.error is not None
    assert outcome.error.startswith("TIMEOUT")


async def test_a_server_that_drips_for_ever_is_left_and_only_a_beginning_is_kept() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"x" * 0x3FF + b"\0" + b"\r\n")
            await writer.drain()

    async with endpoint(endless) as erp, sender() as webhooks:
        outcome = await webhooks.send(f"http://127.0.0.1:{erp.port}/", new_id(), BODY, SECRETS, datetime.now(UTC))
    assert outcome.error == "HTTP_500"
    assert len(outcome.response) <= 500
    assert "\0" not in outcome.response


async def test_a_closed_port_and_nonsense_are_failures_and_no_exceptions() -> None:
    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"this is not HTTP\r\n\r\n")

    async with endpoint(nonsense) as erp, sender() as webhooks:
        url = f"http://127.0.0.1:{erp.port}/"
        spoken = await webhooks.send(url, new_id(), BODY, SECRETS, datetime.now(UTC))
    async with sender() as webhooks:
        closed = await webhooks.send(url, new_id(), BODY, SECRETS, datetime.now(UTC))
    for outcome in (spoken, closed):
        assert outcome.status is None
        assert outcome.error is not None
        assert outcome.error.startswith("NOT_REACHED")


def _resolving(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[Address]]]:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address(address) for address in addresses]

    return resolve


@pytest.mark.parametrize(
    "addresses", [("10.0.0.5",), ("93.184.215.14", "127.0.0.1"), ("::ffff:169.254.169.254",), ("fe80::1",), ()]
)
async def test_a_name_with_any_inner_address_is_not_connected_to(addresses: tuple[str, ...]) -> None:
    made = WebhookSender(TargetRules(), resolve=_resolving(*addresses))
    outcome = await made.send("https://erp.example.com/", new_id(), BODY, SECRETS, datetime.now(UTC))
    await made.close()
    assert outcome.status is None
    assert outcome.error is not None
    assert outcome.error.startswith("TARGET_REFUSED")


def _certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for one name, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / "server.pem"
    file.write_bytes(
        pem
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


async def test_the_checked_address_is_connected_to_and_the_certificate_is_the_names(tmp_path: Path) -> None:
    server, client = _certificate("erp.example.com", tmp_path)
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[Address]:
        asked.append(f"{host}:{port}")
        return [ip_address("127.0.0.1")]

    made = WebhookSender(TargetRules(loopback=True), resolve=resolve, tls=client)
    async with endpoint(says("200 OK"), server) as erp:
        right = await made.send(f"https://erp.example.com:{erp.port}/in", new_id(), BODY, SECRETS, datetime.now(UTC))
        wrong = await made.send(f"https://other.example.com:{erp.port}/in", new_id(), BODY, SECRETS, datetime.now(UTC))
    await made.close()
    assert (right.status, right.error) == (200, None)
    assert erp.header("host") == f"erp.example.com:{erp.port}"
    assert asked == [f"erp.example.com:{erp.port}", f"other.example.com:{erp.port}"]  # each name once
    assert wrong.status is None
    assert "CERTIFICATE_VERIFY_FAILED" in (wrong.error or "")
    assert len(erp.heads) == 1
