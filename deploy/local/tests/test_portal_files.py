"""The server of the portal's files: cached as far as is safe, and nothing but what the portal needs may run."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from local_stack.static import site


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>portal</title>")
    (tmp_path / "assets" / "index-4f3a.js").write_text("export {}\n" * 400)
    return tmp_path


STATUS = Path(__file__).parents[2] / "status"


def client(*folders: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(site(folders)), base_url="http://portal")


async def test_hashed_assets_are_kept_for_ever_and_compressed(built: Path) -> None:
    async with client(built) as http:
        answer = await http.get("/assets/index-4f3a.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"


async def test_what_the_build_compressed_is_sent_as_it_is_to_whoever_takes_it(built: Path) -> None:
    asset = built / "assets" / "index-4f3a.js"
    for suffix, content in ((".br", b"as brotli"), (".gz", b"as gzip")):
        asset.with_name(asset.name + suffix).write_bytes(content)
    sent: dict[str, tuple[str | None, bytes]] = {}
    async with client(built) as http:
        for accepted in ("gzip, deflate, br, zstd", "gzip", "br;q=0, gzip", "identity"):
            request = http.build_request("GET", "/assets/index-4f3a.js", headers={"Accept-Encoding": accepted})
            answer = await http.send(request, stream=True)
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            sent[accepted] = (answer.headers.get("content-encoding"), raw)
            assert answer.headers["content-type"].startswith("text/javascript")
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sent == {
        "gzip, deflate, br, zstd": ("br", b"as brotli"),
        "gzip": ("gzip", b"as gzip"),
        "br;q=0, gzip": ("gzip", b"as gzip"),
        "identity": (None, asset.read_bytes()),
    }


async def test_the_page_is_asked_for_each_time_and_costs_nothing_when_unchanged(built: Path) -> None:
    async with client(built) as http:
        first = await http.get("/")
        again = await http.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/invoices/7", "/orders", "/a/b/c"])
async def test_the_apps_own_paths_get_the_page(built: Path, path: str) -> None:
    async with client(built) as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>portal</title>")


@pytest.mark.parametrize("path", ["/missing.js", "/assets/old-1.js", "/../secret.txt", "/%2e%2e/secret.txt"])
async def test_a_missing_file_is_not_the_page(built: Path, path: str) -> None:
    (built.parent / "secret.txt").write_text("secret")
    async with client(built) as http:
        assert (await http.get(path)).status_code == 404


async def test_only_own_scripts_may_run(built: Path) -> None:
    async with client(built) as http:
        policy = (await http.get("/")).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"


async def test_until_the_portal_is_built_the_plain_page_is_served(built: Path, tmp_path: Path) -> None:
    unbuilt = tmp_path / "dist"
    async with client(unbuilt, built) as http:
        assert (await http.get("/")).text == "<title>portal</title>"
        unbuilt.mkdir()
        (unbuilt / "index.html").write_text("<title>built</title>")
        assert (await http.get("/")).text == "<title>built</title>"


async def test_the_status_page_is_files_of_its_own_and_never_the_portals_page(built: Path) -> None:
    transport = httpx.ASGITransport(site([built], STATUS))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as http:
        page = await http.get("/status")
        script = await http.get("/status/status.js")
        missing = await http.get("/status/nothing")
    assert "<title>Navette · Status</title>" in page.text
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert script.headers["content-type"].startswith("text/javascript")
    assert missing.status_code == 404


async def test_the_status_page_asks_for_nothing_that_its_own_policy_refuses() -> None:
    page = (STATUS / "index.html").read_text()
    assert not re.findall(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert [a for a in addresses if not a.startswith(("/status/", "#"))] == []
    files = {path.name for path in STATUS.iterdir()}
    assert {a.removeprefix("/status/") for a in addresses if a.startswith("/status/")} <= files
    assert not re.search(r"https?://(?!www\.w3\.org/)", "".join(p.read_text() for p in STATUS.iterdir()))


def test_every_word_of_the_status_page_is_there_in_both_languages() -> None:
    texts = (STATUS / "texts.js").read_text()
    english, _, french = texts.partition("\n  fr: {")
    names = [sorted(re.findall(r"(?:^|[{,]) *(\w+):", part, re.MULTILINE)) for part in (english, french)]
    asked = set(re.findall(r"data-t=\"(\w+)\"", (STATUS / "index.html").read_text()))
    assert [n for n in names[0] if n not in ("en", "fr")] == [n for n in names[1] if n not in ("en", "fr")]
    assert asked <= set(names[0])
