"""Versions come back under their own ids, locked as they were, and nothing is ever written over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from local_stack.stores import RunningStore
from mesh.objects.client import SHA256_HEADER, S3Client, connect, lock_headers
from navette.errors import CommandError
from navette.recovery import backup, objects, schemas

pytestmark = pytest.mark.connected


def client_of(store: RunningStore) -> S3Client:
    return connect(store.endpoint, store.access_key, store.secret_key, connections=objects.THREADS)


def nothing(_: int) -> None:
    """Nobody watches."""


def fill(client: S3Client, name: str) -> datetime:
    """Two locked versions of one original, and a document."""
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    for content in (b"first", b"second"):
        client.put(
            "archive", f"{name}/original.pdf", content, {"Content-Type": "application/pdf"} | lock_headers(until)
        )
    client.put("documents", f"{name}/invoice.xml", b"<Invoice/>", {"Content-Type": "application/xml"})
    return until


def save(client: S3Client, folder: Path, name: str) -> list[objects.Version]:
    places = [place for place in objects.listed(client) if place[1].startswith(name)]
    return objects.save(client, folder, places, nothing)


def test_versions_come_back_under_their_ids_with_their_terms(minio_store: RunningStore, tmp_path: Path) -> None:
    client, name = client_of(minio_store), uuid4().hex
    until = fill(client, name)
    saved = save(client, tmp_path, name)
    assert [objects.path_of(tmp_path, v.sha256).read_bytes() for v in saved] == [b"first", b"second", b"<Invoice/>"]
    assert objects.read_list(tmp_path) == saved
    lost = [v.model_copy(update={"key": v.key.replace(name, f"{name}-again")}) for v in saved]
    objects.must_keep_version_ids(client)
    assert objects.put_back(client, tmp_path, lost, nothing) == objects.Put(written=3, there=0, unlocked=0)
    (tmp_path / "again").mkdir()
    back = save(client, tmp_path / "again", f"{name}-again")
    assert {str(each): each for each in back} == {str(each): each for each in lost}
    assert {each.retain_until for each in back if each.bucket == "archive"} == {until}
    assert client.get_object("archive", f"{name}-again/original.pdf").data == b"second"


def test_what_is_there_is_left_and_a_second_restore_writes_nothing(minio_store: RunningStore, tmp_path: Path) -> None:
    client, name = client_of(minio_store), uuid4().hex
    fill(client, name)
    saved = save(client, tmp_path, name)
    assert objects.put_back(client, tmp_path, saved, nothing) == objects.Put(written=0, there=3, unlocked=0)


def test_other_bytes_in_an_objects_place_are_never_written_over(minio_store: RunningStore, tmp_path: Path) -> None:
    client, name = client_of(minio_store), uuid4().hex
    fill(client, name)
    saved = save(client, tmp_path, name)
    client.put("documents", f"{name}/invoice.xml", b"<Other/>", {})
    with pytest.raises(CommandError, match=f"documents/{name}/invoice.xml is there with other bytes"):
        objects.put_back(client, tmp_path, saved, nothing)


def test_a_backup_whose_bytes_were_changed_is_refused(minio_store: RunningStore, tmp_path: Path) -> None:
    client, name = client_of(minio_store), uuid4().hex
    fill(client, name)
    saved = [v.model_copy(update={"key": f"{v.key}-again"}) for v in save(client, tmp_path, name)]
    objects.path_of(tmp_path, saved[0].sha256).write_bytes(b"first!")
    with pytest.raises(CommandError, match="is damaged in this backup"):
        objects.put_back(client, tmp_path, saved, nothing)


def test_an_original_past_its_term_comes_back_without_a_lock(minio_store: RunningStore, tmp_path: Path) -> None:
    client, name = client_of(minio_store), uuid4().hex
    fill(client, name)
    over = datetime.now(UTC) - timedelta(days=1)
    first = save(client, tmp_path, name)[0].model_copy(update={"key": f"{name}-old", "retain_until": over})
    assert objects.put_back(client, tmp_path, [first], nothing) == objects.Put(written=1, there=0, unlocked=1)


def test_a_store_that_numbers_versions_itself_is_refused_before_anything_is_written(
    seaweed_store: RunningStore,
) -> None:
    client = client_of(seaweed_store)
    before = objects.listed(client)
    with pytest.raises(CommandError, match="versions ids of its own"):
        objects.must_keep_version_ids(client)
    assert objects.listed(client) == before


def test_bytes_that_are_not_what_their_metadata_say_are_named() -> None:
    sound = objects.Version(
        bucket="documents", key="a", version_id="", sha256="1" * 64, size=1, headers={}, retain_until=None
    )
    other = sound.model_copy(update={"key": "b", "headers": {SHA256_HEADER: "2" * 64}})
    assert objects.damaged([sound, other]) == ["documents/b"]


def test_a_backup_holds_the_objects_its_moment_knows_and_names_the_locked_ones_it_leaves_out() -> None:
    moment = datetime.now(UTC)
    before, after = moment - timedelta(seconds=1), moment + timedelta(seconds=1)
    there = {
        objects.Place("archive", "numbered.pdf", "v1"): before,
        objects.Place("archive", "without a row.pdf", "v2"): before,
        objects.Place("archive", "deposited later.pdf", "v3"): after,
        objects.Place("documents", "uploaded, its row not yet", ""): before,
        objects.Place("documents", "sealed/later.pdf", ""): after,
        objects.Place("documents", "stored beside its row", ""): after,
        objects.Place("documents", "submitted later", ""): after,
    }
    named = {
        schemas.Reference("archive", "numbered.pdf", "v1", "1" * 64),
        schemas.Reference("documents", "stored beside its row", "", "2" * 64),
    }
    assert [place.key for place in backup.known(there, named, moment)] == [
        "numbered.pdf",
        "uploaded, its row not yet",
        "sealed/later.pdf",
        "stored beside its row",
    ]


def test_another_version_under_the_key_of_an_original_is_not_taken_for_it() -> None:
    moment = datetime.now(UTC)
    there = {objects.Place("archive", "a.pdf", version): moment for version in ("v1", "v2")}
    named = {schemas.Reference("archive", "a.pdf", "v2", "1" * 64)}
    assert backup.known(there, named, moment) == [objects.Place("archive", "a.pdf", "v2")]
