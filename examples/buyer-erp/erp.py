#!/usr/bin/env python3
"""What a buyer's ERP does with Navette, to be read and copied: httpx for calls, standardwebhooks for signatures.

NAVETTE_URL=https://… NAVETTE_CLIENT_ID=… NAVETTE_CLIENT_SECRET=… NAVETTE_CA=ca.pem python erp.py publish order.xml
… python erp.py receive receipt.xml        goods arrived
… python erp.py follow                     print what happens, for ever
… python erp.py status INVOICE 205         approved
"""

import json
import os
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class Erp:
    """A machine client of the buyer: one token per service, kept until shortly before it ends."""

    def __init__(self, url: str, client_id: str, client_secret: str, ca: str | None = None) -> None:
        self._credentials = (client_id, client_secret)
        self._tokens: dict[str, tuple[str, float]] = {}
        self._http = httpx.Client(base_url=url, verify=ssl.create_default_context(cafile=ca), timeout=30)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _token(self, service: str) -> str:
        token, until = self._tokens.get(service, ("", 0.0))
        if time.monotonic() > until:
            form = {"grant_type": "client_credentials", "resource": service}
            answer = self._http.post("/v1/oauth/token", data=form, auth=self._credentials).raise_for_status().json()
            token, until = answer["access_token"], time.monotonic() + answer["expires_in"] - 30
            self._tokens[service] = (token, until)
        return token

    def call(self, service: str, method: str, path: str, **options: Any) -> Any:
        """One call, repeated while the network or the service says "later"; the key makes a repeated one harmless."""
        headers = {"idempotency-key": str(uuid4()), **options.pop("headers", {})}
        for wait in (0.5, 1, 2, 4, 8):
            headers["authorization"] = f"Bearer {self._token(service)}"
            try:
                answer = self._http.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                time.sleep(wait)
                continue
            if answer.status_code not in (409, 429, 503) or "retry-after" not in answer.headers:
                break
            time.sleep(float(answer.headers["retry-after"]))
        else:
            raise SystemExit(f"{path}: no answer")
        if answer.is_error:
            raise SystemExit(f"{answer.status_code}: {answer.text}")
        return answer.json() if answer.content else None

    def publish(self, order: bytes) -> dict[str, Any]:
        """Send a UBL 2.1 order (Peppol T01)."""
        return self.call("po-sync", "POST", "/v1/orders", content=order, headers={"content-type": "application/xml"})

    def receive(self, receipt: bytes) -> dict[str, Any]:
        """Send a UBL 2.1 receipt advice: goods or services arrived."""
        return self.call(
            "po-sync", "POST", "/v1/receipts", content=receipt, headers={"content-type": "application/xml"}
        )

    def status(self, invoice_id: str, code: str, *reasons: str) -> dict[str, Any]:
        """Say what becomes of an invoice: 204 in hand, 205 approved, 207 dispute, 210 refused, 211 paid."""
        body = {"code": code, "reasons": list(reasons)}
        return self.call("invoicing", "POST", f"/v1/invoices/{invoice_id}/statuses", json=body)

    def original(self, invoice_id: str) -> bytes:
        """The sealed PDF/A-3 with the structured invoice inside."""
        token = self._token("archive")
        path = f"/v1/archive/{invoice_id}/original.pdf"
        return self._http.get(path, headers={"authorization": f"Bearer {token}"}).raise_for_status().content

    def feed(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Everything that happened, in order, for ever. Keep `position` of the last item you dealt with."""
        while True:
            page = self.call("notifications", "GET", "/v1/feed", params={"after": after})
            yield from page["items"]
            if not page["items"]:
                time.sleep(2)
            after = page["next"]

    def subscribe(self, url: str, types: list[str]) -> dict[str, Any]:
        """Have items sent to `url`; the answer holds the secret, once."""
        return self.call("notifications", "POST", "/v1/webhooks", json={"url": url, "types": types})


def listen(port: int, secret: Callable[[], str], take: Callable[[dict[str, Any]], None]) -> ThreadingHTTPServer:
    """Receive webhooks on `port` (0: any) in a thread: verify the signature first, answer fast, work afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                item = Webhook(secret()).verify(body, dict(self.headers.items()))
            except WebhookVerificationError:
                self.send_response(401)
            else:
                take(item)
                self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    """The command."""
    names = ("URL", "CLIENT_ID", "CLIENT_SECRET", "CA")
    erp = Erp(*(os.environ[f"NAVETTE_{name}"] for name in names))
    match sys.argv[1:]:
        case ["publish", file]:
            print(json.dumps(erp.publish(Path(file).read_bytes())))
        case ["receive", file]:
            print(json.dumps(erp.receive(Path(file).read_bytes())))
        case ["status", invoice, code, *reasons]:
            print(json.dumps(erp.status(invoice, code, *reasons)))
        case ["follow"]:
            for item in erp.feed():
                print(item["position"], item["timestamp"], item["type"], item["subject"], flush=True)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
