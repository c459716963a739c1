"""The store: a message is there whole or not at all, once, and its name tells nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from horad.errors import OutputError
from horad.run.message_store import MessageStore


def test_messages_are_kept_as_they_came(tmp_path: Path) -> None:
    store = MessageStore(tmp_path / "store")
    paths = [store.put(message) for message in (b"MSH|\xff\r", b"MSH|b\r", b"MSH|\xff\r")]
    assert paths[0] == paths[2]
    assert {path.read_bytes() for path in store.messages()} == {b"MSH|\xff\r", b"MSH|b\r"}


def test_what_was_being_written_when_it_ended_is_removed(tmp_path: Path) -> None:
    MessageStore(tmp_path / "store").put(b"MSH|a\r")
    (tmp_path / "store" / ".x.hl7.9.partial").write_bytes(b"MSH|")
    store = MessageStore(tmp_path / "store")
    with store.owned():
        assert [path.read_bytes() for path in store.messages()] == [b"MSH|a\r"]
        assert [path.name for path in store.folder.glob(".*")] == [".lock"]


def test_a_store_has_one_owner_at_a_time(tmp_path: Path) -> None:
    one, other = MessageStore(tmp_path / "store"), MessageStore(tmp_path / "store")
    with (
        one.owned(),
        pytest.raises(OutputError, match=r"another horad listen stores there; stop it, or choose"),
        other.owned(),
    ):
        pytest.fail("two stored there")
    with other.owned():
        assert other.put(b"MSH|a\r").exists()


def test_a_store_that_somebody_else_owns_is_left_as_it_is(tmp_path: Path) -> None:
    store = MessageStore(tmp_path / "store")
    with store.owned():
        (store.folder / ".half.partial").write_bytes(b"MSH|")
        with pytest.raises(OutputError, match="another horad listen"), MessageStore(store.folder).owned():
            pytest.fail("two stored there")
        assert (store.folder / ".half.partial").exists()


def test_a_message_that_several_send_at_once_is_whole_for_each_of_them(tmp_path: Path) -> None:
    store = MessageStore(tmp_path / "store")
    messages = [b"MSH|%d\r" % number * 20_000 for number in range(40)]
    together = threading.Barrier(4)

    def put(message: bytes) -> bytes:
        together.wait()
        return store.put(message).read_bytes()

    with ThreadPoolExecutor(4) as senders:
        found = [list(senders.map(put, [message] * 4)) for message in messages]
    assert found == [[message] * 4 for message in messages]
    assert len(list(store.folder.iterdir())) == 40


def test_a_store_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be used as the store"):
        MessageStore(tmp_path / "missing" / "store")
