"""The oracle: one function an invariant. Each returns what breaks it, empty when it holds."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from history import Fact, History

_TERMINAL = frozenset({"delivered", "failed", "cancelled"})
Invariant = Callable[[History], list[str]]


def nothing_is_lost(run: History) -> list[str]:
    """I1: what was acknowledged is in the ledger, and has come to its end."""
    known = {each.id: each for each in run.submissions}
    lost = [f"invoice {i}: {s} acknowledged, unknown" for i, s in run.acknowledged.items() if s not in known]
    stuck = [
        f"invoice {i}: {known[s].state}"
        for i, s in run.acknowledged.items()
        if s in known and known[s].state not in _TERMINAL
    ]
    return lost + stuck


def nothing_is_made_up(run: History) -> list[str]:
    """I2: the ledger holds only what was sent."""
    return [f"invoice {each.invoice} was never sent" for each in run.submissions if each.invoice not in run.tried]


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
        if entry.kind == "deposit" and entry.noted is not None:
            digests = {original for _, original in told.get(entry.submission, ())} | {entry.noted.sha256}
            if digests != {run.seals.get(entry.submission, "")}:
                found.append(f"{entry.submission} is archived with other bytes than were sealed")
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


def archived_bytes_are_there(run: History) -> list[str]:
    """I5: what a row says of an original is what the object store has, locked."""
    return [
        f"the original of {entry.submission}: {entry.found} instead of {entry.noted}"
        for entry in run.entries
        if entry.noted is not None and (entry.found is None or entry.found != entry.noted or not entry.found.locked)
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


def each_step_is_told_once(run: History) -> list[str]:
    """I7: each step has one fact; repeats on the wire are byte-equal; a webhook tells each archived invoice."""
    bodies: dict[str, set[str]] = defaultdict(set)
    steps: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in run.facts:
        bodies[fact.id].add(fact.body)
        if fact.submission and fact.type.startswith("invoice.") and fact.type != "invoice.status_reported":
            steps[fact.submission, fact.type].add(fact.id)
    found = [f"fact {i} was sent with {len(b)} contents" for i, b in bodies.items() if len(b) > 1]
    found += [f"{s}: {len(ids)} facts {kind}" for (s, kind), ids in steps.items() if len(ids) > 1]
    wanted = {"invoice.submitted", "invoice.validated", "invoice.sealed", "invoice.archived", "invoice.delivered"}
    for each in run.submissions:
        told = {kind for submission, kind in steps if submission == each.id}
        if each.state == "delivered" and not wanted <= told:
            found.append(f"{each.id} was delivered without {sorted(wanted - told)}")
    return found + _webhooks(run)


def _webhooks(run: History) -> list[str]:
    bodies: dict[str, set[str]] = defaultdict(set)
    for hook in run.heard:
        bodies[hook.id].add(hook.body)
    about = {hook.subject for hook in run.heard if hook.type == "invoice.archived"}
    delivered = {each.invoice for each in run.submissions if each.state == "delivered"} & run.hooked
    return [f"webhook {i} came with {len(b)} contents" for i, b in bodies.items() if len(b) > 1] + [
        f"no webhook told that {invoice} was archived" for invoice in sorted(delivered - about)
    ]


def _first_arrivals(facts: Iterable[Fact]) -> list[Fact]:
    return list({fact.id: fact for fact in reversed(list(facts))}.values())[::-1]


def a_keys_facts_keep_their_order(run: History) -> list[str]:
    """I8: first arrivals of a source's facts about one subject count up."""
    last: dict[str, int] = {}
    found: list[str] = []
    for fact in _first_arrivals(run.facts):
        if fact.sequence <= last.get(fact.key, 0):
            found.append(f"{fact.type} of {fact.key} came with number {fact.sequence} after {last[fact.key]}")
        last[fact.key] = fact.sequence
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


def a_repeated_request_gets_its_first_answer(run: History) -> list[str]:
    """I10: the same key and body get the same answer."""
    return [f"key {key} got {len(set(b))} different answers" for key, b in run.replies.items() if len(set(b)) > 1]


def totals_are_equal_everywhere(run: History) -> list[str]:
    """I12: the total that was submitted is the invoice's."""
    gross = {each.id: each.gross for each in run.submissions}
    return [
        f"{fact.submission}: {fact.gross} on the bus, {gross[fact.submission]} in the ledger"
        for fact in run.facts
        if fact.gross is not None and fact.submission in gross and fact.gross != gross[fact.submission]
    ]


def nothing_is_left_over(run: History) -> list[str]:
    """I13: outboxes empty, nothing parked or unread, dead letters only those that were injected."""
    found = [
        f"{rest.service}: {name} {count}"
        for rest in run.rests
        for name, count in (("outbox", rest.outbox), ("parked", rest.parked), ("lag", rest.lag))
        if count
    ]
    dead = sum(rest.dead for rest in run.rests)
    return found + ([f"{dead} dead letters, {run.poison} injected"] if dead != run.poison else [])


def nothing_is_held(run: History) -> list[str]:
    """I14: no transaction was left open, and every audit row is numbered in a whole chain."""
    return [
        f"{rest.service}: {name} {value}"
        for rest in run.rests
        for name, value in (
            ("idle transactions", rest.idle_transactions),
            ("audit rows without number", rest.unnumbered_audits),
            ("audit chain", rest.broken_audit),
        )
        if value
    ]


def projections_are_what_the_topics_say(run: History) -> list[str]:
    """I15: every projection, rebuilt from its topics, is the live one."""
    return [f"{table} differs from its rebuild" for table, (live, new) in run.rebuilt.items() if live != new]


INVARIANTS: dict[str, Invariant] = {
    "I1": nothing_is_lost,
    "I2": nothing_is_made_up,
    "I3": each_is_sealed_once,
    "I4": numbers_are_gapless,
    "I5": archived_bytes_are_there,
    "I6": the_log_is_what_was_signed,
    "I7": each_step_is_told_once,
    "I8": a_keys_facts_keep_their_order,
    "I9": no_line_is_overdrawn,
    "I10": a_repeated_request_gets_its_first_answer,
    "I12": totals_are_equal_everywhere,
    "I13": nothing_is_left_over,
    "I14": nothing_is_held,
    "I15": projections_are_what_the_topics_say,
}


def broken(run: History) -> dict[str, list[str]]:
    """Everything that is broken, by invariant."""
    found = {name: invariant(run) for name, invariant in INVARIANTS.items()}
    return {name: faults for name, faults in found.items() if faults}
