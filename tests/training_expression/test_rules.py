"""How votes become labels and how people are kept on one side of the split."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.expression import data

VOTES = st.lists(st.integers(0, 10), min_size=10, max_size=10)


def votes(**given: int) -> np.ndarray:
    names = (*data.LABELS, "unknown", "not_a_face")
    return np.array([[given.get(n, 0) for n in names]])


def test_more_than_half_of_the_votes_make_a_label() -> None:
    assert data.majority_labels(votes(anger=6, neutral=4)) == [data.LABELS.index("anger")]


def test_exactly_half_of_the_votes_make_no_label() -> None:
    assert data.majority_labels(votes(anger=5, neutral=5)) == [-1]


def test_single_votes_do_not_count_against_a_label() -> None:
    scattered = votes(sadness=4, neutral=2, anger=1, fear=1, disgust=1, contempt=1)
    assert data.majority_labels(scattered) == [data.LABELS.index("sadness")]


def test_pictures_that_taggers_call_unknown_have_no_label() -> None:
    assert data.majority_labels(votes(unknown=8, neutral=2)) == [-1]
    assert data.plurality_labels(votes(not_a_face=8, neutral=2)) == [-1]


@given(VOTES)
def test_a_majority_is_always_the_most_voted_label(counts: list[int]) -> None:
    row = np.array([counts])
    label = int(data.majority_labels(row)[0])
    if label >= 0:
        assert counts[label] == max(counts)
        assert label == data.plurality_labels(row)[0]


def test_negative_gathers_sadness_anger_disgust_fear_and_contempt() -> None:
    grouped = data.group_labels(np.arange(-1, 8))
    assert grouped.tolist() == [-1, 0, 1, 2, 3, 3, 3, 3, 3]


@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_four_classes_keep_the_whole_probability(weights: list[float]) -> None:
    p = np.array([weights]) / sum(weights)
    groups = data.group_probabilities(p)
    assert np.isclose(groups.sum(), 1)
    assert np.isclose(groups[0, 3], p[0, 3:].sum())


def test_about_a_fifth_of_people_are_held_out_and_always_the_same_ones() -> None:
    names = [f"Person_{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in range(40)]
    out = [data.held_out(name) for name in names]
    assert 0.15 < np.mean(out) < 0.25
    assert out == [data.held_out(name) for name in names]
