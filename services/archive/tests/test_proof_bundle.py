"""The bundle convinces its own script, and no changed byte of it does."""

import io
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from archive.bundle import content
from archive.bundle.content import Proofs
from archive.domain import merkle
from archive.domain.entry import Entry
from contracts.ids import new_id

ORIGINAL, DOCUMENT = b"%PDF-1.7 sealed", b"<Invoice/>"


def bundle() -> bytes:
    entry = Entry(
        id=new_id(), kind="deposit", supplier_id=new_id(), buyer_id=new_id(), invoice_id=new_id(), sequence=7,
        digests={"original": sha256(ORIGINAL).hexdigest(), "document": sha256(DOCUMENT).hexdigest()},
        content={"level": "B-LTA"}, entered_at=datetime.now(UTC),
    )  # fmt: skip
    leaves = [merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b"), merkle.leaf_hash(entry.leaf()), merkle.leaf_hash(b"c")]
    nodes: dict[merkle.Node, bytes] = {}
    for index, leaf in enumerate(leaves):
        nodes.update(merkle.appended(index, leaf, nodes.__getitem__))
    root = merkle.subtree(0, 4, nodes.__getitem__)
    key = ECKey.generate_key("P-256", private=True, auto_kid=True)
    head = {"size": 4, "root": root.hex(), "signed_at": "2026-11-22T09:00:00Z"}
    proof: dict[str, Any] = {
        "leaf": entry.leaf().decode(),
        "leaf_index": 2,
        "inclusion": [merkle.subtree(s, n, nodes.__getitem__).hex() for s, n in merkle.inclusion(2, 4)],
        "head": jws.serialize_compact({"alg": "ES256", "kid": key.kid}, orjson.dumps(head), key),
    }
    documents = {"original.pdf": ORIGINAL, "invoice.xml": DOCUMENT}
    return content.make(documents, Proofs(proof, [dict(key.as_dict(private=False))]))


def verify(files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return subprocess.run(
        [sys.executable, "-I", folder / "verify_bundle.py"], capture_output=True, text=True, check=False, timeout=60
    )


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {name: files.read(name) for name in files.namelist()}


def test_the_script_in_the_bundle_is_convinced(tmp_path: Path) -> None:
    done = verify(unpacked(bundle()), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "everything holds" in done.stdout and "FAIL" not in done.stdout


@pytest.mark.parametrize("name", ["original.pdf", "invoice.xml"])
def test_a_changed_document_is_named(name: str, tmp_path: Path) -> None:
    files = unpacked(bundle())
    files[name] = files[name][:-1] + b"?"
    done = verify(files, tmp_path)
    assert done.returncode == 1
    assert f"FAIL  {name}" in done.stdout


def _leaf(proof: dict[str, Any]) -> None:
    proof["leaf"] = proof["leaf"].replace('"sequence":7', '"sequence":8')


def _place(proof: dict[str, Any]) -> None:
    proof["leaf_index"] += 1


def _order(proof: dict[str, Any]) -> None:
    proof["inclusion"].reverse()


def _length(proof: dict[str, Any]) -> None:
    proof["inclusion"].pop()


def _signature(proof: dict[str, Any]) -> None:
    head: str = proof["head"]
    proof["head"] = head[:-4] + ("BBBB" if head.endswith("AAAA") else "AAAA")


@pytest.mark.parametrize("change", [_leaf, _place, _order, _length, _signature])
def test_a_changed_proof_proves_nothing(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    files = unpacked(bundle())
    proof = orjson.loads(files["proof.json"])
    change(proof)
    files["proof.json"] = orjson.dumps(proof)
    assert verify(files, tmp_path).returncode == 1


def _convinced(folder: Path) -> bool:
    """Whether the script, run in this process, finds nothing wrong."""
    try:
        return runpy.run_path(str(folder / "verify_bundle.py"))["main"](folder) == 0
    except Exception:  # noqa: BLE001 - whatever the reading of damaged bytes met
        return False  # what it cannot read ends the script, with status 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    for name, data in unpacked(bundle()).items():
        (folder / name).write_bytes(data)
    assert _convinced(folder)
    return folder


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_one_changed_byte_of_a_document_or_of_what_proves_it_is_found(whole: Path, data: st.DataObject) -> None:
    proof = orjson.loads((whole / "proof.json").read_bytes())
    places = [("original.pdf", ORIGINAL), ("invoice.xml", DOCUMENT)]
    places += [(name, proof[name].encode()) for name in ("leaf", "head")]
    places += [(f"inclusion {number}", each.encode()) for number, each in enumerate(proof["inclusion"])]
    name, content_of = data.draw(st.sampled_from(places))
    at, bit = data.draw(st.integers(0, len(content_of) - 1)), data.draw(st.integers(0, 6))
    changed = content_of[:at] + bytes([content_of[at] ^ 1 << bit]) + content_of[at + 1 :]
    if name.startswith("inclusion") and changed.lower() == content_of:
        return  # the other case of a hexadecimal digit is the same digit
    kept = {file: (whole / file).read_bytes() for file in ("original.pdf", "invoice.xml", "proof.json")}
    if name in kept:
        (whole / name).write_bytes(changed)
    else:
        text = changed.decode()
        if name.startswith("inclusion"):
            proof["inclusion"][int(name.split()[1])] = text
        else:
            proof[name] = text
        (whole / "proof.json").write_bytes(orjson.dumps(proof))
    found = not _convinced(whole)
    for file, before in kept.items():
        (whole / file).write_bytes(before)
    assert found, f"byte {at} of {name}"


def test_another_key_did_not_sign_it(tmp_path: Path) -> None:
    files = unpacked(bundle())
    key = ECKey.generate_key("P-256", private=True)
    keys = orjson.loads(files["keys.json"])
    public = dict(key.as_dict(private=False))
    files["keys.json"] = orjson.dumps({"keys": [keys["keys"][0] | {"x": public["x"], "y": public["y"]}]})
    assert verify(files, tmp_path).returncode == 1


def test_a_leaf_names_no_tenant() -> None:
    supplier, invoice = UUID(int=1), UUID(int=2)
    entry = Entry(
        id=new_id(), kind="deposit", supplier_id=supplier, buyer_id=supplier, invoice_id=invoice, sequence=1,
        digests={}, content={}, entered_at=datetime.now(UTC),
    )  # fmt: skip
    assert str(supplier) not in entry.leaf().decode() and str(invoice) not in entry.leaf().decode()
