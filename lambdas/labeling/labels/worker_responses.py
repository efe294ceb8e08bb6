"""Worker responses: what each person answered, before answers become one label.

They lie in `annotations/worker-response/iteration-N/<object>/` of a job. Keys as on the pages
"Output Data" and "Processing with AWS Lambda" of the SageMaker developer guide; answers from 2019
have none but the content, the worker and the time of submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.members import a_list, a_text, an_object, number, whole_number
from labeling.labels.metadata import creation_date
from labeling.labels.shapes import Box, ClassLabel, Label, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAnswer:
    """One person's answer to one task. Times are in UTC; what the file lacks is None.

    `content` is the answer as it stands; `labels` holds those of its classes, boxes and spans that
    stand in it. Answers about sequences, point clouds and masks lie in files of their own.
    """

    worker_id: str
    accepted_at: datetime | None
    submitted_at: datetime | None
    seconds: float | None
    content: Mapping[str, Any]
    labels: tuple[Label, ...]


def read_worker_response(
    document: str | bytes | Mapping[str, Any], *, file: str = ""
) -> tuple[WorkerAnswer, ...]:
    """The answers to the tasks of one object; raises `LabelsUnreadable` naming `file`."""
    try:
        answers = an_object(read_json(document)).get("answers")
        return tuple(_answers(a_list(answers, "answers")))
    except LabelsUnreadable as error:
        raise error.within(file=file) from error.__cause__


def _answers(items: list[Any]) -> Iterator[WorkerAnswer]:
    for index, value in enumerate(items):
        try:
            item = an_object(value)
            content = an_object(item.get("answerContent"), "answerContent")
            yield WorkerAnswer(
                worker_id=a_text(item.get("workerId"), "workerId"),
                accepted_at=creation_date(item.get("acceptanceTime")),
                submitted_at=creation_date(item.get("submissionTime")),
                seconds=None
                if item.get("timeSpentInSeconds") is None
                else number(item, "timeSpentInSeconds"),
                content=content,
                labels=tuple(_labels(content)),
            )
        except LabelsUnreadable as error:
            raise error.within(member=f"answers[{index}]") from None


def _labels(content: Mapping[str, Any]) -> Iterator[Label]:
    # Each member is named as the element of the page that people answered on, so only what is in
    # it tells which kind of answer it is. A page of one's own may hold anything under any name.
    for value in content.values():
        try:
            yield from tuple(_element(an_object(value)))
        except LabelsUnreadable:
            continue


def _element(value: Mapping[str, Any]) -> Iterator[Label]:
    if isinstance(value.get("label"), str):
        yield ClassLabel(label=value["label"])
    if "labels" in value:
        for label in a_list(value["labels"], "labels"):
            yield ClassLabel(label=a_text(label, "labels"))
    for key, read in (("boundingBoxes", _box), ("entities", _span)):
        if key in value:
            for item in a_list(value[key], key):
                yield read(an_object(item))


def _box(item: Mapping[str, Any]) -> Box:
    return Box(
        label=a_text(item.get("label"), "label"),
        left=number(item, "left"),
        top=number(item, "top"),
        width=number(item, "width"),
        height=number(item, "height"),
    )


def _span(item: Mapping[str, Any]) -> Span:
    return Span(
        label=a_text(item.get("label"), "label"),
        start=whole_number(item.get("startOffset"), "startOffset"),
        end=whole_number(item.get("endOffset"), "endOffset"),
    )
