"""Which records belong to a snapshot, and where consumers go on when topics are put back."""

from array import array
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from navette.recovery.manifest import Manifest, Objects, Position, TopicState
from navette.recovery.restore import behind
from navette.recovery.topics import belongs, moved

TOPIC = "navette.invoices.events.v1"


@dataclass
class Record:
    """What is looked at of a record of Kafka."""

    offset: int
    headers: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    topic: str = TOPIC
    partition: int = 0


def fact(offset: int, sequence: int) -> Record:
    named = {"ce_source": "/svc/signing", "ce_subject": "an-invoice", "ce_sequence": str(sequence)}
    return Record(offset, [(name, value.encode()) for name, value in named.items()])


def at(next_offset: int, topic: str = TOPIC, consumer: str = "archive") -> Position:
    return Position(schema_name="archive", consumer=consumer, topic=topic, part=0, next_offset=next_offset)


def test_what_left_before_the_snapshot_belongs_to_it() -> None:
    assert belongs(fact(6, 99), {(TOPIC, 0): 7}, {})


def test_of_what_left_beside_the_snapshot_only_what_its_source_had_counted_belongs() -> None:
    before, known = {(TOPIC, 0): 7}, {("signing", "an-invoice"): 4}
    assert belongs(fact(7, 4), before, known)
    assert not belongs(fact(8, 5), before, known)
    assert not belongs(fact(9, 1), before, {})


def test_a_dead_letter_that_carries_no_count_belongs() -> None:
    assert belongs(Record(9), {(TOPIC, 0): 7}, {})


@given(st.sets(st.integers(0, 10_000), max_size=50), st.integers(0, 10_001))
def test_a_consumer_goes_on_behind_exactly_the_records_it_had_read(offsets: set[int], read: int) -> None:
    had = array("q", sorted(offsets))
    [position] = moved([at(read)], {(TOPIC, 0): had})
    assert list(had[: position.next_offset]) == [offset for offset in sorted(offsets) if offset < read]


def test_a_topic_that_is_not_kept_is_read_from_its_beginning() -> None:
    [position] = moved([at(40, "navette.replay.archive.v1")], {})
    assert position.next_offset == 0


def manifest(**ends: int) -> Manifest:
    values: dict[str, Any] = {
        "taken_at": "2026-11-22T08:00:00Z",
        "seconds": 1,
        "snapshot": "s",
        "server": "18",
        "kafka_cluster": "c",
        "revisions": {},
        "tables": {},
        "positions": (),
        "topics": {TOPIC: TopicState(ends={0: ends["end"]}, records=ends["end"])},
        "objects": Objects(versions=0, bytes=0, damaged=(), missing=()),
        "key_ids": {},
        "files": {},
    }
    return Manifest(**values)


def test_who_had_not_read_what_was_lost_with_the_broker_is_named() -> None:
    positions = [at(120), at(100, consumer="signing"), at(90, consumer="validation")]
    assert behind(positions, manifest(end=95)) == {
        f"signing {TOPIC}/0": 20,
        f"validation {TOPIC}/0": 25,  # five of its thirty are in the backup
    }


def test_nobody_is_behind_when_all_had_read_the_same() -> None:
    assert behind([at(120), at(120, consumer="signing")], manifest(end=95)) == {}
