"""The same facts give the same view and the same ledger stage, in whatever order they are learnt."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from invoicing.domain.ledger import Event, Stage, stage_of
from invoicing.domain.life import Entry, State, events_of, timeline, view

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STEPS = ("invoice.validated", "invoice.sealed", "invoice.archived", "invoice.delivered")


def entry(kind: str, minutes: int, submission: UUID | None, delivery: UUID | None = None, **data: Any) -> Entry:
    at = START + timedelta(minutes=minutes)
    return Entry(new_id(), kind, at, "/svc/x", submission, delivery, data)


def life(*, failures: int, steps: int, codes: list[str], cancelled: bool) -> list[Entry]:
    """Some attempts that failed, then one that came as far as `steps`, with statuses of its delivery."""
    found: list[Entry] = []
    for attempt in range(1, failures + 2):
        submission, delivery = new_id(), new_id()
        found.append(entry("invoice.submitted", 10 * attempt, submission, attempt=attempt))
        if attempt <= failures:
            found.append(entry("invoice.failed", 10 * attempt + 1, submission, stage="validation", reason="RULES"))
            continue
        for index, kind in enumerate(STEPS[:steps]):
            found.append(entry(kind, 10 * attempt + 1 + index, submission, delivery if index >= 2 else None))
        for index, code in enumerate(codes):
            found.append(entry("invoice.status_reported", 100 + index, None, delivery, code=code))
        if cancelled:
            found.append(entry("invoice.cancelled", 99, submission))
    return found


LIVES = st.builds(
    life,
    failures=st.integers(0, 3),
    steps=st.integers(0, 4),
    codes=st.lists(st.sampled_from(["204", "205", "207", "210", "211", "213", "999"]), max_size=5),
    cancelled=st.booleans(),
)


@given(LIVES, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_the_same_facts_gives_the_same_view(
    log: list[Entry], dice: random.Random
) -> None:
    shuffled = log + dice.sample(log, dice.randint(0, len(log)))
    dice.shuffle(shuffled)
    assert view(shuffled) == view(log)
    assert timeline(shuffled) == timeline(log)
    for submission in {found.submission_id for found in log if found.submission_id}:
        assert events_of(shuffled, submission) == events_of(log, submission)


@given(LIVES)
def test_no_more_than_one_submission_takes_anything_at_a_time(log: list[Entry]) -> None:
    submissions = {found.submission_id for found in log if found.type == "invoice.submitted" and found.submission_id}
    stages = [stage_of(events_of(log, submission)) for submission in submissions]
    assert sum(stage in (Stage.RESERVED, Stage.INVOICED) for stage in stages) <= 1


def test_a_refusal_stands_against_whatever_comes_later() -> None:
    shown = view(life(failures=0, steps=4, codes=["210", "205", "211"], cancelled=False))
    assert (shown.state, shown.status, shown.closed) == (State.DELIVERED, "210", True)


def test_a_status_of_another_delivery_is_kept_without_effect() -> None:
    log = life(failures=0, steps=4, codes=["205"], cancelled=False)
    duplicate = entry("invoice.status_reported", 200, None, new_id(), code="213")
    assert view([*log, duplicate]) == view(log)


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert view(life(failures=0, steps=3, codes=["999"], cancelled=False)).status == "999"


def test_facts_of_an_older_submission_never_act() -> None:
    log = life(failures=1, steps=2, codes=[], cancelled=False)
    older = next(found.submission_id for found in log if found.type == "invoice.failed")
    assert view([*log, entry("invoice.failed", 300, older, stage="signing", reason="LATE")]) == view(log)


def test_what_is_archived_did_not_fail() -> None:
    assert stage_of({Event.SUBMITTED, Event.FAILED, Event.ARCHIVED}) is Stage.INVOICED


def test_a_credit_note_for_a_freed_invoice_takes_nothing() -> None:
    assert stage_of({Event.SUBMITTED, Event.ARCHIVED}, original=Stage.FREED) is Stage.VOID
    assert stage_of({Event.SUBMITTED, Event.ARCHIVED}, original=Stage.INVOICED) is Stage.INVOICED


def test_a_step_never_comes_before_the_step_it_follows_from() -> None:
    submission, delivery = new_id(), new_id()
    log = [
        entry("invoice.submitted", 10, submission, attempt=1),
        entry("invoice.validated", 12, submission),
        entry("invoice.sealed", 11, submission),  # stamped by a clock that counts whole seconds
        entry("invoice.archived", 13, submission, delivery),
        entry("invoice.status_reported", 9, None, delivery, code="204"),  # the buyer's clock is behind
    ]
    kinds = ["submitted", "validated", "sealed", "archived", "status_reported"]
    assert [found.type.removeprefix("invoice.") for found in timeline(reversed(log))] == kinds
