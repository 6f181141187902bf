"""One run: who takes part, the traffic, the onlookers, and how each crash site is made to be passed."""

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import observed_rows
from history import Poison
from journal import Journal
from onlookers import FeedReader, Stranger, now_and_then
from people import GaveUp, Somebody
from poison import inject
from traffic import Traffic

from actors.listener import Listener, listening
from actors.mesh import ERP, OUTSIDER
from actors.stack import peopled, seed
from local_stack.fixtures import Infra, describe
from local_stack.layout import REPOSITORY
from local_stack.stack import Stack

_LATE = REPOSITORY / "tests" / "data" / "late_supplier.json"
HOOKED = ("invoice.archived", "invoice.status_reported")


@dataclass
class Run:
    """Everybody who takes part in one run."""

    stack: Stack
    journal: Journal
    traffic: Traffic
    listener: Listener
    secret: str
    feed: FeedReader
    stranger: Stranger
    poison: list[Poison] = field(default_factory=list[Poison])
    admitted: bool = False
    """Whether the late supplier is known by now."""

    @property
    def infra(self) -> Infra:
        """Where the infrastructure answers and who may look into it; a stack that was put back has new passwords."""
        return describe(self.stack.layout)

    def admit_the_late_supplier(self) -> None:
        """The supplier whose order waits becomes known, once; a database that is away is asked again."""
        if not self.admitted:
            try:
                seed(self.stack.layout, _LATE)
            except subprocess.CalledProcessError as error:
                self.journal.note("late_supplier_waits", error=error.stderr.decode()[-300:])
            else:
                self.admitted = True

    def let_one_be_overdue(self) -> None:
        """An invoice was delivered longer ago than a buyer may be silent; the services' clocks are left alone."""
        if (late := self.traffic.untold()) is not None:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # the database is away; asked again
                asyncio.run(observed_rows.age_delivery(self.infra, late["id"]))

    def put_poison(self) -> None:
        """Broken records among the invoices, once; a broker that is away is waited out."""
        while not self.poison and not self.traffic.ending.is_set():
            try:
                self.poison = asyncio.run(inject(self.infra))
            except Exception as error:  # noqa: BLE001 - the client says in many ways that the broker is away
                self.journal.note("poison_waits", error=repr(error))
                self.traffic.ending.wait(1.0)


@contextmanager
def started(stack: Stack, folder: Path, number: int) -> Generator[Run]:
    """The demo's companies and one that has nothing to do with them, a webhook, an order for a stranger."""
    mesh = peopled(stack)
    with ExitStack() as open_:
        journal = Journal(folder / "journal")
        open_.callback(journal.close)
        listener = open_.enter_context(listening())
        traffic = Traffic(mesh, journal, number)
        open_.callback(traffic.close)
        hook = {"url": listener.url, "types": HOOKED}
        made = traffic.buyer.send("POST", "/v1/webhooks", json=hook)
        assert made.status_code == 201, made.text
        open_.callback(traffic.without_webhook, made.json()["id"])
        traffic.order_for_a_stranger()
        reader = Somebody(mesh.machine(ERP), traffic.ending)
        outsider = Somebody.person(mesh, "outsider", traffic.ending)
        for onlooker in (reader, outsider):
            open_.callback(onlooker.close)
        yield Run(
            stack, journal, traffic, listener, made.json()["secret"], FeedReader(reader),
            Stranger(str(OUTSIDER), outsider),
        )  # fmt: skip


class Provoker:
    """Makes crash sites be passed: what no invoice passes by itself is done on demand, not too often."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._last: dict[str, tuple[float, threading.Thread | None]] = {}
        self._alone = threading.Lock()

    def __call__(self, site: str) -> None:
        """Do what passes this site."""
        traffic = self._run.traffic
        if site.startswith("replay."):
            self._at_most_each(15, "replay", lambda: traffic.replay("validation", "fill"))
        elif site.startswith("rebuild."):
            self._at_most_each(20, "rebuild", lambda: traffic.replay("signing", "rebuild"))
        elif site.startswith(("registration.mail", "sequencer.audit")):
            self._at_most_each(6, "people", traffic.ask_somebody_in)
        elif site.startswith("mail."):
            self._at_most_each(2, "status", traffic.report_one)
        elif site.startswith("sequencer.waiting-orders"):
            self._at_most_each(10, "late", self._run.admit_the_late_supplier)
        elif site.startswith("sequencer.watchdog"):
            self._at_most_each(10, "overdue", self._run.let_one_be_overdue)
        elif site.startswith(("po_sync.", "invoicing.order.", "publisher.before_send")):
            self._at_most_each(3, "order", traffic.order)
        else:
            self._at_most_each(2, "invoice", traffic.invoice)

    def join(self) -> None:
        """Wait for what is still being done."""
        for _, thread in self._last.values():
            if thread is not None:
                thread.join()

    def _at_most_each(self, seconds: float, what: str, do: Callable[[], object]) -> None:
        """Begin it unless the last one was just now, or is still going on."""
        with self._alone:
            last, thread = self._last.get(what, (0.0, None))
            if time.monotonic() - last < seconds or (thread is not None and thread.is_alive()):
                return

            def quietly() -> None:
                with suppress(GaveUp):
                    do()

            thread = threading.Thread(target=quietly, daemon=True)
            self._last[what] = time.monotonic(), thread
            thread.start()


@contextmanager
def busy(run: Run, wanted: int, clients: int, share: Callable[[], float]) -> Generator[None]:
    """Traffic as long as the block runs, and after it until `wanted` invoices were accepted."""
    traffic, over, polling = run.traffic, threading.Event(), threading.Event()
    others = [
        now_and_then(0.7, polling, run.feed.poll),
        now_and_then(2.0, polling, lambda: run.stranger.look(_some(run))),
        now_and_then(2.5, polling, traffic.report_one),
        now_and_then(9.0, polling, traffic.look_around),
        now_and_then(20.0, polling, traffic.rotate_keys),
        now_and_then(12.0, polling, traffic.ask_somebody_in),
    ]
    with ThreadPoolExecutor(clients) as several:
        running: list[Future[None]] = [
            several.submit(traffic.submit_until, wanted, share, over) for _ in range(clients)
        ]
        try:
            _flowing(run, running, clients)
            yield
        except BaseException:
            traffic.ending.set()
            raise
        finally:
            over.set()
            for each in running:
                each.result()
            polling.set()
            for other in others:
                other.join()


def _some(run: Run) -> list[str]:
    """An invoice that was sent lately."""
    return [line["invoice"] for line in run.journal.of("try")[-1:]]


def _flowing(run: Run, clients: list[Future[None]], count: int) -> None:
    """Wait for the first accepted invoices: faults hit a mesh that works."""
    until = time.monotonic() + 120
    while run.traffic.accepted < count and time.monotonic() < until:
        for client in clients:
            if client.done():
                client.result()
        time.sleep(0.1)
    assert run.traffic.accepted, "no invoice was accepted before the first fault"
