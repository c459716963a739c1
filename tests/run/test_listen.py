"""The listener: what it acknowledges is stored, whatever is sent and whenever it dies."""

import errno
import json
import os
import random
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from horad.errors import HoradError, OutputError
from horad.run.batch import plan, run
from horad.run.listen import Service, check, listen
from horad.run.message_results import MessageResults
from horad.run.message_store import MessageStore
from tests.readers.hl7_made import mutated, oru
from tests.run.listener import Listener, Sender, framed

Portion = Callable[[int], int]


def _message(number: int = 0) -> bytes:
    return oru([f"Heterotopic ossification of the left hip, report {number}."], filler=f"F{number}").encode()


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    made = Listener(tmp_path_factory.mktemp("listen") / "store", "--max-bytes", "20000", "--idle-seconds", "2")
    yield made
    made.stop()


@pytest.fixture
def sender(listener: Listener) -> Iterator[Sender]:
    made = Sender(listener.port)
    yield made
    made.close()


def test_a_message_is_stored_as_it_came_and_acknowledged(listener: Listener, sender: Sender) -> None:
    message = oru(["Verkn\xf6cherung"]).encode("latin-1")
    assert sender.send(message) == "AA"
    assert message in listener.stored()


def test_the_answer_names_the_message_and_turns_the_addresses(sender: Sender) -> None:
    sender.raw(framed(_message(1)))
    header, acknowledgement = sender.block().decode().strip("\r").split("\r")
    assert acknowledgement == "MSA|AA|C1|"
    assert header.startswith("MSH|^~\\&|||RIS|STMARK|")
    assert header.split("|")[8] == "ACK"


def test_the_store_is_for_its_owner_alone(listener: Listener, sender: Sender) -> None:
    assert sender.send(_message(2)) == "AA"
    assert stat.S_IMODE(listener.store.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in listener.store.glob("*.hl7")} == {0o600}


def test_a_message_sent_again_is_stored_once(listener: Listener, sender: Sender) -> None:
    assert [sender.send(_message(3)), sender.send(_message(3))] == ["AA", "AA"]
    assert listener.stored().count(_message(3)) == 1


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b" \t"], ids=["line end", "mark", "blanks"])
def test_what_stands_before_a_message_is_passed_over(listener: Listener, sender: Sender, before: bytes) -> None:
    sender.raw(framed(before + _message(9)))
    assert sender.block().endswith(b"MSA|AA|C1|\r")
    assert before + _message(9) in listener.stored()


def test_a_sender_that_takes_no_answers_is_let_go(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store", "--idle-seconds", "1", "--max-bytes", "20000")
    with Sender(listener.port, receives=2_000) as sender:
        sender.flood(framed(b"MSH|^~\\&|" + b"x" * 10_000) * 2_000)
        assert listener.stop() == 0


def test_results_that_cannot_be_written_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: MessageResults) -> bool:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(MessageResults, "read_next", full)
    patience = threading.Timer(20, os.kill, (os.getpid(), signal.SIGTERM))
    patience.start()
    try:
        with pytest.raises(OutputError, match="No space left on device.; what was received is stored"):
            listen(Service(tmp_path / "store", port=0, out=tmp_path / "out.jsonl"))
    finally:
        patience.cancel()


def _with_acknowledgements(accept: str, application: str) -> bytes:
    header, rest = _message(20).split(b"\r", 1)
    fields = header.split(b"|")
    fields[14:16] = accept.encode(), application.encode()
    return b"|".join(fields) + b"\r" + rest


@pytest.mark.parametrize(
    ("accept", "application", "stored", "refused"),
    [
        pytest.param("", "", "AA", "AR", id="original mode"),
        pytest.param("AL", "NE", "CA", "CR", id="accept"),
        pytest.param("al", "AL", "CA", "CR", id="both, lower case"),
        pytest.param("ER", "NE", None, "CR", id="accept, on errors"),
        pytest.param("SU", "", "CA", None, id="accept, on success"),
        pytest.param("NE", "AL", "AA", "AR", id="application"),
        pytest.param("", "ER", None, "AR", id="application, on errors"),
        pytest.param("NE", "NE", None, None, id="none"),
        pytest.param("XX", "NE", "CA", "CR", id="a code of no table"),
    ],
)
def test_the_answer_is_the_one_that_the_message_asks_for(
    listener: Listener, sender: Sender, accept: str, application: str, stored: str | None, refused: str | None
) -> None:
    message = _with_acknowledgements(accept, application)
    for one in (message, message.replace(b"ORU^R01", b"ADT^A01"), _message(0)):
        sender.raw(framed(one))
    # A message that wants no answer has none; the last one is always answered.
    expected = [code for code in (stored, refused, "AA") if code]
    assert [sender.answer() for _ in expected] == expected
    assert message in listener.stored()


@pytest.mark.parametrize(("accept", "code"), [("", "AE"), ("AL", "CE")])
def test_what_the_disk_does_not_take_is_an_error_and_may_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accept: str, code: str
) -> None:
    real, full = MessageStore.put, [True]

    def put(store: MessageStore, message: bytes) -> Path:
        if full:
            full.pop()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(store, message)

    monkeypatch.setattr(MessageStore, "put", put)
    answers: list[str] = []

    def send(_host: str, port: int) -> None:
        def twice() -> None:
            with Sender(port) as sender:
                answers.extend(sender.send(_with_acknowledgements(accept, "")) for _ in range(2))
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=twice).start()

    heard = listen(Service(tmp_path / "store", port=0), send)
    assert answers == [code, code[0] + "A"]
    assert (heard.stored, heard.refused) == (1, 1)


def test_all_that_is_refused_is_counted(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store", "--max-bytes", "20000")
    for refused in (framed(b"Dear colleague"), framed(oru(["x" * 30_000]).encode()), b"GET / HTTP/1.1\r\n\r\n\x1c\r"):
        with Sender(listener.port) as sender:
            sender.raw(refused)
            assert sender.answer() == "AR"
    assert listener.stop() == 0
    assert "0 messages stored, 3 refused" in listener.told


def test_a_message_with_a_known_number_and_other_bytes_is_another_message(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store")
    first, later = _message(1), _message(1).replace(b"20240105120000", b"20240105130000").replace(b"left", b"right")
    with Sender(listener.port) as sender:
        assert [sender.send(message) for message in (first, later)] == ["AA", "AA"]
    listener.stop()
    assert listener.stored() == sorted([first, later])
    tally = run(plan([tmp_path / "store"], tmp_path / "out.jsonl", workers=0))
    assert (tally.read, tally.written, tally.superseded) == (2, 1, 1)


@pytest.mark.parametrize("shared", ["store", "out"])
def test_a_second_listener_is_refused(tmp_path: Path, shared: str) -> None:
    listener = Listener(tmp_path / "store", "--out", str(tmp_path / "out.jsonl"))
    other = {"store": tmp_path / "other", "out": tmp_path / "other.jsonl"}
    places = {"store": tmp_path / "store", "out": tmp_path / "out.jsonl"}
    places |= {name: place for name, place in other.items() if name != shared}
    told = (
        "stores there; stop it, or choose another folder" if shared == "store" else "writes there; stop it, or choose"
    )
    with pytest.raises(OutputError, match=f"another horad listen {told}"):
        listen(Service(places["store"], port=0, out=places["out"]))
    with Sender(listener.port) as sender:
        assert sender.send(_message(1)) == "AA"
    assert listener.stop() == 0


def test_several_messages_in_one_packet_are_all_answered(sender: Sender) -> None:
    sender.raw(framed(_message(4)) + framed(_message(5)) + framed(_message(6)))
    assert [sender.answer() for _ in range(3)] == ["AA"] * 3


def test_a_frame_may_come_in_many_packets(sender: Sender) -> None:
    for byte in framed(_message(7)):
        sender.raw(bytes([byte]))
    assert sender.answer() == "AA"


@pytest.mark.parametrize(
    ("message", "code", "reason"),
    [
        pytest.param(oru().replace("ORU^R01", "ADT^A01").encode(), "AR", "not an observation report (ORU)", id="ADT"),
        pytest.param(b"Dear colleague", "AR", "not an HL7 v2 message", id="no HL7"),
        pytest.param(b"", "AR", "not an HL7 v2 message", id="empty"),
        pytest.param(oru(["x" * 30_000]).encode(), "AR", "the message is larger than is taken", id="large"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(
    listener: Listener, sender: Sender, message: bytes, code: str, reason: str
) -> None:
    before = listener.stored()
    sender.raw(framed(message))
    block = sender.block()
    assert f"MSA|{code}|".encode() in block
    assert reason.encode() in block
    assert b"TALLOW" not in block
    assert listener.stored() == before


def test_what_is_no_frame_ends_the_connection(sender: Sender) -> None:
    sender.raw(b"GET / HTTP/1.1\r\n\r\n\x1c\r")
    assert [sender.answer(), sender.answer()] == ["AR", ""]


def test_a_silent_sender_is_let_go_and_half_a_frame_stored_nowhere(listener: Listener, sender: Sender) -> None:
    before = listener.stored()
    sender.raw(b"\x0b" + _message(8)[:80])
    started = time.monotonic()
    assert sender.answer() == ""
    assert time.monotonic() - started < 20
    assert listener.stored() == before


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "example.org", "::"])
def test_other_machines_reach_it_only_if_that_is_asked_for(host: str, tmp_path: Path) -> None:
    with pytest.raises(HoradError, match="can be reached from other machines, without encryption; say --expose"):
        check(Service(tmp_path, host))
    check(Service(tmp_path, host, is_exposed=True))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it(tmp_path: Path, number: int, code: int) -> None:
    listener = Listener(tmp_path / "store")
    assert listener.stop(number) == code
    assert "0 messages stored, 0 refused" in listener.told


def _wait_for(out: Path, lines: int) -> list[str]:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = out.read_text("utf-8").splitlines() if out.exists() else []
        if len(found) >= lines:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {lines} results came")


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.quarantine.jsonl"])
def test_results_that_are_not_its_own_are_left_as_they_are(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.write_text('{"mine": 1}\n', "utf-8")
    with pytest.raises(OutputError, match=r"is there, but out\.jsonl\.journal is not"):
        MessageResults(tmp_path / "out.jsonl", MessageStore(tmp_path / "store"))
    assert mine.read_text("utf-8") == '{"mine": 1}\n'


def test_results_follow_and_are_made_once_over_a_kill(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    listener = Listener(tmp_path / "store", "--out", str(out))
    with Sender(listener.port) as sender:
        assert [sender.send(_message(number)) for number in range(2)] == ["AA", "AA"]
        _wait_for(out, 2)
        sender.send(_message(2))
    listener.stop(signal.SIGKILL)
    with out.open("ab") as file:
        file.write(b'{"half": ')
    again = Listener(tmp_path / "store", "--out", str(out))
    with Sender(again.port) as sender:
        sender.send(_message(3))
    rows = [json.loads(row) for row in _wait_for(out, 4)]
    again.stop()
    assert sorted(row["report_id"] for row in rows) == ["F0", "F1", "F2", "F3"]
    assert {row["summary"]["ho_status"] for row in rows} == {"present"}


def test_the_store_is_listed_once_and_a_message_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Path] = []
    real = MessageStore.messages

    def messages(store: MessageStore) -> Iterator[Path]:
        listed.append(store.folder)
        return real(store)

    monkeypatch.setattr(MessageStore, "messages", messages)
    store = MessageStore(tmp_path / "store")
    there = store.put(_message(1))
    results = MessageResults(tmp_path / "out.jsonl", store)
    for path in (there, store.put(_message(2)), store.put(_message(2))):
        results.add(path)
    assert [results.read_next() for _ in range(3)] == [True, True, False]
    results.add(there)
    assert results.read_next() is False
    results.close()
    assert (results.read, len(listed)) == (2, 1)


def test_the_quarantine_is_listed_once_over_a_kill(tmp_path: Path) -> None:
    out, rejected = tmp_path / "out.jsonl", tmp_path / "out.jsonl.quarantine.jsonl"
    store = MessageStore(tmp_path / "store")
    for number in range(2):
        store.put(_message(number).replace(b"OBX|", b"NTE|"))
    results = MessageResults(out, store)
    assert results.read_next()
    results.close()
    whole = rejected.read_bytes()
    assert whole.count(b"\n") == 1
    # It ends after the line is on the disk and before the journal says so.
    rejected.write_bytes(whole + b'{"source": "half"}\n{"sour')
    again = MessageResults(out, store)
    assert rejected.read_bytes() == whole
    assert [again.read_next() for _ in range(2)] == [True, False]
    again.close()
    assert rejected.read_bytes().count(b"\n") == 2


def test_a_journal_without_sizes_of_the_quarantine_leaves_it_as_it_is(tmp_path: Path) -> None:
    rejected = tmp_path / "out.jsonl.quarantine.jsonl"
    rejected.write_text("{}\n", "ascii")
    (tmp_path / "out.jsonl.journal").write_text("0 a.hl7\n", "ascii")
    MessageResults(tmp_path / "out.jsonl", MessageStore(tmp_path / "store")).close()
    assert rejected.read_text("ascii") == "{}\n"


@pytest.mark.slow
def test_what_was_acknowledged_is_stored_whenever_it_is_killed(tmp_path: Path, portion: Portion) -> None:
    chance = random.Random(7)
    acknowledged: set[bytes] = set()
    tried: set[bytes] = set()
    for kill in range(portion(20)):
        listener = Listener(tmp_path / "store")
        last = _message(1_000 * kill + 999)
        with Sender(listener.port) as sender:
            sent = [_message(1_000 * kill + number) for number in range(chance.randint(5, 60))]
            tried |= {*sent, last}
            acknowledged |= {message for message in sent if sender.send(message) == "AA"}
            # One is on its way when the end comes.
            sender.raw(framed(last))
            time.sleep(chance.uniform(0.0, 0.004))
            listener.stop(signal.SIGKILL)
            acknowledged |= {last} if sender.answer() == "AA" else set()
    stored = {path.read_bytes() for path in (tmp_path / "store").glob("*.hl7")}
    assert acknowledged - stored == set()
    assert stored - tried == set()  # whole, answered or not


@pytest.mark.slow
def test_mutated_messages_do_not_end_it(tmp_path: Path, portion: Portion) -> None:
    listener = Listener(tmp_path / "store")
    chance = random.Random(11)
    for number in range(portion(10_000)):
        with Sender(listener.port) as sender:
            sender.raw(framed(mutated(_message(number), chance)))
            sender.finish()
    with Sender(listener.port) as sender:
        assert sender.send(_message(0)) == "AA"
    assert listener.lives()
    assert listener.stop() == 0
    assert "xception" not in listener.told  # nothing went wrong that only the loop saw
