"""All files of a request together: read once, and each problem where the request names the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from examples.driving.batch import request, upload
from labeling.documents import job_request
from labeling.errors import Problem
from labeling.model import BatchRequest, JobRequest
from labeling.plan.input_files import InputFiles
from labeling.plan.within_time import WithinTime
from labeling.ports import ObjectEntry
from tests.fakes import FakeObjects
from tests.unit.plan.inputs import BUCKETS, NOW, errors, put, touch, warnings

TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/team"
MANIFEST = "s3://in/clips.manifest"
CARS, LANES = "s3://in/cars.json", "s3://in/lanes.json"


class Counting(FakeObjects):
    """Counts how often each object is read, and how often objects are listed."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.reads: Counter[str] = Counter()
        self.listings = 0

    def read_bytes(self, uri: str) -> bytes:
        self.reads[uri] += 1
        return super().read_bytes(uri)

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        self.listings += 1
        return super().listing(prefix_uri)


@pytest.fixture
def there() -> Counting:
    """Two clips of three frames, and two label category files."""
    made = Counting()
    for clip in ("a", "b"):
        frames = [{"frame-no": number, "frame": f"{number}.jpg"} for number in range(3)]
        put(
            made,
            f"s3://in/{clip}.json",
            {"seq-no": 1, "prefix": f"s3://in/{clip}/", "number-of-frames": 3, "frames": frames},
        )
        touch(made, *(f"s3://in/{clip}/{number}.jpg" for number in range(3)))
    put(made, MANIFEST, *({"source-ref": f"s3://in/{clip}.json"} for clip in ("a", "b")))
    put(made, CARS, {"document-version": "x", "labels": [{"label": "Car"}]})
    put(
        made,
        LANES,
        {"document-version": "x", "labels": [{"label": "Lane"}], "annotationType": "Polyline"},
    )
    return made


def job(name: str, modality: str = "VideoObjectTracking", **changes: Any) -> JobRequest:
    given: dict[str, Any] = {
        "name": name,
        "modality": modality,
        "level": 1,
        "label_attribute": f"{name}-ref",
        "workteam_arn": TEAM,
    }
    return JobRequest(**(given | changes))


def first(name: str, **changes: Any) -> JobRequest:
    return job(name, **({"input_manifest_uri": MANIFEST, "label_category_uri": CARS} | changes))


class Files(InputFiles):
    """Looked at job by job."""

    def __init__(self, there: Any, *jobs: JobRequest) -> None:
        request = BatchRequest(batch_id="batch", jobs=jobs)
        super().__init__(request, objects=there, allowed_buckets=BUCKETS)
        self._jobs = jobs

    def problems(self) -> Iterator[Problem]:
        for index, job in enumerate(self._jobs):
            yield from self.problems_of(index, job)


def files(there: Any, *jobs: JobRequest) -> Files:
    return Files(there, *jobs)


def test_files_that_several_jobs_name_are_read_once(there: Counting) -> None:
    audit = job("c", "VideoObjectTrackingAudit", level=2, chain_from="a", label_category_uri=CARS)
    looked = files(there, first("a"), first("b", label_category_uri=LANES), audit)

    assert list(looked.problems()) == []
    assert set(there.reads.values()) == {1}
    assert there.reads.keys() == {MANIFEST, CARS, LANES, "s3://in/a.json", "s3://in/b.json"}


def test_files_are_read_when_they_are_asked_for(there: Counting) -> None:
    del there.texts[MANIFEST]
    problems = files(there, first("a"), first("b", label_category_uri=LANES)).problems()

    assert next(problems).loc == ("labelingJobs", 0, "inputConfig", "inputManifestS3Uri")
    assert LANES not in there.reads


def test_no_further_sequence_is_read_when_time_is_over(there: Counting) -> None:
    many = files(WithinTime(there, lambda: there.listings > 1), first("cars"))
    many.look(job("another", label_category_uri=CARS))

    assert list(many.problems()) == []
    assert not many.complete
    assert there.reads["s3://in/b.json"] == 0
    assert many.frames(first("cars")) == 6  # the other one is taken to be as long


def test_problems_are_where_the_file_is_named(there: Counting) -> None:
    del there.texts["s3://in/b/1.jpg"]
    put(there, CARS, {"document-version": "x", "labels": []})
    there.write("s3://in/task.html", "")
    found = files(there, first("ok", label_category_uri=LANES), first("a")).problems()

    assert [(problem.loc[1:], problem.type) for problem in found] == [
        ((0, "inputConfig", "inputManifestS3Uri"), "frame_missing"),
        ((1, "inputConfig", "inputManifestS3Uri"), "frame_missing"),
        ((1, "labelCategoryConfigS3Uri"), "too_few_labels"),
    ]


def test_objects_and_frames_are_counted(there: Counting) -> None:
    a, audit = first("a"), job("c", "VideoObjectTrackingAudit", level=2, chain_from="a")
    gone = first("gone", input_manifest_uri="s3://in/gone.manifest")
    looked = files(there, a, audit, gone)

    assert (looked.objects(a), looked.frames(a)) == (2, 6)
    assert (looked.objects(audit), looked.frames(audit)) == (None, None)
    assert (looked.objects(gone), looked.frames(gone)) == (None, None)


def test_frames_of_many_sequences_are_counted_from_twenty_of_them(there: Counting) -> None:
    frames = [{"frame": f"{number}.bin", "unix-timestamp": number} for number in range(4)]
    touch(there, *(f"s3://in/c/{number}.bin" for number in range(4)))
    uris = [f"s3://in/clouds/{number}.json" for number in range(100)]
    for uri in uris:
        document = {"seq-no": 1, "prefix": "s3://in/c/", "number-of-frames": 4, "frames": frames}
        put(there, uri, document)
    put(there, MANIFEST, *({"source-ref": uri} for uri in uris))
    clouds = first("a", modality="PointCloudObjectTracking")
    looked = files(there, clouds)

    assert list(looked.problems()) == []
    assert (looked.objects(clouds), looked.frames(clouds)) == (100, 400)
    assert sum(uri.startswith("s3://in/clouds/") for uri in there.reads) == 20


def test_an_audit_is_compared_with_the_file_that_its_source_uses(there: Counting) -> None:
    audits = [
        job("b", "VideoObjectTrackingAudit", level=2, chain_from="a"),
        job(
            "c",
            "VideoObjectTrackingAudit",
            level=3,
            chain_from="b",
            label_category_uri=LANES,
        ),
    ]
    found = list(files(there, first("a"), *audits).problems())

    assert {problem.loc for problem in found} == {("labelingJobs", 2, "labelCategoryConfigS3Uri")}
    assert errors(found).keys() == {"labels_missing", "annotation_type_of_source"}


def test_judgements_in_a_chain_are_not_what_is_audited(there: Counting) -> None:
    put(there, MANIFEST, {"source-ref": "s3://in/a/1.jpg"})
    put(there, LANES, {"document-version": "x", "labels": [{"label": "good"}, {"label": "bad"}]})
    there.write("s3://in/task.html", "{{ task.input.manifestLine.boxes }}<form></form>")
    jobs = [
        first("boxes", modality="BoundingBox", label_attribute="boxes"),
        job(
            "judged",
            "BoundingBoxVerification",
            level=2,
            chain_from="boxes",
            label_category_uri=LANES,
        ),
        job(
            "better",
            "BoundingBoxAudit",
            level=3,
            chain_from="judged",
            label_category_uri=CARS,
            ui_template_uri="s3://in/task.html",
        ),
    ]

    assert errors(files(there, *jobs).problems()) == {}


def test_a_job_can_only_work_on_what_its_chain_begins_with(there: Counting) -> None:
    text = job("t", "TextMultiClass", level=2, chain_from="a", label_category_uri=LANES)
    image = job("i", "BoundingBox", level=3, chain_from="t", label_category_uri=CARS)
    found = [
        (problem.loc, problem.type)
        for problem in files(there, first("a"), text, image).problems()
        if problem.loc[-1] == "chainFromJobName"
    ]

    assert found == [
        (("labelingJobs", 1, "inputConfig", "chainFromJobName"), "source_ref_of_text"),
        (("labelingJobs", 2, "inputConfig", "chainFromJobName"), "format"),
    ]


def test_templates_are_looked_at_where_they_are_named(there: Counting) -> None:
    custom = first(
        "a", modality="Custom", input_manifest_uri=MANIFEST, ui_template_uri="s3://in/task.html"
    )
    [problem] = files(there, custom).problems()

    assert problem.loc == ("labelingJobs", 0, "uiTemplateS3Uri")
    assert problem.type == "unreadable"


def test_a_folder_of_frames_is_one_object(there: Counting) -> None:
    folder = first("a", input_manifest_uri=None, frames_prefix="s3://in/a/")
    looked = files(there, folder)

    assert list(looked.problems()) == []
    assert (looked.objects(folder), looked.frames(folder)) == (1, 3)


def test_what_is_wrong_with_a_folder_of_frames(there: Counting) -> None:
    def of(prefix: str) -> dict[str, str]:
        folder = first("a", input_manifest_uri=None, frames_prefix=prefix)
        found = list(files(there, folder).problems())
        assert {problem.loc[2:] for problem in found} == {("inputConfig", "framesS3Prefix")}
        return errors(found) or warnings(found)

    there.write("s3://in/empty/1.jpg", "")
    touch(there, "s3://in/many/sub/1.jpg", *(f"s3://in/many/{n:04}.jpg" for n in range(2_000)))
    touch(there, "s3://in/bare/frame10.jpg", "s3://in/bare/frame9.jpg")

    assert of("s3://in/nothing/").keys() == {"no_frames"}
    assert of("s3://elsewhere/a/").keys() == {"other_bucket"}
    assert of("s3://in/empty/").keys() == {"frame_empty"}
    assert of("s3://in/many/").keys() == {"too_many_frames"}
    assert "frame10.jpg comes before frame9.jpg" in of("s3://in/bare/")["frame_order"]


def test_frames_of_other_names_are_in_order_among_numbers(there: Counting) -> None:
    touch(there, *(f"s3://in/mixed/{name}.jpg" for name in ("-cover", "0001", "0010", "end")))
    folder = first("a", input_manifest_uri=None, frames_prefix="s3://in/mixed/")

    assert list(files(there, folder).problems()) == []


class Uploads:
    """As much of the client as the example needs to bring its files to S3."""

    input_bucket = "in"

    def __init__(self, there: FakeObjects) -> None:
        self._there = there

    def upload(self, files: Mapping[str, Path | str | dict[str, Any]], *, prefix: str) -> None:
        for name, content in files.items():
            uri = f"s3://in/{prefix}/{name}"
            if isinstance(content, Path):
                self._there.binaries[uri] = content.read_bytes()
            else:
                self._there.write(uri, content if isinstance(content, str) else json.dumps(content))


def test_the_files_of_the_example_are_in_order() -> None:
    there = FakeObjects(lambda: NOW)
    inputs = upload(cast(Any, Uploads(there)))
    entries = [
        {"taskAvailabilityLifetimeInSeconds": 1, "taskTimeLimitInSeconds": 1}
        | {"maxConcurrentTaskCount": 1, "workteamArn": TEAM, "labelAttributeName": f"{index}-ref"}
        | entry
        for index, entry in enumerate(request("batch", inputs)["labelingJobs"])
    ]
    jobs = [job_request(entry) for entry in entries]
    looked = files(there, *jobs)

    assert list(looked.problems()) == []
    assert [looked.frames(job) for job in jobs] == [38, 38, None, None]


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (None, {"template_without_earlier_label"}),
        (
            "arn:aws:lambda:eu-west-1:568282634449:function:PRE-PassThrough",
            {"template_without_earlier_label"},
        ),
        ("arn:aws:lambda:eu-west-1:123456789012:function:mine-LabelingFunction", set()),
    ],
)
def test_a_custom_template_is_asked_for_the_labels_of_the_whole_chain(
    there: Counting, function: str | None, found: set[str]
) -> None:
    there.write("s3://in/task.html", "<form>{{ task.input.line.mood }}<button>Go</button></form>")
    letters = job("letters", "TextMultiClass", input_manifest_uri=MANIFEST)
    audit = job(
        "audit",
        "Custom",
        level=2,
        chain_from="letters",
        ui_template_uri="s3://in/task.html",
        pre_lambda_arn=function,
    )
    again = replace(audit, name="again", label_attribute="again-ref", level=3, chain_from="audit")

    problems = [
        problem
        for problem in files(there, letters, audit, again).problems()
        if problem.loc[-1] == "uiTemplateS3Uri"
    ]

    assert {problem.type for problem in problems} == found
    if found:
        assert [problem.loc[1] for problem in problems] == [1, 2]
        assert "never mentions audit-ref and letters-ref, so workers" in problems[1].message
