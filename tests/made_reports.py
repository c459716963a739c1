"""Reports put together from sentences written for the tests, and ways to write a report that mean the same."""

import re
import textwrap
from collections.abc import Callable

from hypothesis import strategies as st

_JOINTS = ("hip", "knee", "elbow", "shoulder")
_STUDIES = (
    "CT of the {place}",
    "MRI {place}",
    "Radiographs of the {place}, two views",
    "ULTRASOUND {place}",
)
_REASONS = (
    "Stiffness six months after an acetabular fracture.",
    "Complete spinal cord injury at T6 four months ago, warm swollen limb.",
    "35% burns last year. Reduced range of movement.",
    "Pain for two years.",
    "Assess for heterotopic ossification.",
)
_PRESENT = (
    "There is heterotopic ossification about the {place}.",
    "Mature heterotopic ossification is seen anterior to the {place}.",
    "A bridge of ectopic bone spans the {place}, which is fused.",
    "Hazy, poorly defined heterotopic bone lies medial to the {place}.",
    "Periarticular ossification of the {place} has increased since the prior study.",
)
_POSSIBLE = (
    "Faint mineralisation beside the {place}, suspicious for early heterotopic ossification.",
    "Heterotopic ossification about the {place} cannot be excluded.",
)
_ABSENT = (
    "No heterotopic ossification about the {place}.",
    "The {place} shows no evidence of heterotopic bone formation.",
)
_ATTRIBUTES = (
    "It contains fatty marrow.",
    "The new bone has a thin corticated margin and internal trabeculae.",
    "It abuts the neurovascular bundle but does not encase it.",
    "It lies 8 mm from the nearest nerve.",
    "The new bone measures 34 x 12 mm.",
    "There is no cortical destruction and no soft tissue mass.",
    "The surrounding muscle is oedematous.",
    "It arises from the adjacent cortex.",
    "The sciatic nerve is displaced posteriorly by the new bone, with preserved signal.",
    "The findings correspond to Brooker grade III (previously grade II on the radiographs of last year).",
    "There is no feature of osteosarcoma or of another bone-forming tumour.",
    "The ossification follows fat signal on all sequences, in keeping with marrow.",
    "A lucent cleft separates it from the native cortex.",
)
_OTHER = (
    "The joint space is preserved.",
    "No acute fracture.",
    "Small joint effusion.",
    "Alignment is normal.",
)
_IMPRESSIONS = {
    "present": ("Heterotopic ossification of the {place}.", "{place}: heterotopic ossification as described."),
    "possible": ("Possible early heterotopic ossification of the {place}.",),
    "absent": ("No heterotopic ossification.", "Normal study."),
}
UNRELATED = (
    "The visualised bowel is unremarkable.",
    "The urinary bladder is normal.",
    "No inguinal hernia.",
    "There is no free fluid in the abdomen.",
    "Incidental note of a simple renal cyst.",
    "The visualised lung bases are clear.",
    "Vascular calcification is noted.",
    "No pathologically enlarged lymph nodes.",
)
_SPELLINGS = (
    ("oedema", "edema"),
    ("mineralis", "mineraliz"),
    ("visualis", "visualiz"),
    ("organis", "organiz"),
    ("tumour", "tumor"),
    ("haemat", "hemat"),
    ("favoured", "favored"),
    ("centre", "center"),
)
# What is written in capitals only, since it means something else or nothing without them.
_CAPITALS_ONLY = re.compile(r"\b(?:HO|MO|DVT|M|F)\b|Dr |P\. ")
_HEADED = re.compile(r"[A-Za-z][A-Za-z ]*:")


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Study, reason, findings and impression of one report."""
    place = f"{draw(st.sampled_from(('left', 'right')))} {draw(st.sampled_from(_JOINTS))}"
    status = draw(st.sampled_from(tuple(_IMPRESSIONS)))
    main = draw(st.sampled_from({"present": _PRESENT, "possible": _POSSIBLE, "absent": _ABSENT}[status]))
    told = draw(st.lists(st.sampled_from(_ATTRIBUTES), unique=True, max_size=5)) if status == "present" else []
    other = draw(st.lists(st.sampled_from(_OTHER), unique=True, max_size=2))
    impression = draw(st.sampled_from(_IMPRESSIONS[status])).format(place=place)
    return (
        draw(st.sampled_from(_STUDIES)).format(place=place),
        draw(st.sampled_from(_REASONS)),
        " ".join([main.format(place=place), *told, *other]),
        impression[0].upper() + impression[1:],
    )


def written(body: tuple[str, str, str, str]) -> str:
    """The report in its usual order."""
    study, reason, findings, impression = body
    return f"{study}\n\nINDICATION: {reason}\n\nFINDINGS:\n{findings}\n\nIMPRESSION:\n{impression}\n"


def reports() -> st.SearchStrategy[str]:
    """Whole reports."""
    return bodies().map(written)


def with_sentence(text: str, sentence: str) -> str:
    """The report with one sentence more at the end of its findings."""
    blocks = text.rstrip("\n").split("\n\n")
    headed = [number for number, block in enumerate(blocks) if re.match(r"(?i)findings|report:", block)]
    at = headed[0] if headed else len(blocks) - 2
    blocks[at] += f" {sentence}"
    return "\n\n".join(blocks) + "\n"


def wrapped(text: str, width: int) -> str:
    """The report with its lines broken at ``width`` columns."""
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
    )


def american(text: str) -> str:
    """British spelling made American."""
    for british, american_way in _SPELLINGS:
        text = text.replace(british, american_way).replace(british.capitalize(), american_way.capitalize())
    return text


def british(text: str) -> str:
    """American spelling made British."""
    for british_way, american_way in _SPELLINGS:
        for one, other in ((american_way, british_way), (american_way.capitalize(), british_way.capitalize())):
            text = re.sub(rf"(?<![A-Za-z]){one}", other, text)
    return text


def in_lower_case(text: str) -> str:
    """Lower case, but for reports whose capitals mean something."""
    return text if _CAPITALS_ONLY.search(text) else text.lower()


def impression_first(text: str) -> str:
    """The last section put before the first, as some departments write; only where every section has a heading."""
    title, *blocks = text.rstrip("\n").split("\n\n")
    if len(blocks) < 2 or not all(_HEADED.match(block) for block in blocks) or "Addendum" in text:
        return text
    return "\n\n".join([title, blocks[-1], *blocks[:-1]]) + "\n"


REWRITINGS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": in_lower_case,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "trailing blanks": lambda text: re.sub(r"(?m)$", "  ", text) + "\n \n",
    "wrapped at 60": lambda text: wrapped(text, 60),
    "wrapped at 72": lambda text: wrapped(text, 72),
    "wrapped at 100": lambda text: wrapped(text, 100),
    "American": american,
    "British": british,
    "impression first": impression_first,
}
