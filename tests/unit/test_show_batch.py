from __future__ import annotations

import json
from datetime import timedelta

import pytest

from labeling.documents import document
from labeling.errors import BatchNotFound, InvalidRequest
from labeling.model import BatchRequest, BatchStatus
from labeling.problems import path
from labeling.queries import ListBatches, ShowBatch, no_parameters, show_query
from labeling.use_cases.list_batches import list_batches
from labeling.use_cases.show_batch import show_batch
from tests.fakes.batches import FakeBatches
from tests.unit.builders import BATCH_ID, batch, request, stored


def show(world, batch_id=BATCH_ID, **given):
    query = ShowBatch(batch_id=batch_id, **given)
    return show_batch(
        query,
        batches=world.batches,
        objects=world.objects,
        places=world.places,
        levels=world.levels,
    )


def names(shown):
    """Job by job as the answer has them, level by level."""
    return [
        job["jobName"]
        for key in ("firstLevel", "secondLevel", "thirdLevel")
        for job in shown[key]["jobLevels"]
    ]


# --- one batch


@pytest.mark.parametrize("batch_id", ["unknown", "", "labeling-job#vehicle", "x" * 5000])
def test_an_unknown_batch_is_not_found(world, batch_id):
    with pytest.raises(BatchNotFound, match="There is no batch with the id"):
        show(world, batch_id)


def test_a_batch_is_shown_whole(world):
    stored(world, *(request(f"job-{number}") for number in range(300)), levels=1)

    shown = show(world)

    assert len(names(shown)) == 300
    assert "nextToken" not in shown
    assert "batchInfoS3Uri" not in shown


def test_a_batch_shows_the_request_before_its_first_state_has_run(world):
    asked = BatchRequest(
        batch_id=BATCH_ID,
        jobs=(request("vehicle"), request("vehicle-audit", 2, chain_from="vehicle")),
    )
    new = world.batches.add(batch(world))
    world.objects.write(new.request_uri, json.dumps(document(asked)))

    shown = show(world)

    assert names(shown) == ["vehicle", "vehicle-audit"]
    assert len(shown["inputLabelingJobs"]) == 2
    assert shown["firstLevel"]["status"] == "IN_PROGRESS"
    assert shown["firstLevel"]["numChildBatches"] == "1"
    audit = shown["secondLevel"]["jobLevels"][0]
    assert audit["batchStatus"] == "QUEUED"
    assert audit["labelCategoryS3Uri"].endswith(
        "/label_category_input/clip-0001-second_level-vehicle-audit/category-file.json"
    )


def test_a_batch_above_a_thousand_jobs_comes_in_pages_and_whole_in_s3(world):
    labels = [request(f"job-{number}") for number in range(600)]
    audits = [request(f"audit-{number}", 2, chain_from=f"job-{number}") for number in range(500)]
    stored(world, *audits, *labels)

    first = show(world)
    pages = [first]
    while "nextToken" in pages[-1]:
        pages.append(show(world, start=int(pages[-1]["nextToken"])))

    assert [len(names(page)) for page in pages] == [200, 200, 200, 200, 200, 100]
    walked = [name for page in pages for name in names(page)]
    assert walked == [job.name for job in labels + audits]
    assert {page["firstLevel"]["numChildBatches"] for page in pages} == {"600"}
    whole = json.loads(world.objects.read(first["batchInfoS3Uri"]))
    assert names(whole) == walked
    assert first["batchInfoS3Url"] == world.objects.signed_url(first["batchInfoS3Uri"])
    assert all("batchInfoS3Uri" not in page for page in pages[1:])


def test_a_page_can_be_asked_for(world):
    stored(world, *(request(name) for name in "abcde"), levels=1)

    first = show(world, limit=2)
    last = show(world, limit=2, start=4)

    assert (names(first), first["nextToken"]) == (["a", "b"], "2")
    assert [entry["jobName"] for entry in first["inputLabelingJobs"]] == ["a", "b"]
    assert names(last) == ["e"]
    assert "nextToken" not in last
    assert names(show(world, start=9)) == []


# --- the list


@pytest.fixture
def five(world):
    """Five running batches, a minute apart, and one that is complete."""
    for number in range(5):
        world.advance(timedelta(minutes=1))
        world.batches.add(batch(world, batch_id=f"batch-{number}"))
    done = world.batches.add(batch(world, batch_id="done"))
    world.batches.end(done, BatchStatus.COMPLETE, message="", now=world.now())


def listed(world, **given):
    query = show_query(given)
    assert isinstance(query, ListBatches)
    return list_batches(query, batches=world.batches)


@pytest.mark.usefixtures("five")
def test_batches_are_listed_by_status_newest_first(world):
    assert listed(world) == {
        "IN_PROGRESS": ["batch-4", "batch-3", "batch-2", "batch-1", "batch-0"],
        "COMPLETE": ["done"],
        "INTERNAL_ERROR": [],
        "VALIDATION_FAIL": [],
        "STOPPED": [],
    }


@pytest.mark.usefixtures("five")
def test_one_status_can_be_listed(world):
    assert listed(world, status="COMPLETE") == {"COMPLETE": ["done"]}


@pytest.mark.usefixtures("five")
def test_the_list_goes_on_where_the_page_before_ended(world):
    first = listed(world, limit="2")
    second = listed(world, limit="2", nextToken=first["nextToken"])
    third = listed(world, limit="2", nextToken=second["nextToken"], status="IN_PROGRESS")

    assert first["IN_PROGRESS"] == ["batch-4", "batch-3"]
    assert first["COMPLETE"] == ["done"]
    assert second == {
        "IN_PROGRESS": ["batch-2", "batch-1"],
        "nextToken": second["nextToken"],
    }
    assert third == {"IN_PROGRESS": ["batch-0"]}


def test_a_place_that_the_table_does_not_know_is_a_wrong_token(world):
    class Table(FakeBatches):
        def batch_ids(self, status, *, limit, before=None):
            raise ValueError("no place in a list of batches")

    with pytest.raises(InvalidRequest, match="nextToken of the page before"):
        list_batches(ListBatches(starts={BatchStatus.COMPLETE: "?"}), batches=Table())


# --- parameters


def test_a_batch_and_a_page_of_it_can_be_asked_for():
    assert show_query({"batchId": "a"}) == ShowBatch(batch_id="a")
    assert show_query({"batchId": "a", "limit": "5", "nextToken": "10"}) == ShowBatch(
        batch_id="a", limit=5, start=10
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"batchID": "a"}, [("batchID", "unknown_parameter")]),
        ({"batchId": "a", "status": "COMPLETE"}, [("status", "unknown_parameter")]),
        ({"status": "DONE"}, [("status", "status")]),
        ({"limit": "0"}, [("limit", "range")]),
        ({"limit": "1001"}, [("limit", "range")]),
        ({"limit": "²"}, [("limit", "range")]),
        ({"limit": "9" * 5000}, [("limit", "range")]),
        ({"nextToken": "200"}, [("nextToken", "token")]),
        ({"nextToken": "é"}, [("nextToken", "token")]),
        ({"nextToken": "bnVsbA"}, [("nextToken", "token")]),
        ({"nextToken": "eyJBIjogIkIifQ"}, [("nextToken", "token")]),
        ({"nextToken": "eyJDT01QTEVURSI6IDV9"}, [("nextToken", "token")]),
        ({"batchId": "a", "nextToken": "b"}, [("nextToken", "token")]),
        (
            {"status": "x", "limit": "y", "nextToken": "z"},
            [("limit", "range"), ("nextToken", "token"), ("status", "status")],
        ),
    ],
)
def test_parameters_with_mistakes_are_refused(given, found):
    with pytest.raises(InvalidRequest) as caught:
        show_query(given)

    assert [(path(problem.loc), problem.type) for problem in caught.value.problems] == found


def test_a_route_without_parameters_takes_none():
    no_parameters(None)
    with pytest.raises(InvalidRequest, match="This route has none"):
        no_parameters({"dryRun": "true"})
