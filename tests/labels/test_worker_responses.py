"""What single workers answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from labeling.labels import Box, ClassLabel, LabelsUnreadable, Span, read_worker_response


def response(content):
    return {"answers": [{"answerContent": content, "workerId": "private.us-east-1.1"}]}


def test_a_private_worker_has_times():
    document = response({})
    document["answers"][0] |= {
        "acceptanceTime": "2020-12-28T18:59:15.191Z",
        "submissionTime": "2020-12-28T18:59:58.321Z",
        "timeSpentInSeconds": 40.543,
    }

    (answer,) = read_worker_response(document)

    assert answer.accepted_at == datetime(2020, 12, 28, 18, 59, 15, 191000, tzinfo=UTC)
    assert answer.submitted_at == datetime(2020, 12, 28, 18, 59, 58, 321000, tzinfo=UTC)
    assert (answer.seconds, answer.labels) == (40.543, ())


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ({"intent": {"label": "joy"}}, ClassLabel(label="joy")),
        ({"intent": {"labels": ["joy"]}}, ClassLabel(label="joy")),
        (
            {
                "boundingBox": {
                    "boundingBoxes": [
                        {"label": "Bird", "left": 1, "top": 2, "width": 3, "height": 4}
                    ],
                    "inputImageProperties": {"width": 640, "height": 480},
                }
            },
            Box(label="Bird", left=1, top=2, width=3, height=4),
        ),
        (
            {"e": {"entities": [{"label": "Date", "startOffset": 16, "endOffset": 26}]}},
            Span(label="Date", start=16, end=26),
        ),
    ],
)
def test_what_an_answer_holds_tells_its_kind(content, label):
    (answer,) = read_worker_response(response(content))

    assert answer.labels == (label,)
    assert answer.content == content


@pytest.mark.parametrize(
    "content",
    [{"stars": 5}, {"own": {"labels": "none"}}, {"own": {"boundingBoxes": [{"label": "Bird"}]}}],
)
def test_an_answer_on_a_page_of_ones_own_may_hold_anything(content):
    (answer,) = read_worker_response(response(content))

    assert (answer.labels, answer.content) == ((), content)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "1.json, answers: a list is expected, not null"),
        ({"answers": [{}]}, r"answers\[0\]\.answerContent: an object is expected"),
        ({"answers": [{"answerContent": {}}]}, r"answers\[0\]\.workerId: a text is expected"),
    ],
)
def test_what_is_no_worker_response_is_refused(document, said):
    with pytest.raises(LabelsUnreadable, match=said):
        read_worker_response(document, file="1.json")
