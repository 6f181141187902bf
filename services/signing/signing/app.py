"""The only place where signing's parts are made."""

from collections.abc import Callable
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.token_validity import DirectoryValidFrom
from signing.api import ROUTERS
from signing.domain.rendering import Renderer
from signing.domain.sealing import Sealer, SealKey
from signing.env import Env
from signing.errors import CredentialProblem
from signing.hand_over import HandOver
from signing.handlers import BUCKET, handlers
from signing.key_files import KeyFiles
from signing.keyring import KeyRing
from signing.party_cache import DirectoryParties
from signing.renderer.direct import DirectRenderer
from signing.renderer.templates import TemplateRenderer
from signing.renderer.typeset import TypstRenderer
from signing.sealer.authorities import Post, TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.inspector import Inspector
from signing.sealer.pades import PyHankoSealer
from signing.sealer.posting import Posting
from signing.sealer.quiet import quieten
from signing.sealer.revocation import RevocationCache
from signing.sealer.unconfigured import NO_KEY, UnconfiguredSealer
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
    client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=32))
    stamping = Posting(settings.tsa_wait_seconds)
    revocation = RevocationCache(client, _certificates(settings.trust_file), settings.crl_urls.split())
    ring = KeyRing()
    keys = KeyFiles(settings, ring, _maker(settings, stamping.post, revocation))
    keys.read()
    renderer: Renderer = DirectRenderer(typst, lambda: ring.room)
    if settings.templates_folder is not None:
        renderer = TemplateRenderer(renderer, settings.templates_folder)
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        renderer=renderer,
        keys=ring,
        hand_over=HandOver(_certificates(settings.trust_file), settings.inspected_seconds),
        parties=DirectoryParties(pipeline, objects),
        policy=settings.policy,
        verify_url=f"{settings.public_url.rstrip('/')}/v/",
        inspector=Inspector(settings.trust_file),
        strangers_inspector=Inspector(settings.trust_file),
        source_inspector=Inspector(settings.trust_file),
        revocation=revocation,
        clock=clock_for(settings.environment),
    )

    async def start() -> None:
        sealer = ring.of().sealer
        if isinstance(sealer, UnconfiguredSealer) and sealer.why == NO_KEY:
            raise CredentialProblem(NO_KEY)
        if keys.why:
            # the network's key would seal for companies that have their own
            raise CredentialProblem(keys.why)

    async def has_key() -> str:
        sealer = ring.of().sealer
        return sealer.why if isinstance(sealer, UnconfiguredSealer) else keys.why

    async def close() -> None:
        typst.close()
        ring.close()
        await client.aclose()
        await stamping.close()
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
        jobs=(revocation.keep_fresh, keys.keep_current),
        probes={"objects": probe(objects, BUCKET), "seal key": has_key},
        start=start,
        close=close,
    )


def _maker(settings: Settings, post: Post, revocation: RevocationCache) -> Callable[[SealKey], Sealer]:
    stampers = [TimeStampAuthority(url, post) for url in settings.tsa_url.split()]
    authorities, trusted = TimeStampAuthorities(stampers), _certificates(settings.trust_file)

    def make(key: SealKey) -> Sealer:
        other = PyHankoSealer(key, authorities, revocation, trusted, settings.seal_threads)
        return DirectSealer(key, authorities, revocation, other)

    return make


def _certificates(bundle: Path | None) -> list[bytes]:
    if bundle is None:
        return []
    found = x509.load_pem_x509_certificates(bundle.read_bytes())
    return [certificate.public_bytes(serialization.Encoding.DER) for certificate in found]
