import re
import subprocess
import sys
from pathlib import Path

import pytest

from horad.cli import app

TEXT = "CT of the pelvis. Mature heterotopic ossification about the left hip.\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "case.txt"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("command", [[], ["read"], ["batch"], ["demo"], ["rules"], ["rules", "why"]], ids=" ".join)
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([*command, "--help"]) == 0
    assert "Usage: horad" in capsys.readouterr().out


def test_the_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert "research, dataset building and quality review; not a medical device" in words


def test_the_help_costs_less_than_half_a_second_of_cpu() -> None:
    code = (
        "import resource, sys; from horad.cli.app import run; run(['--help']);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_utime, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stderr) < 0.5


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["--version"]) == 0
    assert re.fullmatch(r"horad \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["nothing"], id="unknown command"),
        pytest.param(["read"], id="no file"),
        pytest.param(["read", "--colour", "x"], id="unknown option"),
        pytest.param(["batch", "x"], id="no output"),
        pytest.param(["batch", "x", "-o", "y", "--workers", "0"], id="no workers"),
        pytest.param(["read", "x", "--json", "--html"], id="two forms"),
    ],
)
def test_wrong_usage_is_exit_2_on_stderr(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(arguments) == 2
    streams = capsys.readouterr()
    assert (streams.out, bool(streams.err)) == ("", True)


@pytest.mark.parametrize("debug", [False, True])
def test_the_unexpected_is_one_line_without_report_text(
    debug: bool, report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr("horad.cli.page.show", broken)
    assert app.run(["read", str(report), *["--debug"] * debug]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("horad: unexpected RuntimeError; run again with --debug")
    assert (len(lines) == 1) is not debug


def test_an_interrupt_is_exit_130(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("horad.cli.page.show", interrupted)
    assert app.run(["read", str(report)]) == 130


def test_python_m_horad_is_the_command(report: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "horad", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("horad ")
