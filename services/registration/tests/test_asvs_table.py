"""docs/asvs.md holds every requirement once, each with a test that exists; docs/identity.md says what the code does."""

import re
from pathlib import Path
from typing import Final

from contracts.limits import ATTACHMENT
from registration.domain import membership, one_time_codes, password_rules, throttling, ticket_files
from registration.settings import Settings
from registration.store import activations

ROOT: Final = Path(__file__).parents[3]
ASVS: Final = (ROOT / "docs" / "asvs.md").read_text()
PAGE: Final = " ".join((ROOT / "docs" / "identity.md").read_text().split())
ROW: Final = re.compile(r"^\| (\d+\.\d+\.\d+) \| .+ \| ([\w/.\-]+\.py)::(\w+) \|$", re.MULTILINE)
SECTIONS: Final = {
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
}  # fmt: skip
"""Requirements of levels 1 and 2 by section (ASVS 5.0.0); in each they come before those of level 3."""


def _of(section: str) -> range:
    return range(1, SECTIONS[section] + 1)


def _rows() -> list[tuple[str, str, str]]:
    return ROW.findall(ASVS)


def _inapplicable() -> set[str]:
    """The ids of the second table, `6.8.1 – 6.8.4` spelt out."""
    found: set[str] = set()
    for cell in re.findall(r"^\| (\d[\d., –]+) \|", ASVS.partition("## What does not apply")[2], re.MULTILINE):
        for part in cell.split(", "):
            first, _, last = part.partition(" – ")
            section, _, number = first.rpartition(".")
            found |= {f"{section}.{each}" for each in range(int(number), int((last or first).rpartition(".")[2]) + 1)}
    return found


def test_each_requirement_names_a_test_that_exists() -> None:
    wrong = [
        f"{requirement}: {file} {name}"
        for requirement, file, name in _rows()
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text()
    ]
    assert wrong == []


def test_every_requirement_of_levels_1_and_2_has_its_test_or_does_not_apply() -> None:
    wanted = {f"{section}.{number}" for section in SECTIONS for number in _of(section)}
    tested = [requirement for requirement, _, _ in _rows()]
    assert len(tested) == len(set(tested))
    assert wanted - set(tested) - _inapplicable() == set()
    assert set(tested) & _inapplicable() == set(), "a requirement with a test applies"
    lines = [line for line in ASVS.partition("## What")[0].splitlines() if re.match(r"\| \d", line)]
    assert len(lines) == len(tested), "a row that is not understood would not be checked"


def test_the_page_says_what_the_code_does() -> None:
    fields = Settings.model_fields
    said = (
        f"Within {throttling.WINDOW.seconds // 60} minutes",
        f"{throttling.PER_ACCOUNT_AND_NETWORK} for an address from one network",
        f"{throttling.PER_NETWORK} for a network over all addresses",
        f"{throttling.PER_DEVICE} for a browser that has signed in before",
        f"bears {one_time_codes.TRIES} wrong codes and sends {one_time_codes.SENDINGS}",
        f"{throttling.PER_ADDRESSEE} times an addressee and {throttling.PER_SENDER} times a sender",
        f"At least {password_rules.MIN} characters, at most {password_rules.MAX}",
        f"{fields['session_hours'].default} hours at most, {fields['idle_minutes'].default} minutes unused",
        f"A link lasts {activations.LASTS.days} days and works once",
        f"a ticket takes {ticket_files.MOST} files",
        f"at most {membership.MAX_COMPANIES} companies",
    )
    assert [each for each in said if each not in PAGE] == []
    assert ATTACHMENT, "sizes are one table"
    for requirement in (
        "2.1.1",
        "2.1.2",
        "2.1.3",
        "6.1.1",
        "6.1.2",
        "6.1.3",
        "7.1.1",
        "7.1.2",
        "7.1.3",
        "8.1.1",
        "8.1.2",
    ):
        assert requirement in PAGE


def _portal() -> dict[str, str]:
    return {str(file): file.read_text() for file in (ROOT / "portal" / "src").rglob("*.tsx")}


def test_password_fields_mask_and_let_password_managers_work() -> None:
    pages = _portal()
    fields = [tag for page in pages.values() for tag in re.findall(r"<PasswordInput\b(.*?)/>", page, re.DOTALL)]
    assert len(fields) >= 5
    assert [tag for tag in fields if not re.search(r'autoComplete="(current|new)-password"|autoComplete=\{', tag)] == []
    assert [name for name, page in pages.items() if "onPaste" in page and "session" in name] == []
    assert [name for name, page in pages.items() if re.search(r"<TextInput[^>]*[nN]ame=.password", page)] == []


def test_signing_out_is_part_of_every_page() -> None:
    pages = _portal()
    assert "onClick={() => void leave()}" in pages[str(ROOT / "portal" / "src" / "shell" / "Shell.tsx")]
    assert "api.DELETE('/v1/session')" in pages[str(ROOT / "portal" / "src" / "session" / "SessionGate.tsx")]
