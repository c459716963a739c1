from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.datasets.parts import Keyed, by_hash, by_stratum, left_out, merged, shares_of
from horad.errors import HoradError

SHARES = {"train": 0.7, "dev": 0.15, "test": 0.15}
KEYED = Keyed("salt")
UNITS = [f"patient:{n}" for n in range(1000)]


def test_shares_are_read() -> None:
    assert shares_of("train=0.7, dev=0.15,test=0.15") == SHARES


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ("train=0.7,test=0.2", "the shares sum to 0.9, not to 1"),
        ("train", "'train' is no part; write for instance"),
        ("train=1.5,test=-0.5", "'train=1.5' is no part"),
        ("a=0.5,a=0.5", "'a=0.5' is no part"),
        ("../x=0.5,b=0.5", "'../x=0.5' is no part"),
        ("a=nan,b=0.5", "'a=nan' is no part"),
    ],
)
def test_what_is_no_share_is_refused(given_: str, message: str) -> None:
    with pytest.raises(HoradError, match=message):
        shares_of(given_)


def test_an_empty_salt_is_refused() -> None:
    with pytest.raises(HoradError, match="the salt is empty"):
        Keyed("")


def test_shares_are_met_on_average() -> None:
    counts = Counter(by_hash(UNITS, SHARES, KEYED).values())
    assert (counts["train"], counts["dev"], counts["test"]) == (698, 145, 157)


@given(st.sets(st.text(max_size=5)), st.sets(st.text(max_size=5)), st.text(min_size=1))
def test_nobody_moves_when_others_are_added(some: set[str], more: set[str], salt: str) -> None:
    keyed = Keyed(salt)
    before, after = by_hash(some, SHARES, keyed), by_hash(some | more, SHARES, keyed)
    assert {unit: after[unit] for unit in some} == before


def test_another_salt_places_others() -> None:
    assert by_hash(UNITS, SHARES, KEYED) != by_hash(UNITS, SHARES, Keyed("pepper"))


def test_every_stratum_meets_its_shares() -> None:
    strata = {unit: ("rare" if n % 25 == 0 else "common",) for n, unit in enumerate(UNITS)}
    parts = by_stratum(strata, SHARES, KEYED, {})
    rare = Counter(parts[unit] for unit in UNITS if strata[unit] == ("rare",))
    assert (rare["train"], rare["dev"], rare["test"]) == (28, 6, 6)
    assert Counter(parts.values()) == {"train": 700, "dev": 150, "test": 150}


def test_strata_of_one_patient_do_not_all_go_to_the_largest_part() -> None:
    parts = by_stratum({unit: (unit,) for unit in UNITS[:100]}, SHARES, KEYED, {})
    assert Counter(parts.values()) == {"train": 70, "dev": 15, "test": 15}


def test_with_an_earlier_split_nobody_moves_and_the_new_ones_fill_up() -> None:
    few = dict.fromkeys(UNITS[:40], ("a",))
    first = by_stratum(few, SHARES, KEYED, {})
    before = {KEYED.digest("unit", unit): part for unit, part in first.items()}
    grown = by_stratum(dict.fromkeys(UNITS[:200], ("a",)), SHARES, KEYED, before)
    assert {unit: grown[unit] for unit in few} == first
    assert Counter(grown.values()) == {"train": 140, "dev": 30, "test": 30}


def test_linked_units_have_one_leader_whatever_the_order_of_the_links() -> None:
    links = [("a", "b"), ("c", "d"), ("b", "d")]
    found = merged("abcde", links, KEYED)
    assert found == merged("edcba", list(reversed(links)), KEYED)
    assert (len({found[unit] for unit in "abcd"}), found["e"]) == (1, "e")


@pytest.mark.parametrize(
    ("pairs", "out"),
    [
        pytest.param([("a", "t")], {"a": "t"}, id="the earlier part gives way"),
        pytest.param([("a", "b")], {}, id="within a part nothing is left out"),
        pytest.param([("a", "d"), ("d", "t")], {"d": "t"}, id="a twin that is gone holds nobody"),
        pytest.param([("a", "d"), ("a", "t"), ("d", "t")], {"d": "t", "a": "t"}, id="three alike"),
    ],
)
def test_of_twins_across_parts_the_earlier_is_left_out(pairs: list[tuple[str, str]], out: dict[str, str]) -> None:
    part_of = {"a": "train", "b": "train", "d": "dev", "t": "test"}
    assert left_out(pairs, part_of, list(SHARES)) == out
