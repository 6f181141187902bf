"""ARCHITECTURE.md and the runbook lead to files and names that exist: a map that is wrong is worse than none."""

import re
from pathlib import Path

import pytest

from contracts.topics import WRITERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
_CODE = re.compile(r"`([^`]+)`")
_ROOTS = ("libs/", "services/", "tools/", "deploy/", "tests/", "docs/", "examples/", "portal/")


def paths(text: str) -> list[str]:
    """What stands in code and looks like a path of the repository; `<…>` and `*` stand for any name."""
    found = [word for word in _CODE.findall(text) if word.startswith(_ROOTS) and " " not in word]
    return [re.sub(r"<[^>]+>", "*", word).rstrip("/") for word in found]


def table(heading: str) -> list[tuple[str, str]]:
    """The two columns of the table under a heading."""
    part = PAGE.partition(f"## {heading}")[2].partition("\n## ")[0]
    rows = [
        line.strip("| ").split(" | ", 1) for line in part.splitlines() if line.startswith("| ") and "…" not in line[:4]
    ]
    return [(row[0], row[1]) for row in rows if len(row) == 2]


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "README.md", "docs/runbook.md", "libs/mesh/README.md"])
def test_every_path_that_a_page_names_exists(page: str) -> None:
    assert [path for path in paths((ROOT / page).read_text()) if not list(ROOT.glob(path))] == []


def test_every_name_that_the_table_of_changes_gives_is_in_its_file() -> None:
    missing = [
        f"{path}: {name}"
        for _, where in table("I want to")
        for path, names in re.findall(r"`([^`]+\.py)`: ((?:`\w+`(?: \([^)]*\))?(?:, )?)+)", where)
        for name in _CODE.findall(names)
        if not re.search(rf"\b{name}\b", (ROOT / path).read_text())
    ]
    assert missing == []


@pytest.mark.parametrize(
    "wish",
    [
        *(
            "change the retry delay",
            "add a fact",
            "add a column to an order",
            "add a route",
            "change the text of a mail",
        ),
        *("bring a new release", "add a screen", "change a size or rate limit", "change how webhooks are signed"),
    ],
)
def test_a_stranger_finds_the_first_file_of_a_change(wish: str) -> None:
    where = next(where for what, where in table("I want to") if what.startswith(wish))
    assert paths(where), where
    assert any((ROOT / path).exists() for path in paths(where))


def test_every_fact_is_in_the_table_of_topics() -> None:
    told = "".join(row for _, row in table("Topics"))
    events = [name for name in WRITERS if not name.endswith(".state") and WRITERS[name] != "registration"]
    assert len(events) > 10
    assert [name for name in events if f"`{name}`" not in told and f"`.{name.partition('.')[2]}`" not in told] == []


def test_every_room_is_in_the_table_of_rooms() -> None:
    assert "`portal`" in PAGE
    rooms = {word.rstrip("/*") for what, _ in table("Rooms") for word in _CODE.findall(what)}
    there = {
        f"{top}/{path.name}" for top in ("libs", "tools", "deploy") for path in (ROOT / top).iterdir() if path.is_dir()
    }
    assert {room for room in there if not room.endswith(("__pycache__",))} - rooms == set()
