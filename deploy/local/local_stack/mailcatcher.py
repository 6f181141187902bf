"""Catches every mail the mesh sends and shows it: SMTP in, a page and a JSON API out, nothing leaves this machine.

`python -m local_stack.mailcatcher --smtp PORT --http PORT --dir FOLDER`. Mails are files there and survive a restart.

- `GET /` lists them, `GET /messages/{id}` shows one, `GET /messages/{id}/source` is the message as received
- `GET /api/messages?to=` newest first:
  `{id, received_at, from, to[], subject, message_id, text, html, links[], attachments[], headers{}}`
- `DELETE /api/messages` forgets them; `GET /readyz`
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

_LARGEST = 40 * 1024 * 1024
_LINK = re.compile(r"https?://[^\s\"'<>]+")
_ID = re.compile(r"[0-9]{14}-[0-9]{6}-[0-9]{6}")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}}
table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f7f8;padding:1rem}}
iframe{{width:100%;height:32rem;border:1px solid #ddd}}</style>
<h1>{title}</h1>{body}</html>"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; form-action 'none'"


class Mailbox:
    """The mails on disk, one file each, named by arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrivals = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, content: bytes, sender: str | None, recipients: list[str]) -> str:
        """Keep a mail durably and return its id."""
        self._arrivals += 1
        now = datetime.now(UTC)
        identity = f"{now:%Y%m%d%H%M%S}-{now.microsecond:06d}-{self._arrivals % 1_000_000:06d}"
        envelope = f"X-Envelope-From: {sender or ''}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode()
        partial = self._folder / f".{identity}"
        partial.write_bytes(envelope + content)
        partial.rename(self._folder / f"{identity}.eml")
        return identity

    def ids(self) -> Iterator[str]:
        """Newest first."""
        yield from sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)

    def source(self, identity: str) -> bytes | None:
        if not _ID.fullmatch(identity):
            return None
        try:
            return (self._folder / f"{identity}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def clear(self) -> int:
        paths = list(self._folder.glob("*.eml"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)


@lru_cache(maxsize=4096)  # a mail never changes, and each list shows them all
def describe(identity: str, source: bytes) -> dict[str, Any]:
    """A mail as the API shows it."""
    message = message_from_bytes(source, policy=policy.default)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    text, markup = (str(part.get_content()) if part is not None else None for part in bodies.values())
    received = datetime.strptime(identity[:21], "%Y%m%d%H%M%S-%f").replace(tzinfo=UTC)
    return {
        "id": identity,
        "received_at": received.isoformat(),
        "from": str(message.get("From", message["X-Envelope-From"])),
        "to": [address.strip() for address in str(message["X-Envelope-To"]).split(",")],
        "subject": str(message.get("Subject", "")),
        "message_id": str(message.get("Message-ID", "")),
        "text": text,
        "html": markup,
        "links": list(dict.fromkeys(html.unescape(link) for link in _LINK.findall(f"{text or ''} {markup or ''}"))),
        "attachments": [part.get_filename() or "" for part in message.iter_attachments()],
        "headers": {name: str(value) for name, value in message.items()},
    }


class _Receiver:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        content = envelope.content or b""
        identity = self._mailbox.add(
            content if isinstance(content, bytes) else content.encode(), envelope.mail_from, list(envelope.rcpt_tos)
        )
        return f"250 OK {identity}"


def web(mailbox: Mailbox) -> Starlette:
    """The page and the API over one mailbox."""

    def page(title: str, body: str) -> HTMLResponse:
        return HTMLResponse(
            _PAGE.format(title=html.escape(title), body=body), headers={"Content-Security-Policy": _POLICY}
        )

    def listed(recipient: str | None) -> list[dict[str, Any]]:
        mails = ((identity, mailbox.source(identity)) for identity in mailbox.ids())
        described = [describe(identity, source) for identity, source in mails if source is not None]
        return [mail for mail in described if recipient is None or recipient.lower() in map(str.lower, mail["to"])]

    def ready(_: Request) -> Response:
        return JSONResponse({"ready": True})

    def index(_: Request) -> Response:
        rows = "".join(
            f"<tr><td>{mail['received_at'][:19]}</td><td>{html.escape(', '.join(mail['to']))}</td>"
            f"<td><a href='/messages/{mail['id']}'>{html.escape(mail['subject'] or '(no subject)')}</a></td></tr>"
            for mail in listed(None)
        )
        table = f"<table><tr><th>Received (UTC)</th><th>To</th><th>Subject</th></tr>{rows}</table>"
        return page("Mails", table if rows else "<p>No mail yet.</p>")

    def show(request: Request) -> Response:
        identity = request.path_params["identity"]
        source = mailbox.source(identity)
        if source is None:
            return page("No such mail", "<p><a href='/'>All mails</a></p>")
        mail = describe(identity, source)
        links = f"<a href='/messages/{identity}/source'>source</a> · <a href='/'>all mails</a>"
        body = f"<p>To {html.escape(', '.join(mail['to']))} · {links}</p>"
        if mail["html"]:
            body += f'<iframe sandbox srcdoc="{html.escape(mail["html"])}"></iframe>'
        return page(mail["subject"] or "(no subject)", f"{body}<pre>{html.escape(mail['text'] or '')}</pre>")

    def raw(request: Request) -> Response:
        source = mailbox.source(request.path_params["identity"])
        if source is None:
            return PlainTextResponse("no such mail", status_code=404)
        return PlainTextResponse(source)

    def messages(request: Request) -> Response:
        return JSONResponse(listed(request.query_params.get("to")))

    def clear(_: Request) -> Response:
        return JSONResponse({"removed": mailbox.clear()})

    return Starlette(
        routes=[
            Route("/readyz", ready),
            Route("/", index),
            Route("/messages/{identity}", show),
            Route("/messages/{identity}/source", raw),
            Route("/api/messages", messages, methods=["GET"]),
            Route("/api/messages", clear, methods=["DELETE"]),
        ]
    )


async def serve(mailbox: Mailbox, smtp_port: int, http_port: int) -> None:
    """Serve both ports until SIGTERM."""
    loop = asyncio.get_running_loop()
    receiver = _Receiver(mailbox)
    smtp = await loop.create_server(
        lambda: SMTP(receiver, data_size_limit=_LARGEST, enable_SMTPUTF8=True, ident="navette mail catcher"),
        "127.0.0.1",
        smtp_port,
    )
    server = uvicorn.Server(uvicorn.Config(web(mailbox), host="127.0.0.1", port=http_port, log_level="warning"))
    loop.add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
    async with smtp:
        await server.serve()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local_stack.mailcatcher", description="Catch and show mails.")
    parser.add_argument("--smtp", type=int, required=True, metavar="PORT")
    parser.add_argument("--http", type=int, required=True, metavar="PORT")
    parser.add_argument("--dir", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args()
    asyncio.run(serve(Mailbox(options.dir), options.smtp, options.http))


if __name__ == "__main__":
    main()
