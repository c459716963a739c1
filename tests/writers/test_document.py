"""What docs/results.md says of the tables is what they hold."""

import re
from pathlib import Path

import duckdb
import pytest

from horad.writers.duckdb import TABLES, join
from horad.writers.flat import COLUMNS
from horad.writers.form import FORMS


def section(root: Path, title: str) -> str:
    text = (root / "docs" / "results.md").read_text("utf-8")
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(text: str) -> list[str]:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]


def test_every_column_of_the_flat_table_is_described_in_order(root: Path) -> None:
    columns = list(dict.fromkeys("feature_…" if name.startswith("feature_") else name for name in COLUMNS))
    assert first_cells(section(root, "The flat table")) == columns


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_the_database_is_named(table: str, root: Path, tmp_path: Path) -> None:
    join([], tmp_path / "out.duckdb", {})
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as database:
        columns = [name for name, *_ in database.execute(f"DESCRIBE {table}").fetchall()]
    row = next(line for line in section(root, "DuckDB").splitlines() if line.startswith(f"| `{table}`"))
    assert re.findall(r"`([^`]+)`", row.split("|")[3]) == columns


def test_the_queries_shown_run(root: Path, tmp_path: Path) -> None:
    join([], tmp_path / "out.duckdb", {})
    [queries] = re.findall(r"```sql\n(.*?)```", section(root, "DuckDB"), re.DOTALL)
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as database:
        assert [database.execute(query).fetchall() for query in queries.strip().split("\n")] == [[], [], []]


def test_every_form_is_listed(root: Path) -> None:
    text = (root / "docs" / "results.md").read_text("utf-8").split("\n## ", 1)[0]
    assert sorted(first_cells(text)) == sorted(FORMS)
