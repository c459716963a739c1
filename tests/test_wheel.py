import json
import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPORT = "CT of the pelvis. Mature heterotopic ossification about the left hip.\n"


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the repository, into which files that must not ship were dropped."""
    copy = tmp_path_factory.mktemp("copy") / "horad"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".*cache*", ".git", ".venv", "dist", "__pycache__"))
    for stray in ("models/.env", "horad/.env", "secret.txt", "sample_data/.DS_Store", "models/lexicon/x.toml.orig"):
        (copy / stray).write_text("SECRET=1")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", copy / "dist", cwd=copy)
    [built] = (copy / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_its_data_only(root: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0].split("-")[0] for name in names} == {"horad"}
    for folder in ("models", "sample_data"):
        tracked = run("git", "ls-files", folder, cwd=root).split()
        assert {name.removeprefix("horad/") for name in names if name.startswith(f"horad/{folder}/")} >= set(tracked)
    assert {"horad/py.typed", "horad/writers/page.html", "horad/records/report-result.schema.json"} <= names
    assert {"horad/review/static/htmx.min.js", "horad/review/templates/report.html"} <= names
    strays = ("SECRET", ".env", "secret", ".DS_Store", ".orig", "tests/", ".pyc")
    assert [name for name in names if any(stray in name for stray in strays)] == []


def test_the_wheel_reads_a_report_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", packages, wheel, cwd=tmp_path)
    # The dependencies are those of this environment: what is tested is the wheel, not the network.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    (tmp_path / "case.txt").write_text(REPORT)
    where = run(python, "-c", "import horad; print(horad.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(packages)
    [row] = run(python, "-m", "horad", "read", "case.txt", "--json", cwd=tmp_path).splitlines()
    assert json.loads(row)["summary"]["ho_status"] == "present"
    assert "not a medical device" in run(python, "-m", "horad", "demo", "-o", "demo.csv", cwd=tmp_path)
    assert run(python, "-c", "import spacy; spacy.load('horad')", cwd=tmp_path) == ""
