"""How commands speak: a table or sentences for people, JSON for programs (`--json`)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

console = Console()
errors = Console(stderr=True)


class Output:
    """What `--json` chose; commands hand over data and say how people see it."""

    as_json: bool = False

    def show(self, data: Any, table: Table | None = None, text: str = "") -> None:
        """Print `data` as JSON, or else the table, or else the text."""
        if self.as_json:
            print(json.dumps(data, indent=2, default=str, ensure_ascii=False))
        elif table is not None:
            console.print(table)
        else:
            console.print(text)


out = Output()


def table_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], title: str = "") -> Table:
    """Rows as a table of some of their fields."""
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else str(row[column]) for column in columns))
    return table
