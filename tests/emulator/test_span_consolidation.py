"""One selection of what several people marked in a text."""

from __future__ import annotations

import pytest

from emulator.ground_truth.answers import Span
from emulator.ground_truth.consolidation.spans import AgreedSpan, agreed_spans, jaccard


def span(start: int, end: int, label: str = "Person") -> Span:
    return Span(label, start, end)


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        (span(0, 10), span(0, 10), 1.0),
        (span(0, 10), span(5, 15), 1 / 3),
        (span(0, 5), span(5, 10), 0.0),
        (span(0, 5), span(7, 10), 0.0),
    ],
)
def test_similarity_is_what_two_selections_share(a: Span, b: Span, shared: float) -> None:
    assert jaccard(a, b) == pytest.approx(shared)


def test_what_one_person_marked_is_the_result_without_confidence() -> None:
    assert agreed_spans([[span(5, 8), span(0, 3)]]) == [
        AgreedSpan(span(0, 3), 0.0),
        AgreedSpan(span(5, 8), 0.0),
    ]


def test_boundaries_are_those_most_often_chosen() -> None:
    (agreed,) = agreed_spans([[span(0, 10)], [span(0, 12)], [span(1, 10)]])

    assert agreed.span == span(0, 10)


def test_without_a_most_frequent_boundary_it_is_the_median() -> None:
    (agreed,) = agreed_spans([[span(0, 10)], [span(1, 12)], [span(2, 17)]])

    assert agreed.span == span(1, 12)


def test_the_label_is_the_one_most_often_assigned() -> None:
    answers = [[span(0, 5, "Place")], [span(0, 5)], [span(0, 5)]]

    (agreed,) = agreed_spans(answers)

    assert agreed.span == span(0, 5, "Person")
    assert agreed.confidence == pytest.approx(0.67)


def test_agreement_makes_it_sure_but_never_certain() -> None:
    (everybody,) = agreed_spans([[span(0, 5)]] * 3)
    (two,) = agreed_spans([[span(0, 5)], [span(0, 5)], []])

    assert (everybody.confidence, two.confidence) == (0.95, 0.67)


def test_selections_far_apart_are_two() -> None:
    agreed = agreed_spans([[span(0, 5)], [span(20, 25)]])

    assert [item.span for item in agreed] == [span(0, 5), span(20, 25)]


def test_neighbours_that_one_person_marked_stay_apart() -> None:
    answers = [[span(0, 5), span(5, 10)], [span(0, 5), span(5, 10)]]

    assert [item.span for item in agreed_spans(answers)] == [span(0, 5), span(5, 10)]


def test_of_overlapping_results_the_one_of_more_people_stays() -> None:
    long, short = span(0, 30), span(20, 30)

    (agreed,) = agreed_spans([[long], [long], [short]])

    assert agreed.span == long


def test_nobody_marking_anything_is_no_selection() -> None:
    assert agreed_spans([[], []]) == []
