"""The buyer's side of the demo: the example ERP, with a listener for its webhooks."""

import importlib.util
import json
import threading
import time
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from local_stack.layout import REPOSITORY, Layout
from navette.demo.steps import wait_for
from navette.gateway import Access

_EXAMPLE = REPOSITORY / "examples" / "order-simple"
_NUMBER = "CMD-2026-004711"


def _erp() -> ModuleType:
    """The example as it stands; it is a program to be read, not a package."""
    spec = importlib.util.spec_from_file_location("buyer_erp", REPOSITORY / "examples" / "buyer-erp" / "erp.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BuyerErp:
    """Publishes, listens, approves."""

    def __init__(self, layout: Layout, access: Access) -> None:
        erp = _erp()
        secrets: dict[str, str] = json.loads((layout.secrets / "demo.json").read_text())["clients"]
        client_id, secret = next(iter(secrets.items()))
        self._erp: Any = erp.Erp(access.url, client_id, secret, str(access.authority))
        self._heard: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._webhook: dict[str, Any] = {}
        self._server: Any = erp.listen(0, lambda: self._webhook["secret"], self._take)

    def __enter__(self) -> "BuyerErp":
        url = f"http://127.0.0.1:{self._server.server_address[1]}/navette"
        self._webhook = self._erp.subscribe(url, ["invoice.archived"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erp.call("notifications", "DELETE", f"/v1/webhooks/{self._webhook['id']}")
        self._erp.close()
        self._server.shutdown()
        self._server.server_close()

    def _take(self, item: dict[str, Any]) -> None:
        with self._lock:
            self._heard.append(item)

    def fresh_number(self) -> str:
        """An order number that no earlier demo took."""
        return f"CMD-{time.strftime('%Y')}-{int(time.time()) % 100_000_000:08d}"

    def publish(self, number: str) -> None:
        """The example's order and receipt under another number."""
        self._erp.publish(_renumbered(_EXAMPLE / "order.xml", number))
        self._erp.receive(_renumbered(_EXAMPLE / "receipt.xml", number))

    def approve(self, invoice_id: str) -> None:
        """Once the webhook told of the invoice, set 205."""
        wait_for("the webhook", lambda: self._told(invoice_id))
        self._erp.status(invoice_id, "205")

    def say(self, invoice_id: str, code: str, *reasons: str) -> None:
        """Set a status."""
        self._erp.status(invoice_id, code, *reasons)

    def _told(self, invoice_id: str) -> dict[str, Any] | None:
        with self._lock:
            return next((item for item in self._heard if item["subject"] == invoice_id), None)


def _renumbered(document: Path, number: str) -> bytes:
    """The order number replaced, and the document's own number made unique with it."""
    content = document.read_text(encoding="utf-8").replace(_NUMBER, number)
    if document.name == "receipt.xml":
        head, _, rest = content.partition("<cbc:ID>")
        _, _, tail = rest.partition("</cbc:ID>")
        content = f"{head}<cbc:ID>BR-{number}</cbc:ID>{tail}"
    return content.encode()
