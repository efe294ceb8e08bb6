"""What CreateLabelingJob would refuse: botocore itself checks types and minima only.

Ranges, lengths, patterns and enumerations are read from botocore's own model of the call; what
that model says in words alone (CreateLabelingJobRequest, HumanTaskConfig, UiConfig) stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from labeling.modalities import DAY, Modality, human_task_ui_arn, lambda_arn, regions

if TYPE_CHECKING:
    from botocore.model import Shape

RESERVED_ATTRIBUTES = ("source", "source-ref")
LONGEST_AVAILABILITY = 30 * DAY  # seconds, of a private or a vendor's team
# HumanTaskConfig allows video frames and 3D 30 days, the developer guide 7: the service knows.
LONGEST_LONG_TASK = 30 * DAY
_OBJECT = re.compile(r"s3://[^/]+/.+")


def violations(
    request: Mapping[str, Any], *, shape: Shape, modality: Modality, region: str
) -> list[str]:
    """Sentences, each beginning with the path of the member that is wrong.

    `shape` is the input shape of CreateLabelingJob.
    """
    return [*_model(request, shape, ""), *_words(request, modality, region)]


def _model(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Where a value breaks the rules of its shape."""
    rules = shape.metadata
    match shape.type_name:
        case "structure":
            yield from _structure(value, shape, path)
            return
        case "list":
            yield from _size(len(value), rules, f"{path}: has {len(value)} entries")
            for index, entry in enumerate(value):
                yield from _model(entry, shape.member, f"{path}[{index}]")  # type: ignore[attr-defined]
            return
        case "integer":
            yield from _size(value, rules, f"{path}: is {value}")
            return
    text = str(value)
    yield from _size(len(text), rules, f"{path}: has {len(text)} characters")
    if "pattern" in rules and not _pattern(rules["pattern"]).fullmatch(text):
        yield f"{path}: {text!r} does not have the form {rules['pattern']}"
    if "enum" in rules and text not in rules["enum"]:
        yield f"{path}: {text!r} is none of {', '.join(rules['enum'])}"


def _structure(value: Mapping[str, Any], shape: Any, path: str) -> Iterator[str]:
    inner = f"{path}." if path else ""
    for name in shape.metadata.get("required", ()):
        if name not in value:
            yield f"{inner}{name}: is missing"
    for name, member in value.items():
        if name not in shape.members:
            yield f"{inner}{name}: there is no such member"
        else:
            yield from _model(member, shape.members[name], f"{inner}{name}")


def _size(size: int, rules: Mapping[str, Any], said: str) -> Iterator[str]:
    if size < rules.get("min", size):
        yield f"{said}, at least {rules['min']} are needed"
    if size > rules.get("max", size):
        yield f"{said}, at most {rules['max']} are allowed"


@cache
def _pattern(java: str) -> re.Pattern[str]:
    """The model's patterns are Java's: letters, separators and digits of any script are classes
    that Python does not know by these names."""
    return re.compile(java.replace(r"\p{L}", r"\w").replace(r"\p{N}", "").replace(r"\p{Z}", r"\s"))


def _words(request: Mapping[str, Any], modality: Modality, region: str) -> Iterator[str]:
    human = request.get("HumanTaskConfig", {})
    yield from _places(request)
    yield from _attribute(request.get("LabelAttributeName", ""), modality)
    yield from _interface(human.get("UiConfig", {}), modality, region)
    yield from _functions(human, modality, region)
    yield from _people(human, modality)
    if modality.family != "custom" and "LabelCategoryConfigS3Uri" not in request:
        yield f"LabelCategoryConfigS3Uri: is missing, and {modality.name} needs it"


def _places(request: Mapping[str, Any]) -> Iterator[str]:
    """Objects in S3 that a job cannot do without."""
    source = request.get("InputConfig", {}).get("DataSource", {})
    uris = {
        "InputConfig.DataSource.S3DataSource.ManifestS3Uri": source.get("S3DataSource", {}).get(
            "ManifestS3Uri"
        ),
        "OutputConfig.S3OutputPath": request.get("OutputConfig", {}).get("S3OutputPath"),
        "LabelCategoryConfigS3Uri": request.get("LabelCategoryConfigS3Uri"),
    }
    if not source:
        yield "InputConfig.DataSource.S3DataSource: is missing"
    for path, uri in uris.items():
        if uri is not None and not _OBJECT.fullmatch(uri):
            yield f"{path}: {uri!r} must be s3://<bucket>/<key>"


def _attribute(name: str, modality: Modality) -> Iterator[str]:
    said = f"LabelAttributeName: {name!r}"
    if name in RESERVED_ATTRIBUTES:
        yield f"{said} is reserved"
    if name.endswith("-metadata"):
        yield f"{said} must not end with -metadata"
    if modality.needs_ref and not name.endswith("-ref"):
        yield f"{said} must end with -ref for {modality.name}"
    if not modality.needs_ref and name.endswith("-ref"):
        yield f"{said} must not end with -ref for {modality.name}"


def _interface(ui: Mapping[str, Any], modality: Modality, region: str) -> Iterator[str]:
    path = "HumanTaskConfig.UiConfig"
    if modality.human_task_ui is None:
        if "HumanTaskUiArn" in ui:
            yield f"{path}.HumanTaskUiArn: {modality.name} has none; it needs a template"
        if not _OBJECT.fullmatch(ui.get("UiTemplateS3Uri", "")):
            yield f"{path}.UiTemplateS3Uri: {modality.name} needs one, s3://<bucket>/<key>"
        return
    if "UiTemplateS3Uri" in ui:
        yield f"{path}.UiTemplateS3Uri: {modality.name} takes none; it has its own interface"
    arn = human_task_ui_arn(modality.human_task_ui, region)
    if ui.get("HumanTaskUiArn") != arn:
        yield f"{path}.HumanTaskUiArn: must be {arn} for {modality.name}"


def _functions(human: Mapping[str, Any], modality: Modality, region: str) -> Iterator[str]:
    paths = {
        "HumanTaskConfig.PreHumanTaskLambdaArn": (
            human.get("PreHumanTaskLambdaArn"),
            modality.pre,
        ),
        "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn": (
            human.get("AnnotationConsolidationConfig", {}).get("AnnotationConsolidationLambdaArn"),
            modality.acs,
        ),
    }
    if region not in regions():
        yield (
            "HumanTaskConfig.PreHumanTaskLambdaArn: Ground Truth has no built-in task types in "
            f"{region}"
        )
        return
    for path, (given, own) in paths.items():
        if given is None:
            yield f"{path}: is missing"
        elif modality.family != "custom" and given != lambda_arn(own, region):
            yield f"{path}: must be {lambda_arn(own, region)} for {modality.name}"


def _people(human: Mapping[str, Any], modality: Modality) -> Iterator[str]:
    if "/public-crowd/" in human.get("WorkteamArn", ""):
        yield "HumanTaskConfig.WorkteamArn: Amazon Mechanical Turk closed on 2026-09-30"
    if modality.single_worker and human.get("NumberOfHumanWorkersPerDataObject", 1) > 1:
        yield (f"HumanTaskConfig.NumberOfHumanWorkersPerDataObject: must be 1 for {modality.name}")
    longest = LONGEST_LONG_TASK if modality.longest_task > DAY else modality.longest_task
    limits = {
        "TaskTimeLimitInSeconds": longest,
        "TaskAvailabilityLifetimeInSeconds": LONGEST_AVAILABILITY,
    }
    for name, most in limits.items():
        if human.get(name, 0) > most:
            yield f"HumanTaskConfig.{name}: is {human[name]}, at most {most} are allowed"
