"""Batches that look wrong and are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.plan.inputs import START
from tests.plan.scenes import Scene

UNUSUAL: list[Any] = []


def valid(base: str, *warnings: str) -> Callable[[Any], Any]:
    """A batch of this modality, changed; the warnings that the plan gives are right."""

    def add(change: Any) -> Any:
        change.base, change.warnings = base, set(warnings)
        UNUSUAL.append(change)
        return change

    return add


@valid("BoundingBox")
def every_option(scene: Scene) -> None:
    scene.first.update(
        {
            "jobType": "BATCH",
            "jobLevel": "1",
            "labelAttributeName": "vehicles",
            "maxConcurrentTaskCount": "1000",
            "taskAvailabilityLifetimeInSeconds": "2592000",
            "taskTimeLimitInSeconds": "28800",
            "taskTitle": "Fahrzeuge – 車",
            "taskDescription": "Bitte Kästen um alle Fahrzeuge ziehen",
            "taskKeywords": ["cars", "street scenes"],
            "contentClassifiers": ["FreeOfAdultContent"],
            "maxHumanLabeledObjectCount": 10,
            "maxPercentageOfInputDatasetLabeled": 50,
            "kmsKeyId": scene.cloud.client("kms").create_key()["KeyMetadata"]["Arn"],
            "tags": {"Kostenstelle": "4711 / Straße"},
        }
    )
    scene.batch["destinationSnsArn"] = scene.arn("sns", "elsewhere")


@valid("VideoObjectTrackingAudit")
def an_audit_without_a_file_of_its_own(scene: Scene) -> None:
    del scene.second["labelCategoryConfigS3Uri"]


@valid("VideoObjectTrackingVerification")
def a_verification_of_an_audit(scene: Scene) -> None:
    verification = scene.add(jobName="third", jobLevel=3)
    verification["inputConfig"] = {"chainFromJobName": "second"}
    scene.second["jobModality"] = "VideoObjectTrackingAudit"


@valid("BoundingBoxAudit")
def an_audit_of_what_was_judged(scene: Scene) -> None:
    scene.add(jobName="third", jobLevel=3)["inputConfig"] = {"chainFromJobName": "second"}
    scene.second["jobModality"] = "BoundingBoxVerification"
    del scene.second["labelCategoryConfigS3Uri"]


@valid("VideoObjectTrackingAudit")
def an_audit_with_more_labels(scene: Scene) -> None:
    with scene.own_labels("boxes.json") as document:
        document["labels"].insert(0, {"label": "Another thing"})


@valid("VideoObjectDetection", "concurrency")
def many_kinds_of_the_same_frames(scene: Scene) -> None:
    for number in range(20):
        scene.add(jobName=f"kind-{number}")


@valid("VideoObjectDetection")
def a_folder_of_frames(scene: Scene) -> None:
    scene.first["inputConfig"] = {"framesS3Prefix": scene.uri("frames")}


@valid("VideoObjectDetection")
def key_points_in_the_other_spelling(scene: Scene) -> None:
    with scene.json("boxes.json") as document:
        document["documentVersion"] = document.pop("document-version")
        document["annotationType"] = "Keypoint"
        document["instructions"] = {"shortIntroduction": "Click.", "fullIntroduction": "<b>Do</b>"}
        for label in document["labels"]:
            label["attributes"] = label.pop("categoryAttributes")


@valid("VideoObjectDetection", "attribute_of_all_labels")
def a_question_about_all_labels_and_about_one(scene: Scene) -> None:
    with scene.json("boxes.json") as document:
        document["labels"][3]["categoryAttributes"] = [
            {"name": "Occlusion", "type": "string", "enum": ["none", "all"]}
        ]


@valid("PointCloudObjectTracking")
def boxes_linked_with_cuboids(scene: Scene) -> None:
    with scene.json("points.json") as document:
        document["annotationType"] = [{"type": "BoundingBox"}, {"type": "Cuboid"}]


@valid("PointCloudObjectDetection")
def clouds_with_nothing_but_their_time(scene: Scene) -> None:
    with scene.lines("clouds.manifest") as lines:
        for number, line in enumerate(lines):
            line["source-ref-metadata"] = {"unix-timestamp": START + number / 7}


@valid("ImageMultiClass", "some_labeled")
def pictures_of_which_some_are_labeled(scene: Scene) -> None:
    with scene.lines("pictures.manifest") as lines:
        for line in lines[:20]:
            line |= {"first": 1, "first-metadata": {"class-name": "Wet"}}


@valid("ImageMultiClass")
def capitals_and_spaces_in_names_of_files(scene: Scene) -> None:
    body = scene.lab.files["pictures/000.jpg"]
    name = "pictures/Straße nach Süden + zurück (1).JPEG"
    scene.write(name, body)
    with scene.lines("pictures.manifest") as lines:
        lines[5]["source-ref"] = scene.uri(name)


@valid("ImageMultiClass")
def line_ends_of_windows_and_none_at_the_end(scene: Scene) -> None:
    text = scene.lab.files["pictures.manifest"].replace(b"\n", b"\r\n")
    scene.write("pictures.manifest", text.removesuffix(b"\r\n"))


@valid("TextMultiClass")
def ten_thousand_texts(scene: Scene) -> None:
    lines = "".join(f'{{"source": "Call {number}"}}\n' for number in range(10_000))
    scene.write("texts.manifest", lines)


@valid("TextMultiClass")
def more_texts_of_which_few_are_kept(scene: Scene) -> None:
    lines = "".join(f'{{"source": "Call {number}"}}\n' for number in range(20_000))
    scene.write("texts.manifest", lines)
    scene.first["inputConfig"]["downSamplingRate"] = 50


@valid("Custom")
def a_custom_job_without_labels_or_functions(scene: Scene) -> None:
    for field in (
        "labelCategoryConfigS3Uri",
        "preHumanTaskLambdaArn",
        "annotationConsolidationLambdaArn",
    ):
        del scene.first[field]


@valid("Custom")
def a_custom_job_with_one_function(scene: Scene) -> None:
    del scene.first["annotationConsolidationLambdaArn"]


@valid("NamedEntityRecognition", "template_without_earlier_label")
def an_audit_of_entities_that_shows_none(scene: Scene) -> None:
    scene.add(
        jobName="second",
        jobModality="Custom",
        jobLevel=2,
        inputConfig={"chainFromJobName": "first"},
        uiTemplateS3Uri=scene.uri("entities.html"),
    )


@valid("Custom", "source_folder")
def a_custom_job_for_whole_folders(scene: Scene) -> None:
    scene.write("texts.manifest", f'{{"source-ref": "{scene.uri("frames/")}"}}\n')


@valid("BoundingBox")
def a_key_by_its_alias(scene: Scene) -> None:
    kms = scene.cloud.client("kms")
    name = "alias/labels/ours"
    kms.create_alias(AliasName=name, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    scene.first["kmsKeyId"] = scene.arn("kms", name)


@valid("NamedEntityRecognition")
def entities_with_one_instruction(scene: Scene) -> None:
    with scene.json("entities.json") as document:
        document["instructions"]["fullInstruction"] = ""
