"""Every row of docs/asvs.md names a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| .+ \| ([\w/.\-]+\.py)(?:::(\w+))? \|$", re.MULTILINE)


def _rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "asvs.md").read_text())


def test_each_requirement_names_a_test_that_exists() -> None:
    wrong = [
        f"{requirement}: {file} {name}"
        for requirement, file, name in _rows()
        if not (ROOT / file).is_file() or (name and f"def {name}(" not in (ROOT / file).read_text())
    ]
    assert wrong == []


def test_each_chapter_of_identity_is_in_the_table_and_each_requirement_once() -> None:
    numbers = [requirement for requirement, _, _ in _rows()]
    assert len(numbers) == len(set(numbers))
    assert {number.partition(".")[0] for number in numbers} >= {"2", "6", "7", "8", "9", "10"}
    table = [line for line in (ROOT / "docs" / "asvs.md").read_text().splitlines() if re.match(r"\| \d", line)]
    assert len(table) == len(numbers), "a row that is not understood would not be checked"
