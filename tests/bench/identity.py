"""`python tests/bench/identity.py`: the figures of registration. `COMPANIES`, `LINES`, `TRIES` at will.

Directory search among a million companies, a file of 50,000 partners, known against unknown addresses, and what an
exchange at the gateway costs. On a database of its own, dropped at the end.
"""

import asyncio
import base64
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

import asyncpg
import httpx
from pydantic import SecretStr
from stdnum import luhn
from stdnum.fr import siren

from local_stack.fixtures import Infra, describe
from local_stack.fresh import FreshDatabase, fresh_database
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from mesh import migrations
from registration import app, demo
from registration.domain import throttling
from registration.testing import BUYER, PORTAL, SUPPLIER, Running

COMPANIES = int(os.environ.get("COMPANIES", "1000000"))
LINES = int(os.environ.get("LINES", "50000"))
TRIES = int(os.environ.get("TRIES", "500"))
_WORDS = ("exc", "menuis", "koen", "atelier 77", "FR12345", "brasserie", "ent", "999")
_FIELDS = "name;vat;siret;address;postcode;city;first_name;last_name;email"
_FILL = """insert into registration.company (id, legal_name, country, address, time_zone, language, supplier, buyer,
    search_text)
select gen_random_uuid(), n, 'FR', '{"country": "FR"}', 'Europe/Paris', 'fr', true, false, n || ' | ' || (100000000 + i)
from (select i, (array['ATELIER','MENUISERIE','GROUPE','ENTREPRISE','SOCIETE','TRANSPORTS'])[1 + i % 6] || ' '
    || upper(substr(md5(i::text), 1, 8)) || ' ' || i as n from generate_series($1::int, $2::int) i) t"""


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


def _environment(infra: Infra, fresh: FreshDatabase, key_file: Path) -> dict[str, str]:
    values = {
        "ENVIRONMENT": "development",
        "DATABASE_API": fresh.dsn("api"),
        "DATABASE_PIPELINE": fresh.dsn("pipeline"),
        "KAFKA_BOOTSTRAP": infra.bootstrap,
        "S3_ENDPOINT": infra.s3_endpoint,
        "S3_ACCESS_KEY": "",
        "S3_SECRET_KEY": "",
        "JWKS_URL": "",
        "SMTP_PORT": str(infra.smtp_port),
        "SECRET_KEY_FILE": str(key_file),
        "PUBLIC_URL": PORTAL,
    }
    return {f"REGISTRATION_{name}": value for name, value in values.items()}


@asynccontextmanager
async def _running(infra: Infra) -> AsyncGenerator[tuple[Running, FreshDatabase]]:
    """Registration in this process, with the demo in it."""
    with tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / "secret.key"
        key_file.touch(mode=0o600)
        key_file.write_text(base64.b64encode(os.urandom(32)).decode())
        async with fresh_database(infra, "registration") as fresh:
            superuser = await asyncpg.connect(fresh.superuser_dsn)
            await superuser.execute("create extension if not exists pg_trgm with schema public")
            await superuser.close()
            await migrations.migrate(SecretStr(fresh.dsn("owner")), app.NAME, app.MIGRATIONS)
            with patch.dict(os.environ, _environment(infra, fresh, key_file)):
                service = app.build()
            await service.env.keys.load()
            kept = demo.Secrets()
            file = REPOSITORY / "examples" / "demo.json"
            await demo.seed(service.env, demo.Demo.model_validate_json(file.read_bytes()), kept)
            try:
                yield Running(service.app, service.env, kept, infra.mail_url, "navette.local"), fresh
            finally:
                await service.env.api.close()
                await service.env.pipeline.close()


async def _exchange(running: Running) -> None:
    async with running.signed_in(BUYER) as browser:
        headers = {"x-navette-audience": "invoicing"}
        await browser.get("/internal/exchange/v1/x", headers=headers)
        # httpx costs more than what it measures, so the application is called as uvicorn does.
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/internal/exchange/v1/x",
            "headers": [(b"cookie", cookie), (b"x-navette-audience", b"invoicing"), (b"x-request-id", b"bench")],
        }
        statuses: list[int] = []

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        started = time.process_time()
        for _ in range(5_000):
            await running.app(scope, receive, send)  # pyright: ignore[reportArgumentType] - a bare ASGI call
        spent = time.process_time() - started
        assert set(statuses) == {200}
    say("CPU of an exchange, session known", f"{spent / 5_000 * 1e3:.3f} ms, goal ≤ 0.4")


async def _medians(known: Callable[[], Awaitable[object]], unknown: Callable[[], Awaitable[object]]) -> float:
    """Difference of the medians in milliseconds, tries of both kinds in turns."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(TRIES * 2):
        started = time.perf_counter()
        await (known if turn % 2 else unknown)()
        taken[bool(turn % 2)].append(time.perf_counter() - started)
    return abs(statistics.median(taken[True]) - statistics.median(taken[False])) * 1e3


async def _enumeration(running: Running) -> None:
    with patch.object(throttling, "PER_ADDRESSEE", 10**6):
        await _both_ways(running)


async def _both_ways(running: Running) -> None:
    async with running.visitor() as browser:

        async def asked(path: str, **body: str) -> httpx.Response:
            # Another network each time: what is measured is the answer, not the throttle.
            address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"  # noqa: S311
            return await browser.post(path, json=body, headers={"x-forwarded-for": address})

        for path, more in (("/v1/session", {"password": "not the password"}), ("/v1/session/password-resets", {})):
            difference = await _medians(
                lambda path=path, more=more: asked(path, email=SUPPLIER, **more),
                lambda path=path, more=more: asked(path, email="nobody@demo.navette.example", **more),
            )
            say(f"known against unknown, {path}", f"medians {difference:.2f} ms apart, goal ≤ 5")


async def _search(running: Running, fresh: FreshDatabase) -> None:
    superuser = await asyncpg.connect(fresh.superuser_dsn)
    for first in range(1, COMPANIES, 50_000):
        await superuser.execute(_FILL, first, min(first + 49_999, COMPANIES), timeout=300)
    await superuser.execute("vacuum analyze registration.company", timeout=600)
    await superuser.close()
    taken: list[float] = []
    async with running.acting(SUPPLIER) as program:
        for turn in range(200):
            started = time.perf_counter()
            reply = await program.get("/v1/partners", params={"q": _WORDS[turn % len(_WORDS)]})
            reply.raise_for_status()
            taken.append(time.perf_counter() - started)
    taken.sort()
    p50, p95 = taken[100] * 1e3, taken[190] * 1e3
    say(f"directory search, {COMPANIES:,} companies", f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, goal < 100")


def _line(number: int) -> str:
    digits = f"{20_000_000 + number}"
    root = digits + luhn.calc_check_digit(digits)
    siret = f"{root}0001" + luhn.calc_check_digit(f"{root}0001")
    vat = "" if number % 50 == 0 else "FR" + siren.to_tva(root).replace(" ", "")
    return f"Client {number};{vat};{siret};1 rue;57000;Metz;Anne;Weber;c{number}@bench.example"


async def _file(running: Running) -> None:
    async def body() -> AsyncGenerator[bytes]:
        yield f"{_FIELDS}\n".encode()
        for first in range(0, LINES, 500):
            yield "".join(f"{_line(number)}\n" for number in range(first, min(first + 500, LINES))).encode()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with running.acting(SUPPLIER) as program:
        started = time.perf_counter()
        query = {"side": "customer", "name": "bench"}
        reply = await program.post("/v1/invitations/files", params=query, content=body(), timeout=900)
        taken = time.perf_counter() - started
    found = reply.raise_for_status().json()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    counts = f"{found['accepted']:,} in, {found['rejected']:,} reported"
    say(f"file of {LINES:,} partners", f"{taken:.1f} s, {counts}, memory +{grown} MB, goal ≤ 60 s")


async def main() -> None:
    """All of it, in one process."""
    layout = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")
    async with _running(describe(layout)) as (running, fresh):
        await _exchange(running)
        await _enumeration(running)
        await _file(running)
        await _search(running, fresh)


if __name__ == "__main__":
    Stack(Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")).up(only_infrastructure=True)
    asyncio.run(main())
