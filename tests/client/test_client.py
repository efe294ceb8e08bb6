"""What the client asks the API, and what it makes of the answers."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import httpx
import pytest

import smgt
from tests.client.fake_api import SIGNED_FILES, URL, FakeApi, batch, job, level, refusal

REQUEST = {"batchId": "clip-1", "labelingJobs": []}


def test_a_batch_is_created_and_its_id_returned(client: smgt.Client, api: FakeApi) -> None:
    assert client.create(REQUEST) == "clip-1"
    assert api.created == [REQUEST]


def test_a_batch_is_shown_with_its_levels_and_numbers(client: smgt.Client, api: FakeApi) -> None:
    cars = job("cars", objectsLabeled="1", objectsTotal="2", failedObjects="0", statusReason="hm")
    api.has(batch(first=[cars, job("lanes", "COMPLETE")], message="on its way", createdAt="now"))

    shown = client.show("clip-1")

    assert (shown.id, shown.status, shown.message, shown.created_at) == (
        "clip-1",
        "IN_PROGRESS",
        "on its way",
        "now",
    )
    assert [(lv.name, lv.children, lv.complete) for lv in shown.levels] == [("firstLevel", 2, 1)]
    found = shown.job("cars")
    assert (found.labeled, found.total, found.failed, found.reason) == (1, 2, 0, "hm")
    assert shown.raw["thirdLevel"]["jobLevels"] == []


def test_what_an_answer_lacks_is_empty_and_what_it_adds_is_kept(
    client: smgt.Client, api: FakeApi
) -> None:
    api.has({"batchId": "b", "status": "NEW", "fourthLevel": {"jobLevels": [{}]}, "later": 1})

    shown = client.show("b")

    assert [lv.name for lv in shown.levels] == ["fourthLevel"]
    assert (shown.jobs[0].name, shown.jobs[0].total) == ("", None)
    assert shown.raw["later"] == 1
    assert not shown.is_final
    with pytest.raises(KeyError):
        shown.job("nobody's")


def test_a_batch_of_many_pages_is_shown_whole(client: smgt.Client, api: FakeApi) -> None:
    pages = [
        batch(first=[job("a")], inputLabelingJobs=[{"jobName": "a"}], nextToken="1"),
        batch(first=[job("b")], inputLabelingJobs=[{"jobName": "b"}], nextToken="2"),
        batch(second=[job("c")], inputLabelingJobs=[{"jobName": "c"}]),
    ]
    api.has({"batchId": "clip-1"}, *pages[1:])
    api.batches["clip-1"][0].update(pages[0])
    api.batches["clip-1"].appendleft(pages[0])

    shown = client.show("clip-1")

    assert [j.name for j in shown.jobs] == ["a", "b", "c"]
    assert [entry["jobName"] for entry in shown.raw["inputLabelingJobs"]] == ["a", "b", "c"]
    assert "nextToken" not in shown.raw


def test_ids_are_listed_by_status(client: smgt.Client, api: FakeApi) -> None:
    for number in range(3):
        api.has(batch(f"b{number}", "COMPLETE"))

    assert client.list() == {"COMPLETE": ["b0", "b1", "b2"]}
    assert client.list(limit=1) == {"COMPLETE": ["b0"]}


def test_all_ids_of_one_status_are_listed_page_by_page(client: smgt.Client, api: FakeApi) -> None:
    for number in range(5):
        api.has(batch(f"b{number}", "STOPPED"))

    assert client.list("STOPPED", limit=2) == {"STOPPED": ["b0", "b1", "b2", "b3", "b4"]}


def test_a_level_is_approved_with_a_rate_or_without(client: smgt.Client, api: FakeApi) -> None:
    client.approve("clip-1")
    client.approve("clip-1", down_sampling_rate=10)

    assert api.approvals == [
        {"batchId": "clip-1"},
        {"batchId": "clip-1", "downSamplingRate": 10},
    ]


def test_a_batch_is_stopped_and_retried(client: smgt.Client, api: FakeApi) -> None:
    client.stop("clip-1")

    assert client.retry("clip-1") == 1
    assert api.stopped == api.retried == [{"batchId": "clip-1"}]


def test_the_workforce_is_shown_as_the_api_says(client: smgt.Client) -> None:
    assert client.workforce() == {"workteams": []}


def test_watching_yields_each_change_and_ends_with_the_batch(
    client: smgt.Client, api: FakeApi, slept: list[float]
) -> None:
    running = batch(first=[job("cars")])
    same = batch(first=[job("cars", jobOutputS3Url=f"{SIGNED_FILES}/signed-anew")])
    api.has(running, same, same, batch(status="COMPLETE", first=[job("cars", "COMPLETE")]))

    states = [state.status for state in client.watch("clip-1", interval=1, longest=2)]

    assert states == ["IN_PROGRESS", "COMPLETE"]
    assert slept == [1, 1.5, 2]


@pytest.mark.parametrize("status", ["INTERNAL_ERROR", "VALIDATION_FAIL", "STOPPED"])
def test_watching_ends_with_a_batch_that_ends_badly(
    client: smgt.Client, api: FakeApi, status: str
) -> None:
    api.has(batch(status=status))

    assert [state.status for state in client.watch("clip-1")] == [status]


@pytest.mark.usefixtures("account")
def test_outputs_are_downloaded_with_the_labels_they_refer_to(
    client: smgt.Client, api: FakeApi, tmp_path: Path
) -> None:
    label = "s3://processing/cars/annotations/consolidated-annotation/output/0/SeqLabel.json"
    boto3.client("s3").put_object(Bucket="processing", Key=label.split("/", 3)[3], Body=b"{}")
    lines = [
        {"source-ref": "s3://the-input/clip.json", "earlier-ref": "s3://x/y", "cars-ref": label},
        {"source-ref": "s3://the-input/failed.json"},
    ]
    manifest = "\n".join(map(json.dumps, lines)).encode() + b"\n\n"
    api.files[f"{SIGNED_FILES}/cars/output.manifest"] = manifest
    api.has(
        batch(
            first=[job("cars", "COMPLETE"), job("lanes"), job("x", "COMPLETE", jobOutputS3Url="")]
        )
    )

    [output] = client.download("clip-1", tmp_path)

    assert output.manifest == tmp_path / "cars" / "output.manifest"
    assert output.manifest.read_bytes() == manifest
    assert output.labels == (tmp_path / "cars" / "labels" / "0" / "SeqLabel.json",)
    assert output.labels[0].read_text() == "{}"


def test_an_output_manifest_that_is_not_json_is_named(
    client: smgt.Client, api: FakeApi, tmp_path: Path
) -> None:
    api.files[f"{SIGNED_FILES}/cars/output.manifest"] = b'[]\n{"a":'
    api.has(batch(first=[job("cars", "COMPLETE")]))

    with pytest.raises(smgt.UnexpectedAnswer, match="Line 2 of the output manifest of cars"):
        client.download("clip-1", tmp_path)


def test_an_expired_address_says_how_to_get_a_fresh_one(
    client: smgt.Client, api: FakeApi, tmp_path: Path
) -> None:
    expired = f"{SIGNED_FILES}/cars/output.manifest?Expired=1"
    api.has(batch(first=[job("cars", "COMPLETE", jobOutputS3Url=expired)]))

    with pytest.raises(smgt.Forbidden, match="fresh ones"):
        client.download("clip-1", tmp_path)


def test_an_output_that_is_gone_is_not_found(
    client: smgt.Client, api: FakeApi, tmp_path: Path
) -> None:
    api.has(batch(first=[job("cars", "COMPLETE")]))

    with pytest.raises(smgt.NotFound, match="answered 404"):
        client.download("clip-1", tmp_path)


def test_every_mistake_of_a_request_is_told_at_once(client: smgt.Client, api: FakeApi) -> None:
    errors = [
        {"loc": "batchId", "type": "missing", "message": "give the batch an id"},
        {"loc": "labelingJobs[2].jobName", "type": "long", "message": "use 63 characters at most"},
    ]
    api.trouble.append(refusal(400, "The request has 2 mistakes.", errors))

    with pytest.raises(smgt.InvalidRequest) as caught:
        client.create(REQUEST)

    assert [mistake.where for mistake in caught.value.errors] == [
        "batchId",
        "labelingJobs[2].jobName",
    ]
    assert "use 63 characters at most" in str(caught.value)


def test_a_mistake_that_the_message_names_already_is_not_told_twice(
    client: smgt.Client, api: FakeApi
) -> None:
    one = {"loc": "batchId", "type": "missing", "message": "give an id"}
    two = {"loc": "labelingJobs", "type": "missing", "message": "name the jobs"}
    api.trouble.append(refusal(400, "batchId: give an id", [one]))
    api.trouble.append(refusal(400, "The request has 2 mistakes. batchId: give an id", [one, two]))

    with pytest.raises(smgt.InvalidRequest) as single:
        client.create(REQUEST)
    with pytest.raises(smgt.InvalidRequest) as several:
        client.create(REQUEST)

    assert str(single.value) == "batchId: give an id"
    assert str(several.value) == (
        "The request has 2 mistakes.\n  - batchId: give an id\n  - labelingJobs: name the jobs"
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, smgt.InvalidRequest),
        (403, smgt.Forbidden),
        (404, smgt.NotFound),
        (409, smgt.Conflict),
        (413, smgt.TooLarge),
        (418, smgt.Refused),
    ],
)
def test_each_refusal_has_a_name(
    client: smgt.Client, api: FakeApi, status: int, kind: type[smgt.Refused]
) -> None:
    api.trouble.append(httpx.Response(status, text="<html>no</html>"))

    with pytest.raises(kind) as caught:
        client.list()

    assert type(caught.value) is kind
    assert str(status) in str(caught.value)


def test_a_refused_signature_says_what_to_sign_with(client: smgt.Client, api: FakeApi) -> None:
    api.trouble.append(httpx.Response(403, json={"message": "Missing Authentication Token"}))

    with pytest.raises(smgt.Forbidden, match=r"Token\. Sign with credentials"):
        client.list()


def test_an_unknown_batch_is_not_found_and_nothing_is_said_of_the_address(
    client: smgt.Client,
) -> None:
    with pytest.raises(smgt.NotFound) as caught:
        client.show("nobody")

    assert str(caught.value) == "There is no batch nobody."


def test_a_call_without_an_answer_is_tried_again(
    client: smgt.Client, api: FakeApi, slept: list[float]
) -> None:
    api.trouble.extend([httpx.ConnectError("refused"), refusal(503, "later"), refusal(429, "slow")])

    assert client.create(REQUEST) == "clip-1"
    assert slept == [0.5, 1, 2]


def test_a_service_that_stays_away_is_unavailable(client: smgt.Client, api: FakeApi) -> None:
    api.trouble.extend([refusal(500, "Internal server error")] * 4)

    with pytest.raises(smgt.Unavailable, match=r"4 tries .*500 Internal server error"):
        client.list()


def test_an_answer_of_something_else_is_not_taken_for_the_api(
    client: smgt.Client, api: FakeApi
) -> None:
    api.trouble.append(httpx.Response(200, text="<html>Welcome</html>"))

    with pytest.raises(smgt.UnexpectedAnswer, match="Is this the address of the API"):
        client.show("clip-1")


def test_every_try_is_signed_anew_and_the_body_is_part_of_it(
    client: smgt.Client, api: FakeApi
) -> None:
    client.create(REQUEST)
    client.create({**REQUEST, "batchId": "clip-2"})

    signatures = {request.headers["authorization"] for request in api.requests}
    assert len(signatures) == 2
    assert all(request.headers["x-amz-date"] for request in api.requests)


def test_a_level_that_shows_no_jobs_is_still_a_level() -> None:
    shown = smgt.Batch.from_json(
        {"batchId": "b", "secondLevel": {**level([]), "numChildBatches": "9"}}
    )

    assert [(lv.name, lv.children, lv.jobs) for lv in shown.levels] == [("secondLevel", 9, ())]


def test_the_client_can_be_a_context(api: FakeApi) -> None:
    with smgt.Client(api_url=URL + "/", transport=api) as client:
        assert client.api_url == URL


def test_a_job_keeps_its_name_when_it_is_tried_again(client: smgt.Client, api: FakeApi) -> None:
    api.has(batch(first=[job("cars", labelingJobName="cars-r1")]))

    found = client.show("clip-1").job("cars")

    assert (found.name, found.labeling_job) == ("cars", "cars-r1")


@pytest.mark.parametrize(
    ("first", "approval", "status", "waits"),
    [
        ("COMPLETE", "REQUIRED", "IN_PROGRESS", True),
        ("COMPLETE", "APPROVED", "IN_PROGRESS", False),
        ("QUEUED", "REQUIRED", "IN_PROGRESS", False),
        ("COMPLETE", "REQUIRED", "STOPPED", False),
    ],
)
def test_a_level_waits_for_approval_when_those_before_are_complete(
    first: str, approval: str, status: str, waits: bool
) -> None:
    answer = batch(status=status, first=[job("a", first)], second=[job("b", "QUEUED")])
    answer["secondLevel"]["approval"] = approval

    waiting = smgt.Batch.from_json(answer).waits_for_approval

    assert (waiting is not None) is waits
