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
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
import structlog
from pydantic import SecretStr
from stdnum import luhn
from stdnum.fr import siren

from local_stack.fixtures import Infra, describe
from local_stack.fresh import FreshDatabase, fresh_database
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.supervision import Supervisor
from mesh import migrations
from registration import app, demo
from registration.domain import throttling
from registration.testing import BUYER, PORTAL, SUPPLIER, Running

COMPANIES = int(os.environ.get("COMPANIES", "1000000"))
LINES = int(os.environ.get("LINES", "50000"))
TRIES = int(os.environ.get("TRIES", "500"))
_WORDS = ("exc", "menuis", "koen", "atelier 77", "FR12345", "brasserie", "ent", "999")
_FILTERS: tuple[dict[str, str], ...] = (
    {"country": "FR"},
    {"country": "IS"},
    {"buyer": "true"},
    {"created_since": "2026-01-01"},
    {"created_since": (datetime.now(UTC) - timedelta(days=3)).date().isoformat()},
    {"status": "active"},
    {"status": "none", "country": "BE"},
)
"""What leaves nearly all, some, and few of the companies."""
_FIELDS = "name;vat;siret;address;postcode;city;first_name;last_name;email"
_FILL = """insert into registration.company (id, legal_name, country, address, time_zone, language, supplier, buyer,
    search_text, created_at)
select gen_random_uuid(), n, case when i % 1000 = 0 then 'IS' when i % 20 = 0 then 'BE' else 'FR' end,
    '{"country": "FR"}', 'Europe/Paris', 'fr', true, i % 500 = 0, n || ' | ' || (100000000 + i),
    now() - interval '1 minute' * i
from (select i, (array['ATELIER','MENUISERIE','GROUPE','ENTREPRISE','SOCIETE','TRANSPORTS'])[1 + i % 6] || ' '
    || upper(substr(md5(i::text), 1, 8)) || ' ' || i as n from generate_series($1::int, $2::int) i) t"""

_EXCO = """insert into registration.company (id, legal_name, country, address, time_zone, language, supplier, buyer,
    search_text) values (gen_random_uuid(), 'GROUPE EXCO', 'FR', '{"country": "FR"}', 'Europe/Paris', 'fr', true, false,
    'GROUPE EXCO | FR40303265045')"""
_KNOWN = BUYER
"""Has an account, with another company than the one that asks."""
_UNKNOWN = "nobody@demo.navette.example"


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<62}{figure}\n")
    sys.stdout.flush()


def _environment(infra: Infra, fresh: FreshDatabase, key_file: Path) -> dict[str, str]:
    values = {
        "ENVIRONMENT": "development",
        "DATABASE_API": fresh.dsn("api"),
        "DATABASE_PIPELINE": fresh.dsn("pipeline"),
        "KAFKA_BOOTSTRAP": infra.bootstrap,
        "S3_ENDPOINT": infra.s3_endpoint,
        "S3_ACCESS_KEY": infra.s3_keys("registration")[0],
        "S3_SECRET_KEY": infra.s3_keys("registration")[1],
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
    with patch.object(throttling, "PER_ADDRESSEE", 10**6), patch.object(throttling, "PER_SENDER", 10**6):
        await _by_strangers(running)
        await _by_an_administrator(running)


async def _compared(browser: httpx.AsyncClient, path: str, body: Callable[[str], dict[str, Any]]) -> None:
    """The same request about an address with an account and about one without."""
    answers: set[tuple[int, frozenset[str]]] = set()

    async def asked(email: str) -> None:
        # Another network each time: what is measured is the answer, not the throttle.
        address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"  # noqa: S311
        reply = await browser.post(path, json=body(email), headers={"x-forwarded-for": address})
        answers.add((reply.status_code, frozenset(reply.json()) if reply.content else frozenset()))

    difference = await _medians(lambda: asked(_KNOWN), lambda: asked(_UNKNOWN))
    assert len(answers) == 1, f"{path} answers differently: {answers}"
    say(f"known against unknown, {path}", f"{TRIES} tries each, medians {difference:.2f} ms apart, goal ≤ 5")


def _registration(email: str) -> dict[str, Any]:
    company = {
        "legal_name": "Menuiserie Test",
        "country": "FR",
        "legal_id": {"scheme": "0002", "value": _siren(random.randrange(10**7))},  # noqa: S311 - no secret
        "address": {"country": "FR"},
        "time_zone": "Europe/Paris",
        "supplier": True,
    }
    return {"company": company, "person": {"email": email, "name": "Anne Weber"}}


async def _by_strangers(running: Running) -> None:
    async with running.visitor() as browser:
        await _compared(browser, "/v1/session", lambda email: {"email": email, "password": "not the password"})
        await _compared(browser, "/v1/session/password-resets", lambda email: {"email": email})
        await _compared(browser, "/v1/registrations", _registration)


async def _by_an_administrator(running: Running) -> None:
    async with running.acting(SUPPLIER) as program:
        asked_in = {"name": "Anne Weber", "roles": ["viewer"]}
        await _compared(program, "/v1/users", lambda email: asked_in | {"email": email})


async def _search(running: Running, fresh: FreshDatabase) -> None:
    superuser = await asyncpg.connect(fresh.superuser_dsn)
    for first in range(1, COMPANIES, 50_000):
        await superuser.execute(_FILL, first, min(first + 49_999, COMPANIES), timeout=300)
    await superuser.execute(_EXCO)
    await superuser.execute("vacuum analyze registration.company", timeout=600)
    await superuser.close()
    async with running.acting(SUPPLIER) as program:
        found = (await program.get("/v1/partners", params={"q": "EXC"})).json()["items"]
        assert "GROUPE EXCO" in [each["legal_name"] for each in found], "EXC finds GROUPE EXCO"
        await _searched(program, f"directory search, {COMPANIES:,} companies, EXC: GROUPE EXCO", ({},))
        await _searched(program, "the same, narrowed by country, date, side and status", _FILTERS)


async def _searched(program: httpx.AsyncClient, name: str, filters: Sequence[dict[str, str]]) -> None:
    """Each of the words with each of the filters, over and over."""
    taken: list[float] = []
    for turn in range(200):
        params = {"q": _WORDS[turn % len(_WORDS)]} | filters[turn // len(_WORDS) % len(filters)]
        started = time.perf_counter()
        (await program.get("/v1/partners", params=params)).raise_for_status()
        taken.append(time.perf_counter() - started)
    taken.sort()
    p50, p95 = taken[100] * 1e3, taken[190] * 1e3
    say(name, f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, goal < 100")


def _siren(number: int) -> str:
    digits = f"{20_000_000 + number}"
    return digits + luhn.calc_check_digit(digits)


def _line(number: int) -> str:
    root = _siren(number)
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


async def main(layout: Layout) -> None:
    """All of it, in one process."""
    async with _running(describe(layout)) as (running, fresh):
        await _exchange(running)
        await _enumeration(running)
        await _file(running)
        await _search(running, fresh)
    say("load over the last minute", f"{os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    bench = Layout.of(REPOSITORY / ".local" / "bench")  # of its own: the tests stop theirs
    ran_before = bool(Supervisor(bench).states())
    Stack(bench).up(only_infrastructure=True)
    try:
        asyncio.run(main(bench))
    finally:
        if not ran_before:
            Stack(bench).down()
