"""Messages for tests: HL7 v2 observation reports of invented people."""

import random
from collections.abc import Sequence


def obx(text: str, *, kind: str = "TX", code: str = "GDT", sub: str = "", status: str = "F") -> str:
    return f"OBX|1|{kind}|{code}^Text^L|{sub}|{text}||||||{status}"


def obr(*, filler: str = "F1", accession: str = "A1", status: str = "F", at: str = "20240105101500") -> str:
    fields = [""] * 26
    fields[0], fields[1], fields[2], fields[3], fields[4] = "OBR", "1", "P1", filler, "XHIP^HIP 2V^L"
    fields[7], fields[16], fields[18], fields[22] = "20240104", "9^FARRIER^TESS", accession, at
    fields[24], fields[25] = "CT", status
    return "|".join(fields)


def message(
    *segments: str, kind: str = "ORU^R01", charset: str = "", msh: str = "MSH|^~\\&", patient: str = "77^^^H^MR"
) -> str:
    header = f"{msh}|RIS|STMARK|||20240105120000||{kind}|C1|P|2.5|||||" + f"|{charset}"
    return "\r".join([header, f"PID|1||{patient}||TALLOW^OMRI||19610203", *segments]) + "\r"


def oru(texts: Sequence[str] = ("Heterotopic ossification of the left hip.",), **of: str) -> str:
    return message(obr(**of), *(obx(text) for text in texts))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randint(1, 40)]
            case 2:
                changed[place:place] = bytes(
                    chance.choices(b"|^~\\&\r\n\x0b\x1cMSHOBX\x00\xff", k=chance.randint(1, 9))
                )
            case 3:
                changed[place:place] = changed[: chance.randint(1, 200)]
            case _:
                del changed[chance.randint(1, len(changed)) :]
        changed = changed or bytearray(b"MSH|")
    return bytes(changed)
