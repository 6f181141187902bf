"""Signed heads reach places outside, in their order; a place that is away gets the newest later."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.publishing import Places, publish
from local_stack.fixtures import Infra
from mesh.mail import Mailer

pytestmark = pytest.mark.connected
KEEPER = "https://keeper.test/heads"


async def test_each_place_gets_the_newest_head_once(desk: Any, infra: Infra, tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []
    answers = [503, 204]

    def keeper(request: httpx.Request) -> httpx.Response:
        heard.append(json.loads(request.content))
        return httpx.Response(answers.pop(0))

    kept = tmp_path / "heads.jsonl"
    mailer = Mailer("127.0.0.1", infra.smtp_port, sender="Navette <no-reply@navette.test>", public_url="https://p.test")
    client = httpx.AsyncClient(transport=httpx.MockTransport(keeper))
    places = Places([KEEPER, str(kept), "mailto:auditor@navette.test"], client, mailer)
    assert await publish(desk.env, places) == 0
    await desk.archive("F-1")
    assert await publish(desk.env, places) == 2
    await desk.archive("F-2")
    assert await publish(desk.env, places) == 3
    assert await publish(desk.env, places) == 0
    assert [head["size"] for head in heard] == [1, 2]
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [line["size"] for line in lines] == [1, 2]
    newest = (await desk.client.get("/v1/archive/heads", headers=desk.who())).json()["heads"][0]
    assert (lines[-1]["jws"], lines[-1]["root"]) == (newest["jws"], newest["root"])
