"""The merge of a batch whose files are read ahead: the same, with no file read twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from labeling.merging import Checked, MergeJob, MergeReport, merge, write_merged
from labeling.ports import ObjectEntry
from labeling.read_ahead import ReadAhead
from tests.fakes import FakeObjects
from tests.merging.batch_files import Files, box, labeled, seq_label

CLIPS = 60
NAMES = ("a.txt", "b.txt")


class Counting(FakeObjects):
    """Counts how often each object is read, and each folder listed."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(lambda: datetime(2026, 3, 1, tzinfo=UTC))
        self.texts = texts
        self.reads: Counter[str] = Counter()

    def read_bytes(self, uri: str) -> bytes:
        self.reads[uri] += 1
        return super().read_bytes(uri)

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        self.reads[prefix_uri] += 1
        return super().listing(prefix_uri)


@pytest.fixture
def files() -> Files:
    return Files()


def batch(files: Files) -> list[MergeJob]:
    """A job for each clip, and audits of some frames of every third. Files are missing: the labels
    of the 5th clip, the sequence of the 7th, the chosen frames of the 9th, all of the 11th."""
    jobs = []
    for number in range(CLIPS):
        clip = files.sequence(f"s3://in/{number}.json", *NAMES, prefix=f"s3://in/{number}/")
        name = f"clip-{number}"
        boxes = seq_label({frame: [box("Car:1", number)] for frame in NAMES})
        line = {"source-ref": clip, **labeled(name, files.put(f"s3://out/{number}.json", boxes))}
        jobs.append(files.job(name, line))
        answers = f"s3://out/{name}/{name}/annotations/worker-response/iteration-1/0/a.json"
        files.put(answers, {"answers": [{"answerContent": {}, "workerId": f"w{number % 7}"}]})
        if number % 3 == 0:
            part = files.sequence(f"s3://part/{number}.json", "b.txt", prefix=f"s3://in/{number}/")
            chosen = files.put(f"s3://part/{number}-chosen.json", {"frames": ["b.txt"]})
            moved = files.put(f"s3://part/{number}-labels.json", seq_label({"b.txt": []}))
            audited = {
                **line,
                "source-ref": part,
                **labeled(f"{name}-audit", moved),
                "frame-selection": {"source-ref": clip, "frames-ref": chosen},
            }
            more: Any = {"modality": "VideoObjectTrackingAudit", "level": 2, "chain_from": name}
            jobs.append(files.job(f"{name}-audit", audited, **more))
    output = jobs[[job.name for job in jobs].index("clip-11")].output_uri
    for missing in ("s3://out/5.json", "s3://in/7.json", "s3://part/9-chosen.json", output):
        del files.texts[str(missing)]
    return jobs


def merged(
    jobs: list[MergeJob], objects: FakeObjects, ahead: ReadAhead | None
) -> tuple[list[str], Any]:
    report = MergeReport()
    reader = ahead or objects

    def checked(name: str, line: Any) -> Checked:
        return Checked(checks=(str(len(reader.read_bytes(line["source-ref"]))),))

    found = merge(
        jobs,
        read_lines=reader.lines,
        fetch=reader.read_bytes,
        listing=lambda prefix: (entry.uri for entry in objects.listing(prefix)),
        checked=checked if "s3://in/7.json" in objects.texts else None,
        report=report,
        ahead=ahead,
    )
    return list(write_merged(found)), report.document()


@pytest.mark.parametrize("most_held", [1, 1_000, 1_000_000])
def test_what_is_read_ahead_makes_no_difference(files: Files, most_held: int) -> None:
    jobs = batch(files)
    one_by_one, at_once = Counting(files.texts), Counting(files.texts)

    expected = merged(jobs, one_by_one, None)
    with ReadAhead(at_once, most_held=most_held) as ahead:
        found = merged(jobs, at_once, ahead)

        assert found == expected
        assert ahead.held == 0
    assert set(at_once.reads.values()) == {1}
    assert len(expected[1]["problems"]) == 4
    assert json.loads(expected[0][0])


def test_a_file_that_is_asked_for_twice_is_fetched_once(files: Files) -> None:
    jobs = batch(files)
    files.sequence("s3://in/7.json", *NAMES)
    one_by_one, at_once = Counting(files.texts), Counting(files.texts)

    expected = merged(jobs, one_by_one, None)
    with ReadAhead(at_once) as ahead:
        assert merged(jobs, at_once, ahead) == expected
    assert one_by_one.reads["s3://in/0.json"] == 2
    assert set(at_once.reads.values()) == {1}
