"""The oracle's invariants about what must be kept: I1 to I6, I9 and I12. Each returns what breaks it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from history import History, Stored

_TERMINAL = frozenset({"delivered", "failed", "cancelled"})


def nothing_is_lost(run: History) -> list[str]:
    """I1: what was acknowledged is in the ledger, and has come to its end; an acknowledged order is at its supplier."""
    known = {each.id: each for each in run.submissions}
    lost = [f"invoice {i}: {s} acknowledged, unknown" for i, s in run.acknowledged.items() if s not in known]
    stuck = [
        f"invoice {i}: {known[s].state}"
        for i, s in run.acknowledged.items()
        if s in known and known[s].state not in _TERMINAL
    ]
    orders = {i: run.orders.get(i, "unknown") for i in sorted(run.ordered)}
    return lost + stuck + [f"order {i} acknowledged, {what}" for i, what in orders.items() if what != "known"]


def nothing_is_made_up(run: History) -> list[str]:
    """I2: the ledger holds only what was sent, and an invoice that was sent once has one submission."""
    counts = Counter(each.invoice for each in run.submissions)
    made_up = [f"invoice {each.invoice} was never sent" for each in run.submissions if each.invoice not in run.tried]
    return made_up + [f"invoice {i} was sent once and has {n} submissions" for i, n in counts.items() if n > 1]


def each_is_sealed_once(run: History) -> list[str]:
    """I3: one seal a submission, the same bytes on the bus, in signing's row and in the archive; one deposit."""
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for fact in run.facts:
        if fact.type == "invoice.sealed":
            told[fact.submission].add((fact.id, fact.original))
    deposits = Counter(entry.submission for entry in run.entries if entry.kind == "deposit")
    found = [f"{s} was sealed {len(seals)} times" for s, seals in told.items() if len(seals) > 1]
    found += [f"{s} was deposited {count} times" for s, count in deposits.items() if count > 1]
    for entry in run.entries:
        if entry.kind == "deposit" and entry.found is not None:
            digests = {original for _, original in told.get(entry.submission, ())} | {entry.original}
            if digests != {run.seals.get(entry.submission, "")}:
                found.append(f"{entry.submission} is archived with other bytes than were sealed")
    found += [f"{key} has {count} versions" for key, count in run.copies.items() if count > 1]
    delivered = {each.id for each in run.submissions if each.state == "delivered"}
    return found + [f"{s} was delivered and is not archived" for s in delivered - set(deposits)]


def numbers_are_gapless(run: History) -> list[str]:
    """I4: a supplier's series and the log count without a gap; an invoice number is used once a supplier."""
    found: list[str] = []
    series: dict[str, list[int]] = defaultdict(list)
    for entry in run.entries:
        if entry.sequence is None or entry.leaf_index is None:
            found.append(f"the entry of {entry.submission} has no number")
        else:
            series[entry.supplier].append(entry.sequence)
    found += [f"series of {s}: {sorted(n)}" for s, n in series.items() if sorted(n) != list(range(1, len(n) + 1))]
    leaves = sorted(entry.leaf_index for entry in run.entries if entry.leaf_index is not None)
    if leaves != list(range(len(leaves))):
        found.append("the leaves of the log have gaps or duplicates")
    numbers = Counter((s, n) for s, n, _ in {(each.supplier, each.number, each.invoice) for each in run.submissions})
    return found + [f"number {n} was used {count} times" for (_, n), count in numbers.items() if count > 1]


def _is_kept(noted: Stored, found: Stored | None) -> bool:
    """The same bytes, locked until then at least: who adopts an object may make its lock longer, nobody shorter."""
    return found is not None and found.until >= noted.until and replace(found, until=noted.until) == noted


def archived_bytes_are_there(run: History) -> list[str]:
    """I5: what a row says of a deposit is what the object store has, locked as long; no object without its row."""
    found = [
        f"the deposit of {entry.submission}: {entry.found} instead of {entry.noted}"
        for entry in run.entries
        if entry.noted is not None and not _is_kept(entry.noted, entry.found)
    ]
    deposits = {entry.submission for entry in run.entries if entry.kind == "deposit"}
    deposited = {key for key in run.copies if key.startswith("archive/")}
    return found + [
        f"{key} belongs to no entry"
        for key in sorted(deposited)
        if key.rpartition("/")[2].removesuffix(".zip") not in deposits
    ]


def _leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of leaf hashes (RFC 9162, §2.1.1), written here anew on purpose."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


def the_log_is_what_was_signed(run: History) -> list[str]:
    """I6: the root of the leaves is the one of every signed head, the last head covers them all."""
    leaves = [_leaf_hash(e.leaf) for e in sorted(run.entries, key=lambda e: e.leaf_index or 0)]
    found = [f"head {head.size} is not signed by the log's key" for head in run.heads if not head.signed]
    found += [
        f"head {head.size} is not the root of the leaves"
        for head in run.heads
        if head.size > len(leaves) or root(leaves[: head.size]).hex() != head.root
    ]
    if leaves and max((head.size for head in run.heads), default=0) != len(leaves):
        found.append(f"no head covers all {len(leaves)} leaves")
    return found


def no_line_is_overdrawn(run: History) -> list[str]:
    """I9: what counts against an order line is at most what may, and is what its submissions take."""
    over = [
        f"line {line.id}: {line.invoiced + line.reserved - line.credited} of {line.allowed}"
        for line in run.lines
        if line.invoiced + line.reserved - line.credited > line.allowed
    ]
    return over + [
        f"line {line.id}: counters say {line.invoiced + line.reserved}, submissions {line.used}"
        for line in run.lines
        if line.invoiced + line.reserved != line.used
    ]


def totals_are_equal_everywhere(run: History) -> list[str]:
    """I12: the ledger's total is that of the fact, of the XML in the archived file, and of what the buyer was told."""
    gross = {each.id: each.gross for each in run.submissions}
    by_invoice = {each.invoice: each.gross for each in run.submissions}
    said = [
        *(("the bus", fact.submission, fact.gross, gross.get(fact.submission)) for fact in run.facts),
        *(
            ("the archived XML", entry.submission, entry.gross or 0, gross.get(entry.submission))
            for entry in run.entries
            if entry.kind == "deposit"
        ),
        *(("a webhook", hook.subject, hook.gross, by_invoice.get(hook.subject)) for hook in run.heard),
    ]
    return [
        f"{about}: {other} in {where}, {ours} in the ledger"
        for where, about, other, ours in said
        if other is not None and ours is not None and other != ours
    ]
