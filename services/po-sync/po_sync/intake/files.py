"""Files of orders are worked through chunk by chunk: what a chunk does and how far the file is commit together.

So a process that dies goes on where the last chunk ended, and does nothing twice. While a chunk commits, the next one
is read, checked and stored already: two chunks are in memory, whatever the file's size.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import RowMapping

from contracts.faults import Finding
from contracts.refs import DocumentRef
from documents.order import Order
from documents.receipt import ReceiptAdvice
from mesh import audit
from mesh.errors import Conflict, Refusal, Undone
from mesh.hop import store_is_away
from mesh.leases import Lease
from mesh.transaction import Transaction
from po_sync import checking, errors
from po_sync.domain import completeness, revision
from po_sync.env import Env
from po_sync.intake import orders, preparing, receipts, rows, sending
from po_sync.intake.orders import Taken
from po_sync.intake.preparing import Store
from po_sync.intake.rows import FileUnreadable, Row, RowProblem
from po_sync.intake.sending import Sender
from po_sync.store import files
from po_sync.store.files import Result

CHUNK: Final = 100
_CHUNK_BYTES: Final = 4 * 1024 * 1024
"""Of UBL: rows above it begin a chunk of their own, so that memory stays flat."""
_IDLE: Final = 1.0
_AWAY: Final = 1.0
log = structlog.get_logger(__name__)


class FileWorker:
    """Works through one file after the other, as long as this process holds the lease for it."""

    def __init__(self, env: Env, holder: str) -> None:
        self._env = env
        self._lease = Lease(env.pipeline, "order-files", holder, seconds=30)
        self._wake = asyncio.Event()
        env.api.after_commit(self._committed)

    async def _committed(self, tx: Transaction) -> None:
        if tx.unnumbered:
            self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; what is away is waited out."""
        while True:
            self._wake.clear()
            try:
                while await self.once():
                    pass
            except Undone as error:
                log.warning("order_files_wait", error=str(error))
                await asyncio.sleep(_AWAY)
            except Exception as error:
                if not store_is_away(error):
                    raise
                log.warning("order_files_wait", error=str(error))
                await asyncio.sleep(_AWAY)
            try:
                async with asyncio.timeout(_IDLE):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def once(self) -> bool:
        """Work through the oldest open file; False when there is none, or another process does it."""
        if not await self._lease.take():
            return False
        async with self._env.pipeline.transaction() as tx:
            file = await files.oldest_open(tx)
            if file is not None:
                await files.begin(tx, file["id"], self._env.clock.now())
        if file is None:
            return False
        with TemporaryDirectory(prefix="order-file-") as folder:
            path = Path(folder) / "content"
            await self._env.objects.save(DocumentRef.model_validate(file["document"]), path)
            await self._through(file, path)
        return True

    async def _through(self, file: RowMapping, path: Path) -> None:
        source = _Source(rows.rows(path, file["format"]), file["cursor"])
        failure: Sequence[RowProblem] = ()
        following = asyncio.create_task(self._next(file, source, file["cursor"]))
        try:
            while True:
                try:
                    chunk = await following
                except FileUnreadable as error:
                    failure = error.problems
                    break
                if chunk is None:
                    break
                following = asyncio.create_task(self._next(file, source, chunk.end))
                if not await self._lease.take() or not await self._recorded(chunk):
                    return
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        async with self._env.pipeline.transaction() as tx:
            await files.end(tx, file["id"], self._env.clock.now(), failure)

    async def _next(self, file: RowMapping, source: "_Source", cursor: int) -> "_Chunk | None":
        """The rows after the cursor, prepared; None at the end of the file."""
        found = await asyncio.to_thread(source.chunk)
        if not found:
            return None
        chunk = _Chunk(self._env, file, cursor, found)
        await chunk.prepare()
        return chunk

    async def _recorded(self, chunk: "_Chunk") -> bool:
        """Commit a prepared chunk; False when another process was first. A stale one is prepared again before."""
        for _ in range(5):
            try:
                async with self._env.pipeline.transaction() as tx:
                    return await chunk.record(tx, self._env.clock.now())
            except Conflict as refusal:
                if refusal.code != errors.BUSY:
                    raise
            await chunk.prepare()
        raise Undone("the orders of a file keep changing underneath it")


class _Source:
    """Rows in chunks, those that were done skipped."""

    def __init__(self, found: Iterator[Row], done: int) -> None:
        self._rows = found
        self._done = done

    def chunk(self) -> list[Row]:
        if self._done:
            for _ in islice(self._rows, self._done):
                pass
            self._done = 0
        taken: list[Row] = []
        size = 0
        for row in self._rows:
            taken.append(row)
            size += len(row.xml or b"")
            if len(taken) == CHUNK or size > _CHUNK_BYTES:
                break
        return taken


@dataclass(frozen=True)
class _Run:
    """Rows that are taken together: whole orders with numbers of their own, or one document of another kind."""

    rows: tuple[tuple[int, Row], ...]


def _runs(chunk: Sequence[tuple[int, Row]]) -> Iterator[_Run]:
    held: dict[str, tuple[int, Row]] = {}
    for n, row in chunk:
        key = revision.number_key(row.number)
        if isinstance(row.document, Order) and key not in held:
            held[key] = (n, row)
            continue
        if held:
            yield _Run(tuple(held.values()))
            held = {}
        if isinstance(row.document, Order):
            held[key] = (n, row)
        else:
            yield _Run(((n, row),))
    if held:
        yield _Run(tuple(held.values()))


class _Chunk:
    """Some rows of a file on their way in."""

    def __init__(self, env: Env, file: RowMapping, cursor: int, chunk: Sequence[Row]) -> None:
        self._env = env
        self._file = file
        self._cursor = cursor
        self._rows = chunk
        self._buyer: UUID = file["buyer_id"]
        self._companies: list[UUID] = file["companies"]
        self._store = Store(env.pipeline, env.objects, None)
        self._sender = Sender(self._companies, file["unit_asked"])
        self._refused: dict[int, tuple[RowProblem, ...]] = {}
        self._checked = False
        self._incoming: dict[int, preparing.Incoming] = {}

    @property
    def end(self) -> int:
        """The cursor behind the chunk."""
        return self._cursor + len(self._rows)

    async def prepare(self) -> None:
        """Check each row, then store contents and compare them with what stands."""
        if not self._checked:
            for n, row in enumerate(self._rows, self._cursor + 1):
                problems = row.problems or await self._against(row)
                if problems:
                    self._refused[n] = tuple(problems)
            self._checked = True
        whole = [(n, row.document) for n, row in self._good() if isinstance(row.document, Order)]
        found = await preparing.incoming(
            self._store, self._companies, [order for _, order in whole], self._file["unit_asked"]
        )
        self._incoming = {n: item for (n, _), item in zip(whole, found, strict=True)}

    def _good(self) -> list[tuple[int, Row]]:
        return [(n, row) for n, row in enumerate(self._rows, self._cursor + 1) if n not in self._refused]

    async def _against(self, row: Row) -> list[RowProblem]:
        document = row.document
        found: Sequence[Finding] = ()
        if isinstance(document, Order):
            found = completeness.order_findings(document)
        elif isinstance(document, ReceiptAdvice):
            found = completeness.receipt_findings(document)
        if not found and row.xml is not None:
            try:
                found = await checking.fatal_findings(self._env.checker, row.xml)
            except Refusal as refusal:
                raise Undone(refusal.detail) from None
            found = checking.refused(found).violations
        return [_problem(finding, row.line) for finding in found]

    async def record(self, tx: Transaction, now: datetime) -> bool:
        """Take the good rows in, keep what became of each, and move the cursor; False: somebody else did."""
        results = [_rejected(n, self._rows[n - self._cursor - 1], found) for n, found in self._refused.items()]
        for run in _runs(self._good()):
            results += await self._taken(tx, run, now)
        results.sort(key=lambda result: result.row)
        done = [str(result.document_id) for result in results if result.outcome in ("created", "changed", "recorded")]
        if done:
            audit.note(
                tx,
                actor=self._file["actor"],
                action="order-file.take",
                subject=str(self._file["id"]),
                company_id=self._buyer,
                detail={"rows": f"{results[0].row}-{results[-1].row}", "documents": done},
            )
        return await files.advance(tx, self._file["id"], self._buyer, self._cursor, results)

    async def _taken(self, tx: Transaction, run: _Run, now: datetime) -> list[Result]:
        if isinstance(run.rows[0][1].document, Order):
            try:
                items = [self._incoming[n] for n, _ in run.rows]
                taken = await orders.take_all(tx, self._companies, items, now)
            except Refusal as refusal:
                if refusal.code == errors.BUSY:
                    raise
                return [_rejected(n, row, [_of_refusal(refusal, row)]) for n, row in run.rows]
            return [_result(n, row, found) for (n, row), found in zip(run.rows, taken, strict=True)]
        n, row = run.rows[0]
        try:
            return [await self._single(tx, n, row, now)]
        except Refusal as refusal:
            if refusal.code == errors.BUSY:
                raise
            return [_rejected(n, row, [_of_refusal(refusal, row)])]

    async def _single(self, tx: Transaction, n: int, row: Row, now: datetime) -> Result:
        """A receipt, a change or a cancellation; a change is read against what stands within this transaction."""
        document = row.document
        assert document is not None
        if isinstance(document, ReceiptAdvice):
            receipt_id, new, waits = await receipts.take_in(tx, self._companies, document, now)
            outcome = "recorded" if new else "unchanged"
            return Result(n, row.line, row.entry, row.kind, row.number, outcome, receipt_id, waits)
        assert not isinstance(document, Order)
        prepared = await sending.prepare(self._store.within(tx), self._sender, document)
        taken = await sending.record(tx, self._sender, document, prepared, now)
        return _result(n, row, taken)


def _problem(finding: Finding, line: int) -> RowProblem:
    return RowProblem(finding.rule, line, finding.pointer[:500], finding.detail[:300])


def _of_refusal(refusal: Refusal, row: Row) -> RowProblem:
    pointer = refusal.violations[0].pointer if refusal.violations else ""
    return RowProblem(refusal.code, row.line, pointer, refusal.detail[:300])


def _rejected(n: int, row: Row, problems: Sequence[RowProblem]) -> Result:
    return Result(n, row.line, row.entry, row.kind, row.number, "rejected", problems=tuple(problems))


def _result(n: int, row: Row, found: Taken | Refusal) -> Result:
    if isinstance(found, Refusal):
        return _rejected(n, row, [_of_refusal(found, row)])
    waiting = found.waiting_for
    return Result(n, row.line, row.entry, row.kind, row.number, found.outcome.value, found.order_id, waiting)
