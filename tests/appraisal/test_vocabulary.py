from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.vocabulary import Vocabulary, fold, nearest

GENRES = ["Action", "Indie", "Café Noir", "Design & Illustration", "Real-Time Strategy"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary({"genres": GENRES})


@pytest.mark.parametrize(
    ("label", "spelled"),
    [
        ("Indie", "Indie"),
        ("INDIE", "Indie"),
        ("  indie ", "Indie"),
        ("cafe noir", "Café Noir"),
        ("CAFÉ  NOIR", "Café Noir"),
        ("Indies", None),
        ("", None),
    ],
)
def test_case_accents_and_spaces_do_not_tell_labels_apart(
    vocabulary: Vocabulary, label: str, spelled: str | None
) -> None:
    assert vocabulary.match("genres", label) == spelled


@pytest.mark.parametrize(
    ("label", "first"),
    [("Indy", "Indie"), ("Acton", "Action"), ("strategy", "Real-Time Strategy"), ("cafenoir", "Café Noir")],
)
def test_the_nearest_label_comes_first(vocabulary: Vocabulary, label: str, first: str) -> None:
    assert vocabulary.nearest("genres", label)[0] == first
    assert vocabulary.nearest("genres", label) == nearest(label, GENRES)


def test_a_label_that_is_like_no_other_gets_no_proposal(vocabulary: Vocabulary) -> None:
    assert vocabulary.nearest("genres", "xyzzy") == ()


def test_of_labels_that_fold_alike_the_exact_one_wins_and_else_the_first() -> None:
    vocabulary = Vocabulary({"tags": ["VR", "vr"]})
    assert [vocabulary.match("tags", label) for label in ("VR", "vr", "Vr")] == ["VR", "vr", "VR"]


@given(st.text(max_size=30))
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(GENRES), st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_every_label_matches_itself_in_any_case(label: str, change: object) -> None:
    assert callable(change)
    assert Vocabulary({"genres": GENRES}).match("genres", change(label)) == label
