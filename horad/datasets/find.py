"""Find a cohort: the reports that meet every criterion, and step by step how many did not and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.datasets.criteria import Wanted, criteria
from horad.datasets.extra import needed
from horad.datasets.flow import Flow, Step
from horad.datasets.results import open_table, record_of, stream
from horad.datasets.write import write
from horad.errors import HoradError
from horad.records import ReportResult


class Search:
    """A search in a table of results; the SQL can only read this table."""

    def __init__(self, path: Path, wanted: Wanted) -> None:
        self._steps = criteria(wanted)
        self._connection = open_table(path)
        for given in wanted.where:
            self._check(given)
        self._name_steps()

    def flow(self) -> Flow:
        """How many reports, and patients, are left after each step, and why the others are not."""
        columns = ["count(*), count(DISTINCT patient_id)"]
        for number in range(1, len(self._steps) + 1):
            met = self._met(number)
            columns.append(f"count(*) FILTER ({met}), count(DISTINCT patient_id) FILTER ({met})")
        (counts,) = self._run(f"SELECT {', '.join(columns)} FROM judged").fetchall()
        steps = [
            Step(
                name=step.name,
                excluded=counts[2 * number] - counts[2 * number + 2],
                reasons=self._reasons(number),
                reports=counts[2 * number + 2],
                patients=counts[2 * number + 3],
            )
            for number, step in enumerate(self._steps)
        ]
        return Flow(reports=counts[0], patients=counts[1], steps=tuple(steps))

    def ids(self) -> list[str]:
        """The ids of the reports found, in order."""
        return [row[0] for row in self._run(f"SELECT report_id {self._found()}").fetchall()]

    def results(self) -> Iterator[ReportResult]:
        """The results found, as records."""
        for row in stream(self._rows()):
            yield record_of(row)

    def write(self, target: Path) -> None:
        """Write the results found."""
        write(self._rows(), target)

    def _rows(self) -> Any:
        return self._connection.sql(f"SELECT * EXCLUDE ({self._marks()}) {self._found()}")

    def _name_steps(self) -> None:
        columns = [f", coalesce({step.condition}, false) AS met_{n}" for n, step in enumerate(self._steps, start=1)]
        columns += [f", {step.reason} AS why_{n}" for n, step in enumerate(self._steps, start=1)]
        duckdb = needed("duckdb", "horad dataset")
        try:
            self._connection.execute(
                f"CREATE TEMP VIEW judged AS SELECT *, true AS met_0{''.join(columns)} FROM results"
            )
        except duckdb.BinderException:
            raise HoradError(
                "the results lack a column that is searched; an earlier version of horad wrote them: read again"
            ) from None

    def _marks(self) -> str:
        numbers = range(1, len(self._steps) + 1)
        return ", ".join(["met_0", *(f"met_{n}" for n in numbers), *(f"why_{n}" for n in numbers)])

    def _met(self, number: int) -> str:
        return " AND ".join(f"met_{n}" for n in range(number + 1))

    def _found(self) -> str:
        return f"FROM judged WHERE {self._met(len(self._steps))}"

    def _reasons(self, number: int) -> dict[str, int]:
        """Why reports fail the step that follows the first ``number``, the commonest first."""
        failed = f"WHERE {self._met(number)} AND NOT met_{number + 1}"
        rows = self._run(f"SELECT why_{number + 1}, count(*) FROM judged {failed} GROUP BY 1 ORDER BY 2 DESC, 1")
        return dict(rows.fetchall())

    def _check(self, expression: str) -> None:
        duckdb = needed("duckdb", "horad dataset")
        try:
            duckdb.SQLExpression(expression)
            self._connection.execute(f"EXPLAIN SELECT 1 FROM results WHERE (\n{expression}\n)").fetchall()
        except duckdb.Error as error:
            # What the parser and the binder say is of the expression and the columns; no row has been read.
            raise HoradError(f"--where {expression!r}: {_first_line(error)}") from None

    def _run(self, query: str) -> Any:
        duckdb = needed("duckdb", "horad dataset")
        try:
            return self._connection.execute(query)
        except duckdb.Error as error:
            # This message may quote a value, so only its kind is told.
            raise HoradError(f"the search failed on a row ({type(error).__name__}); look at --where") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
