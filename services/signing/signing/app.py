"""The only place where signing's parts are made."""

from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from httpx_aiohttp import AiohttpTransport

from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.breaker import Breaker
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.token_validity import DirectoryValidFrom
from signing.api import ROUTERS
from signing.credentials import load_chain, load_pem, load_pin
from signing.domain.sealing import Sealer, SealKey
from signing.env import Env
from signing.errors import CredentialProblem
from signing.hand_over import HandOver
from signing.handlers import BUCKET, handlers
from signing.hardware_key import HardwareSealKey
from signing.party_cache import DirectoryParties
from signing.renderer.direct import DirectRenderer
from signing.renderer.typeset import TypstRenderer
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.inspector import Inspector
from signing.sealer.pades import PyHankoSealer
from signing.sealer.quiet import quieten
from signing.sealer.revocation import RevocationCache
from signing.sealer.unconfigured import UnconfiguredSealer
from signing.settings import Settings

NAME = "signing"


def build() -> Service[Env]:
    """signing, from its environment. Raises CredentialProblem when the seal's key can't be used."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    quieten()
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    objects = MinioObjects.from_settings(settings)
    typst = TypstRenderer(settings.render_threads)
    limits = httpx.Limits(max_connections=32)
    client = httpx.AsyncClient(trust_env=False, limits=limits)
    # a token costs a fifth of the CPU through aiohttp's parser, and each seal takes two
    stamping = AiohttpTransport(trust_env=False, limits=limits)
    revocation = RevocationCache(client, _certificates(settings.trust_file), settings.crl_urls.split())
    sealer, chain = _sealer(settings, stamping, revocation)
    renderer = DirectRenderer(typst, lambda: sealer.room)
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        renderer=renderer,
        sealer=sealer,
        breaker=Breaker("seal", stall_seconds=60),
        hand_over=HandOver(_certificates(settings.trust_file), settings.inspected_share),
        parties=DirectoryParties(pipeline, objects),
        policy=settings.policy,
        verify_url=f"{settings.public_url.rstrip('/')}/v/",
        chain=chain,
        inspector=Inspector(settings.trust_file),
        clock=clock_for(settings.environment),
    )

    async def start() -> None:
        if isinstance(sealer, UnconfiguredSealer):
            raise CredentialProblem("no seal key is configured: set SIGNING_SEAL_KEY_FILE and SIGNING_SEAL_CHAIN_FILE")

    async def close() -> None:
        typst.close()
        sealer.close()
        await client.aclose()
        await stamping.aclose()
        await objects.close()

    app = create_app(
        title="Navette signing",
        service=NAME,
        routers=ROUTERS,
        authenticator=Authenticator.from_settings(settings, audience=NAME, valid_from=DirectoryValidFrom(pipeline)),
        database=api,
        state={"env": env},
    )
    return Service(
        name=NAME,
        settings=settings,
        app=app,
        env=env,
        handlers=handlers,
        api=api,
        pipeline=pipeline,
        migrations=Path(__file__).parent / "migrations",
        topics=(INVOICES_EVENTS,),
        state_topics=(REGISTRATION_STATE,),
        jobs=(revocation.keep_fresh,),
        probes={"objects": probe(objects, BUCKET)},
        start=start,
        close=close,
    )


def _sealer(
    settings: Settings, stamping: httpx.AsyncBaseTransport, revocation: RevocationCache
) -> tuple[Sealer, tuple[bytes, ...]]:
    key = _key(settings)
    if key is None:
        return UnconfiguredSealer(), ()
    stampers = [TimeStampAuthority(url, stamping, settings.tsa_wait_seconds) for url in settings.tsa_url.split()]
    trusted = _certificates(settings.trust_file)
    authorities = TimeStampAuthorities(stampers)
    other = PyHankoSealer(key, authorities, revocation, trusted, settings.seal_threads)
    return DirectSealer(key, authorities, revocation, other), (key.certificate, *key.chain)


def _key(settings: Settings) -> SealKey | None:
    if settings.seal_chain_file is None:
        return None
    if settings.pkcs11_module and settings.pkcs11_pin_file:
        chain, pin = load_chain(settings.seal_chain_file), load_pin(settings.pkcs11_pin_file)
        return HardwareSealKey(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_label, pin, chain)
    return load_pem(settings.seal_key_file, settings.seal_chain_file) if settings.seal_key_file else None


def _certificates(bundle: Path | None) -> list[bytes]:
    if bundle is None:
        return []
    found = x509.load_pem_x509_certificates(bundle.read_bytes())
    return [certificate.public_bytes(serialization.Encoding.DER) for certificate in found]
