"""The oracle can see: a good history breaks nothing, and each history with a seeded fault breaks its invariant.

All fifteen invariants apply. What of them does not, and where it is proved instead: of I3, that a time-stamp token is
referenced once (it is inside the sealed bytes, which are compared); of I5, ten years (a local stack locks for a day;
that term is compared); of I9, credit notes in flight (services/invoicing, ledger races); of I12, the form and the
printed page (services/signing); of I14, temporary files (services keep none outside their memory).
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from history import Entry, Fact, Head, Heard, History, Letter, Line, Mailed, Poison, Rest, Shown, Stored, Submission
from invariants import INVARIANTS, broken
from ledger_invariants import root

_STEPS = ("invoice.submitted", "invoice.validated", "invoice.sealed", "invoice.archived", "invoice.delivered")
_NUMBERS = ("F-0", "F-1", "F-2")
_LEAVES = [b"leaf 0", b"leaf 1", b"leaf 2"]


def good() -> History:
    """Three invoices that were delivered, with everything that follows from that."""
    run = History()
    hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in _LEAVES]
    for n in range(3):
        invoice, submission, digest = f"i{n}", f"s{n}", f"{n:064x}"
        run.tried.add(invoice)
        run.owners[invoice] = frozenset({"supplier", "buyer"})
        run.shown += [Shown(side, "feed item", invoice) for side in ("supplier", "buyer")]
        run.reported[_NUMBERS[n]] = "them@supplier"
        run.mails += [Mailed(f"<mail {n}>", "them@supplier", frozenset({_NUMBERS[n]}), f"mail body {n}")] * 2
        run.feed.append((n + 5, f"item {n}"))
        run.copies[f"archive/supplier/{submission}.zip"] = 1
        run.acknowledged[invoice] = submission
        run.replies[f"key {n}"] = ["answer", "answer"]
        run.submissions.append(Submission(submission, invoice, "supplier", _NUMBERS[n], "delivered", Decimal("1.20")))
        run.seals[submission] = digest
        stored = Stored(digest, 100)
        gross = Decimal("1.20")
        run.entries.append(
            Entry(submission, "deposit", "supplier", n + 1, n, _LEAVES[n], stored, stored, gross, digest)
        )
        for kind in _STEPS:
            run.facts.append(
                Fact(f"{kind} {n}", kind, f"{kind} {invoice}", submission, 1, f"body {kind} {n}",
                     digest if kind == "invoice.sealed" else "", Decimal("1.20") if kind == _STEPS[0] else None,
                     "supplier", frozenset({"supplier", "buyer"}))
            )  # fmt: skip
        run.heard += [Heard(f"hook {n}", "invoice.archived", invoice, f"hook body {n}", True, Decimal("1.20"))] * 2
        run.heads.append(Head(n + 1, root(hashes[: n + 1]).hex()))
    run.lines.append(Line("line", Decimal(3), Decimal(0), Decimal(3), Decimal(0), Decimal(3)))
    run.polled = list(run.feed)
    run.people["them@supplier"] = "supplier"
    run.asked_in.add("new@buyer")
    run.mails.append(Mailed("<invitation>", "new@buyer", frozenset(), "come"))
    run.ordered.add("order")
    run.orders["order"] = "known"
    run.misused.append(422)
    run.poison.append(Poison("no JSON", "key", "bytes", frozenset({"signing"})))
    run.letters.append(Letter("signing", "key", "what is wrong", told=True, body="bytes"))
    run.rests.append(Rest("signing", blocked=1))
    run.rebuilt["signing.connection"] = ("hash", "hash")
    return run


def _entry(run: History, n: int, **changed: object) -> None:
    run.entries[n] = replace(run.entries[n], **changed)  # pyright: ignore[reportArgumentType] - fields by name


def _fact(run: History, n: int, **changed: object) -> None:
    run.facts.append(replace(run.facts[n], **changed))  # pyright: ignore[reportArgumentType] - fields by name


def _rest(run: History, **changed: object) -> None:
    run.rests[0] = replace(run.rests[0], **changed)  # pyright: ignore[reportArgumentType] - fields by name


BAD: dict[str, tuple[str, Callable[[History], object]]] = {
    "an acknowledged submission is unknown": ("I1", lambda run: run.acknowledged.update(i9="s9")),
    "an invoice never ended": (
        "I1", lambda run: run.submissions.append(replace(run.submissions.pop(), state="validated"))),
    "an invoice that nobody sent": ("I2", lambda run: run.tried.remove("i0")),
    "a second seal": ("I3", lambda run: _fact(run, 2, id="another", original="f" * 64)),
    "a second deposit": ("I3", lambda run: run.entries.append(replace(run.entries[0], leaf_index=3, sequence=4))),
    "other bytes in the archive": (
        "I3", lambda run: _entry(run, 0, original="e" * 64)),
    "a delivered invoice that is not archived": ("I3", lambda run: run.entries.pop()),
    "a gap in a series": ("I4", lambda run: _entry(run, 2, sequence=4)),
    "a number twice": ("I4", lambda run: _entry(run, 2, sequence=2)),
    "an entry without number": ("I4", lambda run: _entry(run, 2, sequence=None, leaf_index=None)),
    "an invoice number used twice": (
        "I4", lambda run: run.submissions.append(replace(run.submissions.pop(), number="F-0"))),
    "an object that is gone": ("I5", lambda run: _entry(run, 1, found=None)),
    "an object that can be removed": ("I5", lambda run: _entry(run, 1, found=Stored(f"{1:064x}", 100, locked=False))),
    "one bit of a leaf": ("I6", lambda run: _entry(run, 1, leaf=b"leaf 0")),
    "a head that is not signed": ("I6", lambda run: run.heads.append(replace(run.heads.pop(), signed=False))),
    "a log cut short": ("I6", lambda run: run.entries.pop()),
    "a leaf that no head covers": ("I6", lambda run: run.heads.pop()),
    "a fact with two contents": ("I7", lambda run: _fact(run, 0, body="another")),
    "a step told by two facts": ("I7", lambda run: _fact(run, 1, id="another", sequence=2)),
    "a step that was not told": ("I7", lambda run: run.facts.pop()),
    "a webhook with two contents": ("I7", lambda run: run.heard.append(replace(run.heard[0], body="another"))),
    "a webhook that never came": ("I7", lambda run: run.heard.remove(run.heard.pop())),
    "facts of one subject turned around": (
        "I8", lambda run: run.facts.insert(0, replace(run.facts[0], id="later", type="invoice.cancelled", sequence=2))),
    "a line overdrawn": (
        "I9", lambda run: run.lines.append(Line("b", Decimal(1), Decimal(1), Decimal(1), Decimal(0), Decimal(2)))),
    "a counter that nothing explains": (
        "I9", lambda run: run.lines.append(Line("b", Decimal(9), Decimal(0), Decimal(2), Decimal(0), Decimal(1)))),
    "another answer to the same key": ("I10", lambda run: run.replies["key 0"].append("another")),
    "another total on the bus": (
        "I12", lambda run: run.submissions.append(replace(run.submissions.pop(), gross=Decimal("1.21")))),
    "an outbox that is not empty": ("I13", lambda run: _rest(run, outbox=1)),
    "a parked fact": ("I13", lambda run: _rest(run, parked=1)),
    "an unread fact": ("I13", lambda run: _rest(run, lag=1)),
    "an open transaction": ("I14", lambda run: _rest(run, idle_transactions=1)),
    "an unnumbered audit row": ("I14", lambda run: _rest(run, unnumbered_audits=1)),
    "a broken audit chain": ("I14", lambda run: _rest(run, broken_audit="number 3")),
    "an acknowledged order that its supplier never got": ("I1", lambda run: run.orders.update(order="lost")),
    "an acknowledged order that is unknown": ("I1", lambda run: run.ordered.add("another")),
    "two submissions of one submit": (
        "I2", lambda run: run.submissions.append(replace(run.submissions[0], id="twin", state="cancelled"))),
    "two versions of a sealed file": ("I3", lambda run: run.copies.update({"documents/sealed/s0.pdf": 2})),
    "an object without its row": ("I5", lambda run: run.copies.update({"archive/supplier/s9.zip": 1})),
    "an object that is locked for too short a time": (
        "I5", lambda run: _entry(
            run, 1, noted=Stored(f"{1:064x}", 100, until="2036-01-02T00:00:00"),
            found=Stored(f"{1:064x}", 100, until="2036-01-01T00:00:00"))),
    "a webhook that anybody could have sent": (
        "I7", lambda run: run.heard.append(replace(run.heard[0], signed=False))),
    "the same news under two webhook ids": ("I7", lambda run: run.heard.append(replace(run.heard[0], id="another"))),
    "a mail with two contents": ("I7", lambda run: run.mails.append(replace(run.mails[0], body="another"))),
    "the same news under two Message-IDs": ("I7", lambda run: run.mails.append(replace(run.mails[0], id="<another>"))),
    "a mail that never came": ("I7", lambda run: run.reported.update({"F-9": "them@supplier"})),
    "two invitations": ("I7", lambda run: run.mails.append(Mailed("<b>", "new@buyer", frozenset(), "come"))),
    "an item that polling missed": ("I8", lambda run: run.polled.pop(1)),
    "an item that polling read twice": ("I8", lambda run: run.polled.append(run.polled[-1])),
    "a position twice": ("I8", lambda run: (run.feed.append((7, "b")), run.polled.append((7, "b")))),
    "another request under a used key": ("I10", lambda run: run.misused.append(201)),
    "an invoice in a stranger's list": ("I11", lambda run: run.shown.append(Shown("stranger", "/v1/invoices", "i0"))),
    "a fact of somebody else": ("I11", lambda run: _fact(run, 0, tenant="stranger")),
    "a mail to a stranger": (
        "I11", lambda run: run.mails.append(Mailed("<c>", "them@stranger", frozenset({"F-0"}), "x"))),
    "another total in the archived XML": ("I12", lambda run: _entry(run, 0, gross=Decimal("1.21"))),
    "no total in the archived XML": ("I12", lambda run: _entry(run, 0, gross=None)),
    "another total told to the buyer": (
        "I12", lambda run: run.heard.append(replace(run.heard[0], gross=Decimal("1.21")))),
    "a mail that was not sent": ("I13", lambda run: _rest(run, unsent=1)),
    "a dead letter that nobody injected": (
        "I13", lambda run: run.letters.append(replace(run.letters[0], service="archive"))),
    "poison that vanished": ("I13", lambda run: run.letters.pop()),
    "a dead letter that lost bytes": (
        "I13", lambda run: run.letters.append(replace(run.letters.pop(), body="other bytes"))),
    "a dead letter that no operator sees": (
        "I13", lambda run: run.letters.append(replace(run.letters.pop(), told=False))),
    "a wait for a lock": ("I14", lambda run: _rest(run, waiting_locks=1)),
    "a lease that lapsed": ("I14", lambda run: _rest(run, lost_leases=1)),
    "an upload that was never ended": ("I14", lambda run: setattr(run, "uploads", 1)),
    "a projection that drifted": ("I15", lambda run: run.rebuilt.update({"archive.ended": ("a", "b")})),
}  # fmt: skip


def test_a_good_history_breaks_nothing() -> None:
    assert broken(good()) == {}


@pytest.mark.parametrize("fault", BAD)
def test_a_history_with_a_seeded_fault_breaks_its_invariant(fault: str) -> None:
    run = good()
    name, seed = BAD[fault]
    seed(run)
    assert name in broken(run)


def test_every_invariant_has_a_history_that_breaks_it() -> None:
    assert {name for name, _ in BAD.values()} == set(INVARIANTS)
