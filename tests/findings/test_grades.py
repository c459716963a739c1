"""Grades as stated: system, value, time and side."""

from collections.abc import Callable

import pytest

from horad.findings.grades import claims
from horad.findings.view import Claim, View
from horad.knowledge.load import load_rules
from horad.pipeline.build import load

Rows = list[tuple[str, str, str, str | None]]


@pytest.fixture(scope="module", name="read")
def _read() -> Callable[[str], Rows]:
    nlp, rules = load(), load_rules()

    def row(claim: Claim) -> tuple[str, str, str, str | None]:
        return claim.data["system"], claim.value, claim.data["when"], claim.data["side"]

    return lambda text: [row(claim) for claim in claims(View(nlp(text), rules))]


CURRENT = [
    ("HO about the hip. Brooker II on the first film. On these views the grade is III.", [("brooker", "III")]),
    ("HO without bridging (Brooker 2).", [("brooker", "II")]),
    ("HO of the hip, not more than Brooker I.", [("brooker", "I")]),
    ("new bone at the cup brooker grade won", [("brooker", "I")]),
    ("HO right THR. Brooker gr. II-III.", [("brooker", "III")]),
    ("Brooker II heterotopic ossification.", [("brooker", "II")]),
    ("Brooker class 3.", [("brooker", "III")]),
    ("brooker i heterotopic ossification.", [("brooker", "I")]),
    ("Brooker II-III.", [("brooker", "III")]),
    ("Brooker grade 1 to 2.", [("brooker", "II")]),
    ("Brooker Ⅲ.", [("brooker", "III")]),
    ("Brooker IV (ankylosed).", [("brooker", "IV")]),
    ("No heterotopic ossification (Brooker 0).", [("brooker", "0")]),
    ("Grade? Brooker 2.", [("brooker", "II")]),
    ("Grade III heterotopic ossification (Brooker classification).", [("brooker", "III")]),
    ("Heterotopic ossification class II according to Brooker.", [("brooker", "II")]),
    ("Brooker III rather than IV.", [("brooker", "III")]),
    ("Hastings and Graham class IIA.", [("hastings_graham", "IIA")]),
    ("H&G 3C.", [("hastings_graham", "IIIC")]),
    ("Hastings II-B.", [("hastings_graham", "IIB")]),
    ("Brooker II (Della Valle B).", [("brooker", "II"), ("della_valle", "B")]),
    ("McAfee grade 3 at C5/6.", [("mcafee", "III")]),
    ("Grade 2 heterotopic ossification about the hip.", [("other", "2")]),
    ("Ilahi grade 2.", [("other", "2")]),
    ("Furia and Pellegrini type IB.", [("other", "IB")]),
    ("Kellgren grade 3 osteoarthritis with Brooker II heterotopic ossification.", [("brooker", "II")]),
    ("FINDINGS: Brooker II.\nIMPRESSION: Brooker III heterotopic ossification.", [("brooker", "III")]),
    ("Brooker I at three months, II at six, and today, at a year, III.", [("brooker", "III")]),
    ("Progressed from Brooker I to Brooker III.", [("brooker", "III")]),
    ("Reported elsewhere as Brooker IV; I would call it Brooker II.", [("brooker", "II")]),
    ("Brooker III HO was excised in 2019.", []),
    ("No Brooker III or IV ossification.", []),
    ("Grade 2 MCL sprain with heterotopic ossification.", []),
    ("Stage II pressure ulcer, no heterotopic ossification.", []),
    ("Lucency in DeLee zone I.", []),
    ("Grade 3 chondrosarcoma.", []),
    ("ASIA grade A, heterotopic ossification of the hip.", []),
]


@pytest.mark.parametrize(("text", "expected"), CURRENT, ids=[text for text, _ in CURRENT])
def test_current_grades(read: Callable[[str], Rows], text: str, expected: list[tuple[str, str]]) -> None:
    assert [(system, value) for system, value, when, _ in read(text) if when == "current"] == expected


def test_prior_grades_are_told_as_prior(read: Callable[[str], Rows]) -> None:
    assert read("Previously Brooker I, now III.") == [
        ("brooker", "I", "prior", None),
        ("brooker", "III", "current", None),
    ]


SIDES = [
    ("Brooker II on the right and III on the left.", ["right", "left"]),
    ("HO: Brooker 2 (R), 3 (L).", ["right", "left"]),
    ("Right hip: Brooker III. Left hip: Brooker I.", ["right", "left"]),
    ("Brooker class 3 HO of the left hip.", ["left"]),
    ("Brooker II heterotopic ossification.", [None]),
]


@pytest.mark.parametrize(("text", "expected"), SIDES, ids=[text for text, _ in SIDES])
def test_side_of_each_grade(read: Callable[[str], Rows], text: str, expected: list[str | None]) -> None:
    assert [side for _, _, _, side in read(text)] == expected
