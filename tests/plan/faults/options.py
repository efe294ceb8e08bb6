"""How people are asked: times, numbers, words."""

from __future__ import annotations

from typing import Any

from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Options")


@faults.of("BoundingBox", at=f"{FIRST}.downSamplingRatio")
def unknown_field(scene: Scene) -> None:
    """a misspelt field in the wrong place"""
    scene.first["downSamplingRatio"] = 10


@faults.of("BoundingBoxAudit", at=f"{SECOND}.inputConfig.downSamplingRate")
def rate_of_nothing(scene: Scene) -> None:
    """a sampling rate of 0 %"""
    scene.second["inputConfig"]["downSamplingRate"] = 0


@faults.of("BoundingBoxAudit", at=f"{SECOND}.inputConfig.downSamplingRate")
def rate_as_a_share(scene: Scene) -> None:
    """a sampling rate of 0.5, where 50 is meant"""
    scene.second["inputConfig"]["downSamplingRate"] = 0.5


@faults.of("BoundingBoxAudit", at=f"{SECOND}.inputConfig.downSamplingRate")
def rate_above_all(scene: Scene) -> None:
    """a sampling rate of 101 %"""
    scene.second["inputConfig"]["downSamplingRate"] = "101"


def _option(base: str, field: str, value: Any, words: str) -> None:
    def seed(scene: Scene) -> None:
        scene.first[field] = value

    seed.__name__, seed.__doc__ = f"{field} of {base}: {words}", words
    faults.of(base, at=f"{FIRST}.{field}")(seed)


for _row in (
    ("BoundingBox", "taskTimeLimitInSeconds", 28_801, "more than eight hours for a picture"),
    ("VideoObjectTracking", "taskTimeLimitInSeconds", 604_801, "more than a week for a clip"),
    ("BoundingBox", "taskTimeLimitInSeconds", 29, "half a minute for a picture, and a second less"),
    (
        "BoundingBox",
        "taskAvailabilityLifetimeInSeconds",
        2_592_001,
        "tasks that are there for more than 30 days",
    ),
    ("BoundingBox", "maxConcurrentTaskCount", 5_001, "more than 5,000 tasks at once"),
    (
        "VideoObjectTracking",
        "numberOfHumanWorkersPerDataObject",
        2,
        "two people for the same clip, of which Ground Truth takes one",
    ),
    ("BoundingBox", "numberOfHumanWorkersPerDataObject", 10, "ten people for the same picture"),
    ("BoundingBox", "taskTitle", "t" * 129, "a title of 129 characters"),
    ("BoundingBox", "taskDescription", "two\nlines", "a description of two lines"),
    ("BoundingBox", "taskKeywords", ["cars, buses"], "a keyword with a comma"),
    ("BoundingBox", "contentClassifiers", ["FreeOfAdultContents"], "a misspelt classifier"),
    ("BoundingBox", "maxHumanLabeledObjectCount", 0, "a job that stops before its first object"),
    ("BoundingBox", "tags", {"aws:team": "a"}, "a tag that begins with aws:"),
    (
        "BoundingBox",
        "preHumanTaskLambdaArn",
        "arn:aws:lambda:us-east-1:123456789012:function:LabelingFunction-before",
        "a function of one's own for a built-in type",
    ),
):
    _option(*_row)
