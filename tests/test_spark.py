"""The recipe of docs/spark.md, run as it stands there."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.slow
def test_the_recipe_gives_a_row_for_every_report(root: Path, tmp_path: Path) -> None:
    pyspark = pytest.importorskip("pyspark", reason="needs pyspark: pip install 'horad[spark]'")
    if shutil.which("java") is None:
        pytest.skip("needs java")
    [recipe] = re.findall(r"```python\n(.*?)```", (root / "docs" / "spark.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "recipe.py").write_text(recipe)
    assert rows(pyspark, tmp_path) == [
        ("a", "present", None),
        ("b", "not_mentioned", None),
        ("c", None, "report 1: 'text' is empty"),
    ]


def rows(pyspark: Any, folder: Path) -> list[tuple[Any, ...]]:
    import importlib.util
    import warnings

    spec = importlib.util.spec_from_file_location("recipe", folder / "recipe.py")
    assert spec is not None
    assert spec.loader is not None
    recipe = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Spark itself
        session = (
            pyspark.sql.SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").getOrCreate()
        )
        try:
            session.sparkContext.addPyFile(str(folder / "recipe.py"))
            spec.loader.exec_module(recipe)
            given = [("a", "CT. Heterotopic ossification of the hip."), ("b", "No words."), ("c", "")]
            found = recipe.read_reports(session.createDataFrame(given, "id string, text string")).collect()
        finally:
            session.stop()
    return sorted((row["report_id"], row["ho_status"], row["quarantined"]) for row in found)
