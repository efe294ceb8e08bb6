"""The picture of a batch: what the words in it say, and how it is laid out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from smgt import Batch, follow
from smgt._picture import Picture, sentences
from tests.client.fake_api import batch, job

NOT_STARTED = "was not started before the batch ended"
WHERE = "labelingJobs[0].inputConfig.inputManifestS3Uri"
ADDRESS = "s3://smgt-workflow-123456789012-us-east-1-batch-input/clips/a/long/way/down/a.manifest"


def lines(answer: dict[str, Any], *, width: int = 80, approve: str = "") -> list[str]:
    """What is drawn of what `show` answered, without the blanks at the ends of lines."""
    console = Console(file=io.StringIO(), width=width)
    console.print(Picture(Batch.from_json(answer), approve), crop=False)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def words(line: str) -> list[str]:
    return line.replace("━", "").split()


def ended(status: str, level_status: str, **jobs: Any) -> dict[str, Any]:
    """A batch whose levels have what the API says of all levels of a batch that ended so."""
    answer = batch(status=status, **jobs)
    for key in ("firstLevel", "secondLevel"):
        answer[key]["status"] = level_status
    return answer


def test_a_refused_batch_has_started_nothing() -> None:
    queued = [job("cars", "QUEUED", statusReason=NOT_STARTED)]

    drawn = lines(ended("VALIDATION_FAIL", "INTERNAL_ERROR", first=queued, second=queued))

    assert [words(line) for line in drawn[1:]] == [
        ["first", "level", "not", "started", "0/1", "jobs"],
        ["cars", "not", "started"],
        ["second", "level", "not", "started", "0/1", "jobs"],
        ["cars", "not", "started"],
    ]


def test_a_stopped_batch_tells_what_was_stopped_from_what_never_began() -> None:
    first = [job("cars", "STOPPED", statusReason="stopped with its batch")]
    second = [job("audit", "QUEUED", statusReason=NOT_STARTED)]

    drawn = lines(ended("STOPPED", "STOPPED", first=first, second=second))

    assert words(drawn[1])[2:3] == ["stopped"]
    assert words(drawn[2]) == ["cars", "stopped", "stopped", "with", "its", "batch"]
    assert words(drawn[3])[2:4] == ["not", "started"]
    assert words(drawn[4]) == ["audit", "not", "started"]


def test_a_level_waits_until_a_job_of_it_has_started() -> None:
    audit = job("audit", "QUEUED", statusReason="waits for the levels before")
    before = batch(first=[job("cars")], second=[audit])
    after = batch(first=[job("cars", "COMPLETE")], second=[audit, job("other", "STARTING")])

    assert words(lines(before, width=100)[3])[:3] == ["second", "level", "waits"]
    assert lines(before, width=100)[4].endswith("waits for the levels before")
    assert words(lines(after)[3])[:4] == ["second", "level", "in", "progress"]


def test_a_level_whose_jobs_are_on_another_page_waits_for_those_before() -> None:
    answer = batch(first=[job("cars")])
    answer["secondLevel"] |= {"status": "IN_PROGRESS", "numChildBatches": "4000"}

    assert words(lines(answer)[3])[:3] == ["second", "level", "waits"]

    answer["firstLevel"]["status"] = "COMPLETE"
    assert words(lines(answer)[3])[:4] == ["second", "level", "in", "progress"]


def test_what_is_too_long_for_a_row_stands_below_it_between_words() -> None:
    reason = "the labeling job failed: ClientError: the annotation consolidation function timed out"

    drawn = lines(batch(first=[job("cars", "FAILED", statusReason=reason), job("lanes")]))

    assert drawn[2].split() == ["cars", "failed"]
    assert drawn[3:5] == [
        "    the labeling job failed: ClientError: the annotation consolidation function",
        "    timed out",
    ]
    assert drawn[5].split() == ["lanes", "labeling"]


def test_each_mistake_of_a_refused_batch_stands_by_itself_with_its_address_whole_and_once() -> None:
    mistake = f"{WHERE}: {ADDRESS} cannot be used: {ADDRESS}: there is no such object"
    message = f"{mistake}; labelingJobs[1]: no; and 7 more"

    assert sentences(message) == [
        f"{WHERE}: {ADDRESS} cannot be used: there is no such object",
        "labelingJobs[1]: no",
        "and 7 more",
    ]
    assert lines(batch(status="VALIDATION_FAIL", message=message), width=60) == [
        "clip-1  validation fail",
        f"  {WHERE}:",
        f"  {ADDRESS}",
        "  cannot be used: there is no such object",
        "  labelingJobs[1]: no",
        "  and 7 more",
    ]


@pytest.mark.parametrize(("width", "has_bar"), [(100, True), (46, False)])
def test_the_bar_is_drawn_where_it_fits(width: int, has_bar: bool) -> None:
    running = job("a-job-of-some-name", objectsTotal="10", objectsLabeled="5")

    drawn = lines(batch(first=[running]), width=width)

    assert ("━" in drawn[2]) == has_bar
    assert "5/10 objects" in drawn[2]
    assert all(len(line) <= width for line in drawn)


def test_a_long_name_is_folded_before_numbers_are_lost() -> None:
    drawn = lines(batch(first=[job("x" * 63, objectsTotal="10")]), width=60)

    assert drawn[2].endswith("0/10 objects")
    assert "".join(line[:30].strip(" ") for line in drawn[2:])[:63].startswith("xxx")
    assert sum(line.count("x") for line in drawn) == 63


def test_people_are_told_the_command_that_lets_a_level_begin() -> None:
    answer = batch(first=[job("cars", "COMPLETE")], second=[job("audit", "QUEUED")])
    answer["secondLevel"]["approval"] = "REQUIRED"
    told = "second level waits for approval: smgt batch approve clip-1 --local"
    console = Console(file=io.StringIO())

    follow([Batch.from_json(answer)], console, approve="smgt batch approve {id} --local")

    assert lines(answer, approve="smgt batch approve clip-1 --local")[1] == told
    assert isinstance(console.file, io.StringIO)
    assert told in console.file.getvalue()
