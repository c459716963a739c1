"""The secret key: pseudonyms, the days that a patient's dates move, and stand-ins all follow from it."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from horad.errors import HoradError

_BYTES = 32
_DAYS = 365
_LENGTH = 20


@dataclass(frozen=True)
class Key:
    """A key of keyed hashes; whoever has it can link pseudonyms to patients, so it is kept apart from the data."""

    secret: bytes = field(repr=False)

    def pseudonym(self, kind: str, value: str) -> str:
        """The same value of a kind always has the same one; "p" for patient begins a patient's."""
        return f"{kind[:1]}{self._digest(kind, value).hex()[:_LENGTH]}"

    def uid(self, value: str) -> str:
        """A DICOM UID in the place of another (ITU-T X.667, arc 2.25)."""
        return f"2.25.{int.from_bytes(self._digest('uid', value)[:16])}"

    def days(self, patient: str) -> int:
        """How far a patient's dates move: one to 365 days, to either side, always the same for a patient."""
        number = int.from_bytes(self._digest("days", patient)[:8])
        return (1 + number // 2 % _DAYS) * (1 if number % 2 else -1)

    def choice(self, kind: str, value: str, number: int) -> int:
        """A number below ``number`` that follows from a value."""
        return int.from_bytes(self._digest(f"choice of {kind}", value)[:8]) % number

    def _digest(self, kind: str, value: str) -> bytes:
        return hmac.new(self.secret, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def load_key(path: Path) -> Key:
    """The key in a file; a new one is made there, readable for its owner alone, if there is none.

    Raises:
        HoradError: if the file cannot be read or made, or holds no key.
    """
    try:
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(_BYTES) + "\n")
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        raise HoradError(f"{path}: the key cannot be read or made ({error.strerror})") from None
    except ValueError:
        raise HoradError(f"{path}: holds no key; a key is {2 * _BYTES} hexadecimal digits") from None
    if len(secret) < _BYTES:
        raise HoradError(f"{path}: holds no key; a key is {2 * _BYTES} hexadecimal digits")
    return Key(secret)
