"""``horad listen``: what it says, and the code it ends with."""

import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from horad.cli.app import app
from horad.errors import HoradError
from horad.run import listen as server
from horad.run.listen import Heard, Service
from tests.readers.hl7_made import oru
from tests.run.listener import Listener, Sender


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Service]:
    """The services that the command asks for; none of them is opened."""
    services: list[Service] = []

    def listen(service: Service, _: object) -> Heard:
        services.append(service)
        return Heard()

    monkeypatch.setattr(server, "listen", listen)
    return services


def test_it_counts_what_was_stored_refused_and_read(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store", "--out", str(tmp_path / "out.jsonl"))
    with Sender(listener.port) as sender:
        assert [sender.send(oru().encode()), sender.send(b"Dear colleague")] == ["AA", "AR"]
    assert listener.stop(signal.SIGTERM) == 0
    assert "1 messages stored, 1 refused; " in listener.told


def test_other_machines_are_let_in_with_a_warning(tmp_path: Path, asked: list[Service]) -> None:
    result = CliRunner().invoke(app, ["listen", "--store", str(tmp_path), "--host", "0.0.0.0", "--expose"])
    assert [service.is_exposed for service in asked] == [True]
    assert "there is no TLS" in result.stderr


def test_it_warns_of_nothing_on_this_machine_alone(tmp_path: Path, asked: list[Service]) -> None:
    result = CliRunner().invoke(app, ["listen", "--store", str(tmp_path), "--idle-seconds", "3", "--max-bytes", "5000"])
    assert [(service.host, service.idle_seconds, service.message_bytes) for service in asked] == [
        ("127.0.0.1", 3, 5000)
    ]
    assert "TLS" not in result.stderr


def test_other_machines_are_not_let_in_unasked(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["listen", "--store", str(tmp_path / "store"), "--host", "0.0.0.0"])
    assert isinstance(result.exception, HoradError)
    assert not (tmp_path / "store").exists()
