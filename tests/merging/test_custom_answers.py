"""Custom jobs without a function of their own: what people answered is in the merged data set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labeling.labels import Span, read_line
from labeling.merging import MergedObject, MergeReport, read_merged, write_merged
from labeling.merging.custom_answers import LARGEST, CustomAnswers
from tests.merging.batch_files import Files, labeled, merged, problems

TEXT = "Ada met Grace in Turin."
ADA = {"label": "Person", "startOffset": 0, "endOffset": 3}
GRACE = {"label": "Person", "startOffset": 8, "endOffset": 13}
TURIN = {"label": "Place", "startOffset": 17, "endOffset": 22}
RESPONSE = "s3://out/audit/audit/annotations/worker-response/iteration-1/0/2026.json"


@pytest.fixture(name="files")
def _files() -> Files:
    return Files()


def entities(*marked: dict[str, Any]) -> dict[str, Any]:
    return {"crowd-entity-annotation": {"entities": list(marked)}}


def answers(*contents: dict[str, Any]) -> dict[str, Any]:
    return {
        "answers": [
            {
                "answerContent": given,
                "workerId": f"w{place}",
                "submissionTime": "2026-03-01T10:00:00Z",
            }
            for place, given in enumerate(contents, start=1)
        ]
    }


def audited(files: Files, *given: dict[str, Any], report: MergeReport | None = None) -> Any:
    """Entities, and what people made of them in a custom job."""
    if given:
        files.put(RESPONSE, answers(*given))
    first = {
        "source": TEXT,
        **labeled(
            "names",
            {"annotations": {"labels": [{"label": "Person"}], "entities": [ADA]}},
            "NamedEntityRecognition",
        ),
    }
    line = {**first, **labeled("audit", {}, "Custom", **{"worker-response-ref": RESPONSE})}
    jobs = (
        files.job("names", first, modality="NamedEntityRecognition"),
        files.job("audit", line, modality="Custom", level=2, chain_from="names"),
    )
    (text,) = merged(files, *jobs, report=report)
    return text


def spans(text: MergedObject, job: str) -> list[tuple[str, str]]:
    labels = [it.label for it in text.annotations if it.provenance.job == job]
    return [(it.label, it.of(TEXT)) for it in labels if isinstance(it, Span)]


def test_what_somebody_answered_is_the_content_of_the_layer(files):
    text = audited(files, entities(ADA, TURIN))

    _, layer = text.layers
    assert layer.attribute == "audit"
    assert layer.content == {"answers": [{"workerId": "w1", "content": entities(ADA, TURIN)}]}
    assert layer.provenance.job == "audit"


def test_corrected_entities_stand_beside_the_earlier_ones(files):
    text = audited(files, entities(ADA, TURIN))

    assert spans(text, "names") == [("Person", "Ada")]
    assert spans(text, "audit") == [("Person", "Ada"), ("Place", "Turin")]
    assert [it.attribute for it in text.annotations] == ["names", "audit", "audit"]
    assert list(read_merged(write_merged([text]))) == [text]


def test_people_agree_who_gave_the_same_in_any_order(files):
    text = audited(files, entities(TURIN, ADA), entities(ADA, TURIN))

    assert spans(text, "audit") == [("Place", "Turin"), ("Person", "Ada")]
    assert [it["workerId"] for it in text.layers[1].content["answers"]] == ["w1", "w2"]


def test_where_people_differ_only_their_answers_are_there(files):
    text = audited(files, entities(ADA, TURIN), entities(ADA, GRACE))

    assert spans(text, "audit") == []
    assert [it["content"] for it in text.layers[1].content["answers"]] == [
        entities(ADA, TURIN),
        entities(ADA, GRACE),
    ]


@pytest.mark.parametrize(
    ("given", "classes"),
    [
        ({"crowd-classifier": {"label": "calm"}}, ["calm"]),
        ({"crowd-classifier-multi-select": {"labels": ["calm", "glad"]}}, ["calm", "glad"]),
        ({"note": "a text of one's own"}, []),
        ({"boxes": {"boundingBoxes": []}}, []),
    ],
)
def test_classes_are_labels_and_what_else_a_form_sends_is_not(files, given, classes):
    text = audited(files, given)

    found = [it.label for it in text.annotations if it.provenance.job == "audit"]
    assert [(it.label, it.class_id) for it in found] == [(name, None) for name in classes]
    assert text.layers[1].content["answers"][0]["content"] == given


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "there is no such object"),
        ("{", RESPONSE),
        ('{"answers": [{"workerId": "w1"}]}', "answerContent"),
        (" " * (LARGEST + 1), "more than 4,194,304 bytes"),
    ],
)
def test_answers_that_cannot_be_read_are_said(files, written, said):
    if written is not None:
        files.put(RESPONSE, written)
    report = MergeReport()

    text = audited(files, report=report)

    assert text.layers[1].content == {}
    (problem,) = problems(report)
    assert problem.startswith("audit: its answers cannot be read: ")
    assert said in problem
    assert spans(text, "names") == [("Person", "Ada")]


def test_a_label_of_a_function_of_ones_own_stays_as_it_is(files):
    files.put(RESPONSE, answers(entities(ADA)))
    reference = {"worker-response-ref": RESPONSE}
    line = {"source": TEXT, **labeled("own", {"agreed": []}, "Custom", **reference)}

    (text,) = merged(files, files.job("own", line, modality="Custom"))

    assert text.layers[0].content == {"agreed": []}
    assert RESPONSE not in files.read


def test_not_more_files_are_read_than_may_be(files):
    files.put(RESPONSE, answers(entities(ADA)))
    report = MergeReport()
    reader = CustomAnswers(files.fetch, report, most=1)
    line = json.dumps(
        {"source": TEXT, **labeled("own", {}, "Custom", **{"worker-response-ref": RESPONSE})}
    )
    found = read_line(line, "own")

    contents = [reader.put_into(found["own"], found, "own").content for _ in range(3)]

    assert [bool(content) for content in contents] == [True, False, False]
    assert problems(report) == ["own: answers were not read from here on"]
