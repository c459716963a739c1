"""Documents stored in a real archive, and fetched from it again."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from horad.records import Metadata, Report, ReportResult
from horad.writers.dicom_sr import DicomSrWriter
from tests.writers import sr_back, statements_back

_PLUGINS = Path("/usr/share/orthanc/plugins")
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Archive:
    """An Orthanc of this test alone, on loopback."""

    port: int

    def ask(self, method: str, path: str, body: bytes = b"", accept: str = "application/json") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Accept": accept, "Content-Type": "application/dicom"})
            answer = connection.getresponse()
            return answer.status, answer.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if program is None or not _PLUGINS.is_dir():
        pytest.skip("needs Orthanc, of the Debian packages orthanc and orthanc-dicomweb")
    folder, port = tmp_path_factory.mktemp("orthanc"), free_port()
    settings = {
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "Plugins": [str(_PLUGINS)],
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([program, folder / "orthanc.json"], stdout=log, stderr=log)
        try:
            _wait_for(running, Archive(port))
            yield Archive(port)
        finally:
            running.terminate()
            running.wait(30)


def _wait_for(running: "subprocess.Popen[bytes]", archive: Archive) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and running.poll() is None:
        with contextlib.suppress(OSError):
            if archive.ask("GET", "/system")[0] == 200:
                return
        time.sleep(0.2)
    pytest.fail(f"Orthanc did not start within {_START_SECONDS:g} s")


@pytest.fixture
def folder(result: ReportResult, tmp_path: Path) -> Path:
    """The document of one result, and its source."""
    metadata = Metadata(id="case-1", patient_id="P-1", accession_number="A-1", study_date="2024-05-06")
    with DicomSrWriter(tmp_path) as writer:
        writer.write(result, Report(text="Mature bone, Brooker III – left hip.", metadata=metadata))
    return tmp_path


def stored(archive: Archive, folder: Path) -> dict[str, str]:
    """What the archive answered to each file."""
    answers = {path.suffixes[0]: archive.ask("POST", "/instances", path.read_bytes()) for path in folder.glob("*.dcm")}
    return {name: json.loads(body)["Status"] for name, (_, body) in answers.items()}


def test_a_document_comes_back_from_the_archive_as_it_was(archive: Archive, folder: Path, tmp_path: Path) -> None:
    assert set(stored(archive, folder).values()) <= {"Success", "AlreadyStored"}
    [sent] = [path for path in folder.glob("*.dcm") if not path.name.endswith(".source.dcm")]
    uid = dcmread(sent).SOPInstanceUID
    [found] = json.loads(archive.ask("POST", "/tools/lookup", str(uid).encode())[1])
    status, body = archive.ask("GET", f"{found['Path']}/file", accept="application/dicom")
    assert status == 200
    assert dcmread(BytesIO(body)).to_json_dict() == dcmread(sent).to_json_dict()


def test_what_comes_back_reads_to_the_same_values(archive: Archive, folder: Path, result: ReportResult) -> None:
    stored(archive, folder)
    [sent] = [path for path in folder.glob("*.dcm") if not path.name.endswith(".source.dcm")]
    [found] = json.loads(archive.ask("POST", "/tools/lookup", str(dcmread(sent).SOPInstanceUID).encode())[1])
    back = folder / "back"
    back.write_bytes(archive.ask("GET", f"{found['Path']}/file", accept="application/dicom")[1])
    assert sr_back.read(back) == statements_back.expected(result)


def test_the_study_holds_the_document_beside_its_source_over_dicomweb(archive: Archive, folder: Path) -> None:
    stored(archive, folder)
    [source] = folder.glob("*.source.dcm")
    study = dcmread(source).StudyInstanceUID
    status, body = archive.ask("GET", f"/dicom-web/studies/{study}/instances", accept="application/dicom+json")
    assert status == 200
    classes = sorted(one["00080016"]["Value"][0] for one in json.loads(body))
    assert classes == ["1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.33"]
