import pytest
import spacy

import horad
from horad.pipeline.build import COMPONENTS

TEXT = "CT of the pelvis. Heterotopic ossification about the left hip."


def test_spacy_loads_horad_by_its_name() -> None:
    assert spacy.load("horad").pipe_names == list(COMPONENTS)


@pytest.mark.parametrize(
    ("options", "active", "present"),
    [
        pytest.param({}, COMPONENTS, COMPONENTS, id="all"),
        pytest.param({"disable": COMPONENTS[-1]}, COMPONENTS[:-1], COMPONENTS, id="disable one"),
        pytest.param({"exclude": [COMPONENTS[-1]]}, COMPONENTS[:-1], COMPONENTS[:-1], id="exclude one"),
        pytest.param({"enable": [COMPONENTS[0]]}, COMPONENTS[:1], COMPONENTS, id="enable one"),
    ],
)
def test_components_are_chosen_as_spacy_does(
    options: dict[str, str | list[str]], active: tuple[str, ...], present: tuple[str, ...]
) -> None:
    nlp = horad.load(**options)  # type: ignore[arg-type]
    assert (tuple(nlp.pipe_names), tuple(nlp.component_names)) == (active, present)


def test_a_setting_of_the_pipeline_can_be_changed() -> None:
    assert horad.load(config={"nlp": {"batch_size": 7}}).batch_size == 7


def test_a_vocabulary_can_be_shared() -> None:
    vocab = spacy.blank("en").vocab
    assert horad.load(vocab=vocab).vocab is vocab
