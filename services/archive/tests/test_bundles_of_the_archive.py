"""What the archive hands out of one invoice convinces who has nothing of ours, and no changed file of it does."""

import importlib.util
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import evidencing
from contracts.ids import new_id
from contracts.invoices import AppliedRules, InvoiceStatusReported, InvoiceValidated
from contracts.status import Party

pytestmark = pytest.mark.connected


async def bundled(desk: Any, folder: Path) -> Path:
    """The bundle of an invoice with findings, a status and an evidence record that was renewed."""
    submitted, sealed = await desk.sealed("F-1")
    validated = InvoiceValidated(
        **submitted.of_submission(),
        document_sha256=submitted.document.sha256,
        rule_sets=(AppliedRules(id="en16931", version="1.3.13", sha256="a" * 64),),
        supplier_country="FR",
        buyer_country="FR",
        validated_at=desk.clock.now(),
    )
    await desk.learn(submitted, validated, sealed)
    approved = InvoiceStatusReported(
        invoice_id=sealed.invoice_id,
        supplier_id=desk.supplier,
        buyer_id=desk.buyer,
        unit_id=sealed.unit_id,
        delivery_id=new_id(),
        status_id=new_id(),
        code="205",
        reported_by=Party.BUYER,
        reported_at=desk.clock.now(),
    )
    await desk.learn(approved)
    await evidencing.stamp_batch(desk.env)
    desk.clock.advance(timedelta(days=60))
    await evidencing.renew(desk.env, None)
    answer = await desk.client.get(f"/v1/archive/{sealed.invoice_id}/bundle.zip", headers=desk.who())
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        files.extractall(folder)
    return folder


_ALONE = """import importlib.util, runpy, sys
sys.path.append(sys.argv.pop(1))
assert not any(map(importlib.util.find_spec, ("archive", "mesh", "contracts", "pydantic", "asn1crypto")))
runpy.run_path(f"{sys.argv[1]}/verify_bundle.py", run_name="__main__")"""
Verify = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture
def verify(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Runs a bundle's script on a machine without the product: the Python that ours was made from, `cryptography` and
    what that is built on, and no network where a process may be cut off from it.
    """
    room = tmp_path_factory.mktemp("elsewhere")
    for package in ("cryptography", "cffi", "_cffi_backend"):
        found = importlib.util.find_spec(package)
        assert found
        assert found.origin
        origin = Path(found.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (room / place.name).symlink_to(place)
    apart = ["unshare", "--user", "--map-root-user", "--net"]
    may = shutil.which("unshare") and not subprocess.run([*apart, "true"], capture_output=True, check=False).returncode
    python = [*(apart if may else ()), str(Path(sys.executable).resolve()), "-I", "-S", "-c", _ALONE, str(room)]

    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*python, str(folder)], capture_output=True, text=True, check=False, timeout=60)

    return run


async def test_a_bundle_holds_findings_statuses_and_time_stamps_and_its_script_is_convinced(
    desk: Any, tmp_path: Path, verify: Verify
) -> None:
    folder = await bundled(desk, tmp_path)
    done = verify(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    for said in ("validation.json has", "status 205", "by 2 time-stamp(s)", "everything holds"):
        assert said in done.stdout
    assert json.loads((folder / "validation.json").read_text())["rule_sets"][0]["id"] == "en16931"
    for name in ("original.pdf", "invoice.xml", "validation.json", "proof.json", "evidence.ers", "roots.pem"):
        kept = (folder / name).read_bytes()
        place = kept.index(b"leaf_index") + 13 if name == "proof.json" else len(kept) // 2
        (folder / name).write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
        assert verify(folder).returncode == 1, f"{name} was changed and nothing said so"
        (folder / name).write_bytes(kept)


def test_the_script_is_short_and_needs_cryptography_alone() -> None:
    source = (Path(evidencing.__file__).parent / "bundle" / "verify_bundle.py").read_text()
    assert len(source.splitlines()) <= 300
    imports = [line.split()[1] for line in source.splitlines() if line.startswith(("import", "from"))]
    imported = {name.partition(".")[0] for name in imports}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


async def test_a_container_holds_the_original_and_its_evidence(desk: Any) -> None:
    (sealed,) = await desk.archive("F-1")
    path = f"/v1/archive/{sealed.invoice_id}/container.asice"
    assert (await desk.client.get(path, headers=desk.who())).json()["code"] == "NO_EVIDENCE_YET"
    await evidencing.stamp_batch(desk.env)
    answer = await desk.client.get(path, headers=desk.who(desk.buyer))
    assert answer.content[30:38] == b"mimetype" and answer.content[38:69] == b"application/vnd.etsi.asic-e+zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        assert files.read("original.pdf") == b"%PDF F-1"
        assert files.read("META-INF/evidencerecord.ers")
        assert b'URI="original.pdf"' in files.read("META-INF/ASiCEvidenceRecordManifest.xml")
    assert (await desk.client.get(path, headers=desk.who(new_id()))).status_code == 404
