from __future__ import annotations

import json
import logging

import pytest

from labeling.errors import Conflict
from labeling.model import BatchStatus, Wait
from labeling.naming import approval_state
from tests.handlers.conftest import REQUEST_ID
from tests.unit.builders import BATCH_ID, request, stored
from tests.unit.clips import LABELS, MANIFEST
from tests.unit.request_bodies import SETTINGS, audit, body, job


def test_a_batch_is_created_and_the_answer_is_the_sentence_that_clients_know(call, world):
    answer = call("POST", "/batch/create", body(job(), audit()))

    assert answer.status == 200
    assert answer.text == "Batch processor successfully triggered with BatchId : clip-0001"
    assert answer.headers["Content-Type"] == "text/plain"
    assert world.workflow.status(world.batches.batch("clip-0001")).status == "RUNNING"


def test_what_was_created_is_shown_at_once(call):
    call("POST", "/batch/create", body(job(), audit()))

    answer = call("GET", "/batch/show", query={"batchId": "clip-0001"})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json["status"] == "IN_PROGRESS"
    assert answer.json["firstLevel"]["numChildBatches"] == "1"
    assert answer.json["thirdLevel"]["jobLevels"] == []
    assert call("GET", "/batch/show").json["IN_PROGRESS"] == ["clip-0001"]


def test_every_mistake_is_answered_at_once(call, world):
    bad = body(
        job("vehicle 1", jobModality="VideoTracking", jobLevel="one"),
        audit(source="car", workteamArn="team"),
    )

    answer = call("POST", "/batch/create", bad)

    assert answer.status == 400
    assert [error["loc"] for error in answer.json["errors"]] == [
        "labelingJobs[0].jobName",
        "labelingJobs[0].jobModality",
        "labelingJobs[0].jobLevel",
        "labelingJobs[1].workteamArn",
        "labelingJobs[1].inputConfig.chainFromJobName",
    ]
    assert all(error["type"] and error["message"] for error in answer.json["errors"])
    assert answer.json["message"].startswith("The request has 5 mistakes.")
    assert world.batches.batch("clip-0001") is None


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"\\ud800": "\\ud800"}', "[" * 10_000])
def test_a_body_that_is_no_request_is_a_bad_request(call, text):
    for route in ("/batch/create", "/batch-metadata/post", "/batch/stop", "/batch/retry"):
        answer = call("POST", route, text)

        assert answer.status == 400
        assert answer.json["errors"]


def test_a_body_over_5_mb_is_too_large(call):
    answer = call("POST", "/batch/create", json.dumps({"batchId": "x" * 5 * 1024**2}))

    assert answer.status == 413
    assert "more than 5 MB" in answer.json["message"]


def test_a_used_id_is_a_conflict(call):
    call("POST", "/batch/create", body())

    answer = call("POST", "/batch/create", body(job("lane")))

    assert answer.status == 409
    assert answer.json["message"].startswith("The batchId clip-0001 belongs to another request")
    assert [error["loc"] for error in answer.json["errors"]] == ["batchId"]


def test_a_used_job_name_is_a_conflict_that_says_where(call, world):
    stored(world, request("vehicle"))

    answer = call("POST", "/batch/create", body(batchId="clip-0002"))

    assert answer.status == 409
    assert [error["loc"] for error in answer.json["errors"]] == ["labelingJobs[0].jobName"]


def test_a_plan_is_answered_and_nothing_is_begun(call, world):
    answer = call("POST", "/batch/create", body(job(), audit()), query={"dryRun": "true"})

    assert answer.status == 200
    assert answer.json["batchId"] == "clip-0001"
    assert (answer.json["valid"], answer.json["complete"]) == (True, True)
    assert answer.json["errors"] == []
    assert [level["level"] for level in answer.json["estimate"]["levels"]] == [1, 2]
    assert answer.json["estimate"]["total"]["billedObjects"] == 4
    assert world.batches.batch("clip-0001") is None
    assert world.workflow.executions == {}


def test_a_plan_says_everything_that_is_wrong_with_a_request_and_its_files(call, world):
    del world.objects.texts[LABELS]
    world.account.jobs.append("Vehicle")

    answer = call("POST", "/batch/create", body(), query={"dryRun": "true"})

    assert answer.status == 200
    assert not answer.json["valid"]
    assert [error["loc"] for error in answer.json["errors"]] == [
        "labelingJobs[0].jobName",
        "labelingJobs[0].labelCategoryConfigS3Uri",
    ]


def test_a_plan_of_a_request_that_cannot_be_understood_lists_its_mistakes(call):
    answer = call("POST", "/batch/create", {"batchid": "x"}, query={"dryRun": "true"})

    assert answer.status == 200
    assert (answer.json["valid"], answer.json["complete"]) == (False, False)
    assert {error["type"] for error in answer.json["errors"]} == {"unknown_field", "missing"}
    assert answer.json["estimate"] is None


@pytest.mark.parametrize("query", [{}, {"dryRun": "true"}])
def test_mistakes_in_one_job_do_not_hide_those_in_the_files_of_another(call, world, query):
    world.objects.write(MANIFEST, "not json\n")
    wrong = job("lane", jobModality="Mosaic")

    answer = call("POST", "/batch/create", body(wrong, job()), query=query)

    assert [error["loc"] for error in answer.json["errors"]] == [
        "labelingJobs[0].jobModality",
        "labelingJobs[1].inputConfig.inputManifestS3Uri",
    ]


def test_a_plan_says_that_the_id_and_a_name_are_taken(call, world):
    call("POST", "/batch/create", body())
    stored(world, request("vehicle"), batch_id="earlier")

    same = call("POST", "/batch/create", body(), query={"dryRun": "true"})
    other = call(
        "POST", "/batch/create", body(maxConcurrentTaskCount=...), query={"dryRun": "true"}
    )
    third = call("POST", "/batch/create", body(batchId="other"), query={"dryRun": "true"})

    assert [warning["type"] for warning in same.json["warnings"]] == ["batch_exists"]
    assert other.json == same.json
    assert [error["type"] for error in third.json["errors"]] == ["name_taken"]


def test_a_batch_whose_inputs_will_not_do_is_refused_with_everything_that_is_wrong(call, world):
    world.objects.write(MANIFEST, "not json\n")
    del world.objects.texts[LABELS]

    answer = call("POST", "/batch/create", body())

    assert answer.status == 400
    assert [error["loc"] for error in answer.json["errors"]] == [
        "labelingJobs[0].inputConfig.inputManifestS3Uri",
        "labelingJobs[0].labelCategoryConfigS3Uri",
    ]
    assert world.batches.batch("clip-0001") is None


@pytest.mark.parametrize("query", [{"dryRun": "yes"}, {"dryrun": "true"}])
def test_a_dry_run_that_is_misspelt_begins_nothing(call, world, query):
    answer = call("POST", "/batch/create", body(), query=query)

    assert answer.status == 400
    assert world.batches.batch("clip-0001") is None


def test_an_unknown_batch_is_not_found(call):
    answer = call("GET", "/batch/show", query={"batchId": "clip-0009"})

    assert answer.status == 404
    assert answer.json == {"message": "There is no batch with the id clip-0009.", "errors": []}


def test_a_list_can_be_asked_for_page_by_page(call, world):
    for number in range(3):
        call("POST", "/batch/create", body(job(f"job-{number}"), batchId=f"batch-{number}"))

    first = call("GET", "/batch/show", query={"status": "IN_PROGRESS", "limit": "2"}).json
    token = {"status": "IN_PROGRESS", "limit": "2", "nextToken": first["nextToken"]}
    second = call("GET", "/batch/show", query=token).json

    assert sorted(first["IN_PROGRESS"] + second["IN_PROGRESS"]) == ["batch-0", "batch-1", "batch-2"]
    assert call("GET", "/batch/show", query={"limit": "many"}).status == 400


def test_a_waiting_level_is_approved(call, world):
    stored(
        world,
        request("vehicle"),
        request("vehicle-audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )
    approval = {"batchId": BATCH_ID, "downSamplingRate": "50"}

    assert call("POST", "/batch-metadata/post", approval).status == 409
    state = approval_state(2)
    world.batches.put_wait(Wait(batch_id=BATCH_ID, state=state, run=0, attempt=0, token="t"))
    answer = call("POST", "/batch-metadata/post", approval)

    assert answer.status == 200
    assert answer.json == {"batchId": BATCH_ID, "level": "2", "message": "Level 2 is approved"}
    assert world.batches.view(BATCH_ID).level(2).approved_rate == 50
    assert call("POST", "/batch-metadata/post", approval).status == 200
    assert call("POST", "/batch-metadata/post", {"batchId": "unknown"}).status == 404


def test_a_batch_is_stopped(call, world):
    call("POST", "/batch/create", body())

    answer = call("POST", "/batch/stop", {"batchId": "clip-0001"})

    assert answer.status == 200
    assert answer.json == {
        "batchId": "clip-0001",
        "status": "STOPPED",
        "run": "0",
        "message": "Batch clip-0001 is stopped; its labeling jobs stop now",
    }
    assert world.workflow.status(world.batches.batch("clip-0001")).status == "ABORTED"
    assert call("GET", "/batch/show").json["STOPPED"] == ["clip-0001"]
    assert call("POST", "/batch/stop", {"batchId": "clip-0001"}).json == answer.json


def test_a_stopped_batch_is_retried(call, world):
    call("POST", "/batch/create", body())
    call("POST", "/batch/stop", {"batchId": "clip-0001"})

    answer = call("POST", "/batch/retry", {"batchId": "clip-0001"})

    assert answer.status == 200
    assert answer.json == {
        "batchId": "clip-0001",
        "status": "IN_PROGRESS",
        "run": "1",
        "message": "Batch clip-0001 goes on with run 1",
    }
    assert world.workflow.status(world.batches.batch("clip-0001")).status == "RUNNING"
    assert call("POST", "/batch/retry", {"batchId": "clip-0001"}).json == answer.json


def test_a_run_that_has_just_ended_is_not_begun_again_by_the_same_request(call, world):
    call("POST", "/batch/create", body())
    call("POST", "/batch/stop", {"batchId": "clip-0001"})
    answer = call("POST", "/batch/retry", {"batchId": "clip-0001"})
    world.workflow.finish(world.batches.batch("clip-0001"), "ABORTED")

    again = call("POST", "/batch/retry", {"batchId": "clip-0001"})

    assert (again.status, again.json) == (200, answer.json)


def test_a_batch_in_another_state_is_neither_stopped_nor_retried(call, world):
    call("POST", "/batch/create", body())
    running = call("POST", "/batch/retry", {"batchId": "clip-0001"})
    batch = world.batches.batch("clip-0001")
    world.batches.end(batch, BatchStatus.COMPLETE, message="", now=world.now())
    complete = [
        call("POST", f"/batch/{what}", {"batchId": "clip-0001"}) for what in ("stop", "retry")
    ]

    assert [answer.status for answer in (running, *complete)] == [409, 409, 409]
    assert [answer.json["message"] for answer in (running, *complete)] == [
        "Batch clip-0001 is IN_PROGRESS: only a failed or stopped batch can be retried.",
        "Batch clip-0001 is COMPLETE: there is nothing to stop.",
        "Batch clip-0001 is COMPLETE: only a failed or stopped batch can be retried.",
    ]


@pytest.mark.parametrize("route", ["/batch/stop", "/batch/retry"])
def test_a_batch_to_stop_or_retry_is_named_and_nothing_else_is_said(call, route):
    assert call("POST", route, {"batchId": "unknown"}).status == 404
    assert call("POST", route, {"batchId": "a"}, query={"force": "true"}).status == 400
    missing = call("POST", route, {"downSamplingRate": "50"})
    assert missing.status == 400
    assert {(error["loc"], error["type"]) for error in missing.json["errors"]} == {
        ("downSamplingRate", "unknown_field"),
        ("batchId", "missing"),
    }
    wrong = call("POST", route, {"batchId": "a b"})
    assert [error["type"] for error in wrong.json["errors"]] == ["batch_id"]


def test_the_workforce_is_shown(call, world):
    first, second = SETTINGS.first_level_team_arn, SETTINGS.second_level_team_arn
    world.workforce.members[first] = ("ada@example.com", "bob@example.com")
    world.workforce.members[second] = ()

    answer = call("GET", "/workforce/show")

    assert answer.status == 200
    assert answer.json == {
        "workerPortalUrl": "https://portal.labeling.example",
        "workteams": [
            {
                "workteamName": "smgt-workflow-first-level",
                "workteamArn": first,
                "levels": "1",
                "members": ["ada@example.com", "bob@example.com"],
            },
            {
                "workteamName": "smgt-workflow-second-level",
                "workteamArn": second,
                "levels": "2 and above",
                "members": [],
            },
        ],
    }


@pytest.mark.parametrize(
    "path", ["/", "/batch", "/batch/create/now", "/prod/batch/show", "/batch/pause"]
)
def test_an_unknown_route_is_not_found_and_the_known_ones_are_named(call, path):
    answer = call("POST", path, body())

    assert answer.status == 404
    assert "POST /batch/create, GET /batch/show" in answer.json["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/batch/create", "POST"),
        ("DELETE", "/batch/show", "GET"),
        ("PUT", "/batch-metadata/post", "POST"),
        ("GET", "/batch/stop", "POST"),
    ],
)
def test_another_method_is_not_allowed(call, method, path, allowed):
    answer = call(method, path)

    assert answer.status == 405
    assert answer.headers["Allow"] == allowed
    assert answer.json["message"] == f"{path} takes {allowed}, not {method}."


def test_what_nobody_expected_shows_an_id_to_quote_and_nothing_else(
    call, world, monkeypatch, caplog
):
    def broken(batch_id):
        raise RuntimeError("the table's secret")

    monkeypatch.setattr(world.batches, "view", broken)
    with caplog.at_level(logging.ERROR):
        answer = call("GET", "/batch/show", query={"batchId": "clip-0001"})

    assert answer.status == 500
    assert answer.json == {
        "message": "Something is wrong on our side. Quote the request id "
        f"{REQUEST_ID} when you report it.",
        "errors": [],
        "requestId": REQUEST_ID,
    }
    [logged] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "the table's secret" in logged.exc_text


def test_a_busy_table_asks_to_come_again(call, world, monkeypatch):
    def busy(batch_id):
        raise Conflict("others write this batch just now; try again")

    monkeypatch.setattr(world.batches, "batch", busy)

    assert call("POST", "/batch/create", body()).status == 503
