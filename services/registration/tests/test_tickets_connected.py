"""Tickets: a number and a thread that both sides see; somebody who cannot sign in is answered by mail."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from mesh.screening import scanner_at
from registration.testing import BUYER, OPERATOR, SUPPLIER, Running

pytestmark = pytest.mark.connected
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
ASKED = {"topic": "statuses", "subject": "Bloquée à « Présentée »", "text": "Depuis deux jours.", "document": "F-1"}


async def test_a_ticket_is_numbered_answered_and_seen_by_its_company_alone(running: Running) -> None:
    async with running.acting(SUPPLIER) as program, running.acting(OPERATOR) as support:
        opened = await program.post("/v1/tickets", json=ASKED)
        assert opened.status_code == 201, opened.text
        ticket = opened.json()
        assert f"Billet {ticket['number']}" in (await running.mails(SUPPLIER))[0]["subject"]
        assert ticket["id"] in [each["id"] for each in (await support.get("/v1/ops/registration/tickets")).json()]
        answered = await support.post(
            f"/v1/ops/registration/tickets/{ticket['id']}/entries", json={"text": "C’est relancé.", "close": True}
        )
        assert answered.json()["state"] == "closed"
        again = await program.post(f"/v1/tickets/{ticket['id']}/entries", json={"text": "Merci, mais non."})
        assert [each["from_support"] for each in again.json()["thread"]] == [False, True, False]
        assert [each["state"] for each in (await program.get("/v1/tickets")).json()] == ["open"]
    assert "relancé" in (await running.mails(SUPPLIER))[0]["text"]
    async with running.acting(BUYER) as stranger:
        assert (await stranger.get("/v1/tickets")).json() == []
        assert (await stranger.get(f"/v1/tickets/{ticket['id']}")).status_code == 404
        wrote = await stranger.post(f"/v1/tickets/{ticket['id']}/entries", json={"text": "moi"})
        assert wrote.status_code == 404
        assert (await stranger.get("/v1/ops/registration/tickets")).status_code == 403


async def test_who_cannot_sign_in_asks_by_form_and_gets_the_number_by_mail(running: Running) -> None:
    email = f"perdu.{uuid4().hex[:8]}@koenig.example"
    async with running.visitor() as browser:
        body = ASKED | {"email": email, "name": "Jean Perdu", "topic": "access"}
        assert (await browser.post("/v1/registrations/tickets", json=body)).status_code == 202
    assert (await running.mails(email))[0]["subject"].startswith("Billet ")


async def test_files_go_with_a_ticket_both_ways_and_are_told_by_their_bytes(running: Running) -> None:
    async with running.acting(SUPPLIER) as program, running.acting(OPERATOR) as support:
        ticket = (await program.post("/v1/tickets", json=ASKED)).json()
        path = f"/v1/tickets/{ticket['id']}/files"
        added = await program.post(path, params={"name": "écran.png"}, content=PNG)
        assert added.status_code == 201, added.text
        (mine,) = added.json()["files"]
        assert (mine["name"], mine["media_type"], mine["size"]) == ("écran.png", "image/png", len(PNG))
        for name, content in (
            ("facture.pdf", b"MZ\x90\x00 a program"),
            ("page.html", b"<script>alert(1)</script>"),
            ("../../x.png", PNG),
            ("nothing.txt", b""),
        ):
            refused = await program.post(path, params={"name": name}, content=content)
            assert (refused.status_code, refused.json()["code"]) == (422, "TICKET_FILE_NOT_TAKEN"), name
        theirs = await support.post(f"/v1/ops/registration{path.removeprefix('/v1')}?name=guide.txt", content=b"1. Ici")
        assert [each["from_support"] for each in theirs.json()["files"]] == [False, True]
        seen = await support.get(f"/v1/ops/registration/tickets/{ticket['id']}")
        assert (len(seen.json()["thread"]), len(seen.json()["files"])) == (1, 2)
        download = await program.get(f"{path}/{mine['id']}")
        assert (download.content, download.headers["content-type"]) == (PNG, "image/png")
        assert download.headers["content-disposition"].startswith("attachment;")
        assert download.headers["content-security-policy"] == "sandbox"
        other = await support.get(f"/v1/ops/registration/tickets/{ticket['id']}/files/{mine['id']}")
        assert other.content == PNG
    async with running.acting(BUYER) as stranger:
        assert (await stranger.get(f"{path}/{mine['id']}")).status_code == 404
        assert (await stranger.post(path, params={"name": "x.png"}, content=PNG)).status_code == 404


async def test_files_that_come_at_once_fit_together_or_are_refused(running: Running) -> None:
    big = PNG + bytes(7 * 1024 * 1024 - len(PNG))
    async with running.acting(SUPPLIER) as program:
        ticket = (await program.post("/v1/tickets", json=ASKED)).json()
        path = f"/v1/tickets/{ticket['id']}/files"
        sent = (program.post(path, params={"name": f"{number}.png"}, content=big) for number in range(4))
        statuses = sorted(reply.status_code for reply in await asyncio.gather(*sent))
        files = (await program.get(f"/v1/tickets/{ticket['id']}")).json()["files"]
    assert statuses == [201, 201, 422, 422]
    assert len(files) == 2


async def test_what_the_scanner_finds_goes_with_no_ticket(running: Running) -> None:
    async def clamd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        held = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            held += await reader.readexactly(size)
        writer.write(b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in held else b"stream: OK\0")
        writer.close()

    server = await asyncio.start_server(clamd, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    running.app.state.env = replace(running.env, scanner=scanner_at(address))
    try:
        async with running.acting(SUPPLIER) as program:
            ticket = (await program.post("/v1/tickets", json=ASKED)).json()
            path = f"/v1/tickets/{ticket['id']}/files"
            assert (await program.post(path, params={"name": "a.txt"}, content=b"clean")).status_code == 201
            found = await program.post(path, params={"name": "b.txt"}, content=b"EICAR")
            assert (found.status_code, found.json()["code"]) == (422, "FILE_INFECTED")
            server.close()
            await server.wait_closed()
            away = await program.post(path, params={"name": "c.txt"}, content=b"clean")
            assert away.status_code == 503, "nothing is taken unseen while the scanner is away"
    finally:
        running.app.state.env = running.env
        server.close()
