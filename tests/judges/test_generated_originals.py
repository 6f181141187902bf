"""The table of `make judge`: generated invoices before all judges. `JUDGED` says how many, `SEED` which ones."""

import asyncio
import hashlib
import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from generated_invoices import ALPHABETS, CATEGORIES, KINDS, generated

from documents.cii.invoice import write_invoice
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml
from signing.domain.report import Indication
from signing.renderer.direct import DirectRenderer
from signing.renderer.metadata import conformance_level
from signing.sealer.direct import DirectSealer
from signing.sealer.inspection import inspect
from signing.verifier.original import verify_original

pytestmark = [pytest.mark.judge, pytest.mark.timeout(7_200)]
JUDGED: Final = int(os.environ.get("JUDGED") or 10)
SEED: Final = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311 - a choice, not a secret
TABLE: Final = Path(__file__).parents[2] / ".cache" / "judges.txt"
AT: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
VERDICTS: Final = (
    "veraPDF, PDF/A-3b",
    "EU DSS, PAdES B-LTA",
    "Mustang, Factur-X",
    "pyHanko, B-LTA",
    "our own verifier",
)


async def test_all_judges_accept_every_generated_original(
    typst: Any, sealer: DirectSealer, judges: Any, trusted: list[bytes]
) -> None:
    renderer = DirectRenderer(typst, lambda: sealer.room)
    passed, pages, profiles = Counter[str](), Counter[str](), Counter[str]()
    sizes, refused = list[int](), list[str]()
    for number in range(JUDGED):
        made = generated(number, SEED)
        xml = write_invoice(made.invoice)
        sha256 = hashlib.sha256(xml).hexdigest()
        profiles[conformance_level(OriginalXml(xml), made.profile) or ""] += 1
        appearance = Appearance(languages=("fr", "en")[: 1 + number % 2], verify_url="https://navette.example/v/")
        printed = await renderer.render(made.invoice, OriginalXml(xml), appearance, attachments=made.attachments, at=AT)
        sealed = (await sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA)).content
        # the archive time-stamp's revision says the first page once more
        count = sealed.count(b"/Type /Page ") - (1 if printed.form else 0)
        pages["1" if count == 1 else "2–9" if count < 10 else "10–29" if count < 30 else "30 and more"] += 1
        sizes.append(len(sealed))
        dss = judges.ask("dss", sealed)
        formats = [each["format"] for each in dss["signatures"]]
        own = verify_original(sealed, xml_sha256=sha256, trusted=trusted)
        theirs = await asyncio.to_thread(inspect, sealed, trusted)
        verdicts: tuple[dict[str, Any], ...] = (
            judges.ask("verapdf", sealed),
            {"ok": dss["ok"] and formats == ["PAdES-BASELINE-LTA"], "of": dss},
            judges.ask("mustang", sealed),
            {"ok": theirs.indication is Indication.TOTAL_PASSED, "of": theirs},
            {"ok": own.indication is Indication.TOTAL_PASSED, "of": own},
        )
        for judge, verdict in zip(VERDICTS, verdicts, strict=True):
            passed[judge] += bool(verdict["ok"])
            if not verdict["ok"]:
                refused.append(f"{number} ({made.kind} {made.category} {made.language}) {judge}: {verdict}"[:600])
    _write(passed, pages, profiles, sizes)
    assert refused == []


def _write(passed: Counter[str], pages: Counter[str], profiles: Counter[str], sizes: list[int]) -> None:
    covered = [f"{min(JUDGED, len(each))} of {len(each)}" for each in (KINDS, CATEGORIES, ALPHABETS)]
    rows = [f"{judge:<22} {passed[judge]:>5} of {JUDGED}  {100 * passed[judge] / JUDGED:.1f} %" for judge in VERDICTS]
    of_what = f"kinds {covered[0]}, VAT categories {covered[1]}, EU alphabets {covered[2]}"
    how_long = ", ".join(f"{name}: {count}" for name, count in sorted(pages.items()))
    which = ", ".join(f"{name}: {count}" for name, count in sorted(profiles.items()))
    about = f"profiles: {which}; pages: {how_long}; bytes: {min(sizes):,} to {max(sizes):,}"
    lines = [f"{JUDGED} generated originals, SEED={SEED}: {of_what}", about, *rows]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n")
