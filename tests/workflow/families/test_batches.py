"""One batch for each family runs from its request to the end, label and audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.ground_truth import ui, ui_rules
from labeling.modalities import modalities
from tests.unit.html_page import parsed
from tests.workflow.families import images, texts, videos
from tests.workflow.families.conftest import FAMILIES, Done
from tests.workflow.roles import Roles, allows, statements_of

OF_GROUND_TRUTH = "432418664414"  # the account of its functions in this region


def test_all_modalities_are_among_the_jobs(done: Done) -> None:
    assert {done.modality(job).name for job in done.asked} == set(modalities())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_plan_of_a_batch_finds_nothing_wrong(done: Done, family: str) -> None:
    plan = done.plans[family]

    assert plan.errors == ()
    assert plan.warnings == ()
    assert plan.complete


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_completes_with_every_job_and_every_object(done: Done, family: str) -> None:
    batch = done.client.show(family)

    assert batch.status == "COMPLETE"
    assert {job.name: job.status for job in batch.jobs if job.status != "COMPLETE"} == {}
    assert [job.name for job in batch.jobs if job.failed or job.labeled != job.total] == []


def test_a_job_is_asked_of_so_many_people_as_the_request_says(done: Done) -> None:
    people = {
        job: done.labeling_job(job)["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"]
        for job in done.asked
    }

    assert {job: count for job, count in people.items() if count > 1} == {
        **{"boxes": 3, "masks": 2, "weather": 3, "scene": 2, "boxes-verdict": 2},
        **{"mood": 3, "topics": 2, "entities-merged": 2, "road": 2},
    }


# --- templates


def _with_template(done: Done) -> Iterator[tuple[str, str]]:
    """Jobs whose workers see a template, and the template."""
    for job in done.asked:
        if done.modality(job).has_template:
            ui_config = done.labeling_job(job)["HumanTaskConfig"]["UiConfig"]
            yield job, ui_config["UiTemplateS3Uri"]


def test_templates_are_written_for_jobs_that_bring_none(done: Done) -> None:
    processing = done.client.outputs["ProcessingBucketName"]
    places = dict(_with_template(done))

    assert places == {
        job: (
            f"{done.at('texts')}/{texts.TEMPLATE}"
            if done.modality(job).name == "Custom"
            else f"s3://{processing}/ui_templates/{done.jobs[job].id}/template.html"
        )
        for job in places
    }
    assert len(places) == 9 + 2 + 2 + 1  # pictures, texts, custom jobs, the clip


def test_workers_can_use_every_template(done: Done) -> None:
    problems = {
        job: ui_rules.problems(
            done.text(uri),
            task_type=None if done.modality(job).name == "Custom" else done.modality(job).task_type,
        )
        for job, uri in _with_template(done)
    }

    assert {job: found for job, found in problems.items() if found} == {}


def _shown(done: Done, job: str, line: dict[str, Any], element: str, attribute: str) -> Any:
    """An attribute of the crowd element of a job's template, as a browser finds it."""
    uri = dict(_with_template(done))[job]
    given = {"taskObject": line["source-ref"], "labels": [], "manifestLine": line}
    page = parsed(ui.render(done.text(uri), given))
    return json.loads(page.the(element).attributes[attribute])


@pytest.mark.parametrize("job", ["boxes-audit", "boxes-judged"])
def test_an_audit_of_boxes_begins_with_them(done: Done, job: str) -> None:
    source = done.source(job) or ""
    [line, *_] = done.lines(source)

    shown = _shown(done, job, line, "crowd-bounding-box", "initial-value")

    assert [(box["label"], box["left"]) for box in shown] == [
        (label, box["left"])
        for label, box in zip(("Car", "Truck"), line["boxes"]["annotations"], strict=True)
    ]


def test_a_verification_shows_the_boxes_that_it_judges(done: Done) -> None:
    [line, *_] = done.lines("boxes")

    shown = _shown(done, "boxes-verdict", line, "crowd-image-classifier", "overlay")["boundingBox"]

    assert shown["labels"] == ["Car", "Truck"]
    assert [box["label"] for box in shown["value"]] == ["Car", "Truck"]


def test_an_audit_of_masks_begins_with_them(done: Done) -> None:
    [line, *_] = done.lines("masks")

    shown = _shown(done, "masks-audit", line, "crowd-semantic-segmentation", "initial-value")

    assert shown["src"].endswith(line["masks-ref"].rpartition("/")[2].replace(":", "%3A"))
    assert set(shown["labelMappings"]) == {"Road", "Sky"}


# --- label category files


def test_audits_of_sequences_and_clouds_name_the_audited_label(done: Done) -> None:
    named = {
        job: done.json(done.labeling_job(job)["LabelCategoryConfigS3Uri"])
        for job in done.asked
        if done.modality(job).names_audited_label
    }

    assert {job: document["auditLabelAttributeName"] for job, document in named.items()} == {
        job: done.jobs[done.source(job) or ""].label_attribute for job in named
    }
    assert len(named) == 2 * (len(videos.DRAWN) + 3)
    edits = {
        job: {label.get("editsAllowed") for label in document["labels"]}
        for job, document in named.items()
    }
    assert edits == {job: {"none" if "verdict" in job else None} for job in named}


def test_all_else_of_a_label_category_file_goes_into_its_audits(done: Done) -> None:
    files = [
        done.json(done.labeling_job(job)["LabelCategoryConfigS3Uri"])
        for job in ("drive", "drive-audit", "drive-verdict")
    ]

    assert [file["categoryGlobalAttributes"] for file in files] == 3 * [
        [{"name": "Occlusion", "type": "string", "enum": ["Partial", "Full"]}]
    ]


def test_an_audit_may_have_further_labels_and_so_may_what_follows_it(done: Done) -> None:
    labels = {
        job: [
            label["label"]
            for label in done.json(done.labeling_job(job)["LabelCategoryConfigS3Uri"])["labels"]
        ]
        for job in ("areas", "areas-audit", "areas-verdict")
    }

    assert labels == {
        "areas": ["Vehicle", "Lane"],
        "areas-audit": ["Vehicle", "Lane", "Sign"],
        "areas-verdict": ["Vehicle", "Lane", "Sign"],
    }


def test_who_judges_pictures_chooses_from_correct_and_incorrect_or_what_is_given(
    done: Done,
) -> None:
    chosen = {
        job: [
            label["label"]
            for label in done.json(done.labeling_job(job)["LabelCategoryConfigS3Uri"])["labels"]
        ]
        for job in ("boxes-verdict", "masks-verdict")
    }

    assert chosen == {
        "boxes-verdict": ["Correct", "Incorrect"],
        "masks-verdict": ["Useless", "Usable"],
    }


def test_a_custom_job_has_no_label_category_file_unless_it_names_one(done: Done) -> None:
    assert "LabelCategoryConfigS3Uri" not in done.labeling_job("entities-audit")


# --- inputs


def test_a_folder_of_frames_becomes_one_sequence(done: Done) -> None:
    manifest = done.labeling_job("lines")["InputConfig"]["DataSource"]["S3DataSource"]

    [line] = done.text(manifest["ManifestS3Uri"]).splitlines()

    assert done.json(json.loads(line)["source-ref"]) == {
        "seq-no": 1,
        "prefix": f"{done.at('videos')}/frames/",
        "number-of-frames": 3,
        "frames": [
            {"frame-no": number, "frame": name}
            for number, name in enumerate(videos.FRAMES, start=1)
        ],
    }


def test_a_job_works_on_the_output_of_its_source(done: Done) -> None:
    inputs = {
        job: done.labeling_job(job)["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
        for job in done.asked
    }

    assert {job: uri for job, uri in inputs.items() if done.source(job)} == {
        job: done.jobs[source].output_uri for job in inputs if (source := done.source(job))
    }


# --- permissions


def test_every_function_is_allowed_what_it_calls(done: Done) -> None:
    roles = Roles(done.cloud)

    refused = {
        (call.function, call.service, call.operation, call.resources)
        for call in done.cloud.faults.calls
        if call.function in roles.functions and not roles.allow(call)
    }

    assert refused == set()


def test_the_role_of_labeling_jobs_is_allowed_what_they_name(done: Done) -> None:
    jobs = [done.labeling_job(job) for job in done.asked]
    [role] = {job["RoleArn"].rpartition("/")[2] for job in jobs}
    statements = statements_of(done.cloud.client("iam"), role)

    needed = {need for job in jobs for need in _needs(job)}

    assert [need for need in sorted(needed) if not allows(statements, *need)] == []
    assert {action for action, _ in needed} == {
        "s3:GetObject",
        "s3:PutObject",
        "lambda:InvokeFunction",
    }


def _needs(job: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Actions and what they are taken on, for what the request of a job names."""
    human = job["HumanTaskConfig"]
    read = [
        job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"],
        job.get("LabelCategoryConfigS3Uri"),
        human["UiConfig"].get("UiTemplateS3Uri"),
    ]
    for uri in read:
        if uri:
            yield "s3:GetObject", uri.replace("s3://", "arn:aws:s3:::")
    output = job["OutputConfig"]["S3OutputPath"]
    yield "s3:PutObject", f"{output.replace('s3://', 'arn:aws:s3:::')}/file"
    for arn in (
        human["PreHumanTaskLambdaArn"],
        human["AnnotationConsolidationConfig"]["AnnotationConsolidationLambdaArn"],
    ):
        if OF_GROUND_TRUTH not in arn:  # these allow everybody
            yield "lambda:InvokeFunction", arn


def test_pictures_of_the_request_lie_where_it_says(done: Done) -> None:
    """What all else stands on."""
    [line, *_] = done.lines("boxes")

    assert line["source-ref"] == f"{done.at('images')}/{images.PICTURES[0]}"
