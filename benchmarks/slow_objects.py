"""500 clips with files of their own, on an S3 that takes 25 ms for each call: planned and merged.

Once as it is, with files read ahead, and once with each file read when it is needed. Objects lie
in memory; whoever asks for one sleeps, in whichever thread.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, cast

from PIL import Image

from benchmarks.figures import Figure
from labeling.gate.checked import checks_of
from labeling.merging import MergeJob, merge, write_merged
from labeling.merging.picture_sizes import with_sizes
from labeling.model import BatchRequest, Job, JobRequest, JobStatus
from labeling.plan.input_files import InputFiles
from labeling.plan.request_files import look_at_files
from labeling.ports import ObjectEntry, Objects
from labeling.read_ahead import ReadAhead

CALL = 0.025  # seconds
CLIPS = 500
FRAMES = 20
BOXES = 5
TIMES_FASTER = 4.0
_TYPE = "groundtruth/video-object-tracking"


class SlowObjects:
    """`labeling.ports.Objects`, as far as it reads."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.calls = 0

    def put(self, uri: str, document: Any) -> str:
        self.bodies[uri] = json.dumps(document).encode()
        return uri

    def read(self, uri: str) -> str:
        return self.read_bytes(uri).decode()

    def read_bytes(self, uri: str) -> bytes:
        self._call()
        return self.bodies[uri]

    def chunks(self, uri: str) -> Iterator[bytes]:
        yield self.read_bytes(uri)

    def lines(self, uri: str) -> Iterator[str]:
        yield from self.read(uri).splitlines()

    def exists(self, uri: str) -> bool:
        self._call()
        return uri in self.bodies

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        self._call()
        folder = prefix_uri.rpartition("/")[0]
        for uri in self._folders().get(folder, ()):
            if uri.startswith(prefix_uri):
                yield ObjectEntry(uri, len(self.bodies[uri]))

    def _folders(self) -> dict[str, list[str]]:
        if not hasattr(self, "_by_folder"):
            self._by_folder: dict[str, list[str]] = {}
            for uri in sorted(self.bodies):
                self._by_folder.setdefault(uri.rpartition("/")[0], []).append(uri)
        return self._by_folder

    def _call(self) -> None:
        self.calls += 1
        time.sleep(CALL)


def figures(*, quick: bool = False) -> list[Figure]:
    clips = CLIPS // 10 if quick else CLIPS
    slow = SlowObjects()
    jobs = [_job(slow, number) for number in range(clips)]
    request = BatchRequest(batch_id="batch", jobs=tuple(job.request for job in jobs))
    objects = cast(Objects, slow)
    return [
        _figure(
            f"planning {clips} jobs with files of their own, 25 ms a call of S3",
            slow,
            lambda: _planned_ahead(request, objects),
            lambda: _planned(request, objects),
        ),
        _figure(
            f"merge of {clips} clips of {FRAMES * BOXES} boxes with files of their own, the same",
            slow,
            lambda: _merged_ahead(jobs, objects),
            lambda: _merged(jobs, objects, None),
        ),
    ]


def _figure(
    what: str, slow: SlowObjects, ahead: Callable[[], Any], one_by_one: Callable[[], Any]
) -> Figure:
    now, now_calls, result = _measured(slow, ahead)
    before, before_calls, expected = _measured(slow, one_by_one)
    if result != expected:
        raise ValueError(f"{what}: something else comes of it when files are read ahead")
    return Figure(
        what=what,
        original="–",
        ours=f"{now:.1f} s, {now_calls:,} calls (one after another: {before:.1f} s, "
        f"{before_calls:,} calls)",
        target=f"≥ {TIMES_FASTER:.0f} × as fast, no more calls",
        reached=before >= TIMES_FASTER * now and now_calls <= before_calls,
        details={"seconds": now, "secondsOneByOne": before, "calls": now_calls},
    )


def _measured(slow: SlowObjects, work: Callable[[], Any]) -> tuple[float, int, Any]:
    slow.calls = 0
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, slow.calls, result


def _planned_ahead(request: BatchRequest, objects: Objects) -> Any:
    found = look_at_files(request, objects=objects, allowed_buckets=("in",), is_over=lambda: False)
    return found.problems, [size.frames for size in found.sizes]


def _planned(request: BatchRequest, objects: Objects) -> Any:
    files = InputFiles(request, objects=objects, allowed_buckets=("in",))
    looked = (files.problems_of(index, job) for index, job in enumerate(request.jobs))
    return [problem for found in looked for problem in found], [
        files.frames(job) for job in request.jobs
    ]


def _merged_ahead(jobs: list[Job], objects: Objects) -> list[str]:
    with ReadAhead(objects) as ahead:
        return _merged(jobs, objects, ahead)


def _merged(jobs: list[Job], objects: Objects, ahead: ReadAhead | None) -> list[str]:
    reader = ahead or objects
    merged = merge(
        [MergeJob.of(job) for job in jobs],
        read_lines=reader.lines,
        fetch=reader.read_bytes,
        listing=lambda prefix: (entry.uri for entry in objects.listing(prefix)),
        checked=checks_of(jobs, fetch=reader.read_bytes),
        ahead=ahead,
    )
    return list(write_merged(with_sizes(merged, reader.read_bytes)))


def _job(slow: SlowObjects, number: int) -> Job:
    """A job that one person did: its input, its output, and the person's answer."""
    name, folder = f"clip-{number:04d}", f"s3://in/{number:04d}"
    names = [f"{frame:03d}.png" for frame in range(FRAMES)]
    frames = [{"frame-no": place, "frame": frame} for place, frame in enumerate(names)]
    sequence = slow.put(
        f"{folder}/sequence.json",
        {"seq-no": 1, "prefix": f"{folder}/", "number-of-frames": FRAMES, "frames": frames},
    )
    for frame in names:
        slow.bodies[f"{folder}/{frame}"] = PICTURE
    categories = slow.put(
        f"{folder}/categories.json",
        {"document-version": "2020-08-15", "labels": [{"label": "Car"}]},
    )
    labels = slow.put(f"s3://out/{name}/{name}/labels.json", _labels(names))
    output = f"s3://out/{name}/{name}/manifests/output/output.manifest"
    metadata = {
        "class-map": {"0": "Car"},
        "human-annotated": "yes",
        "creation-date": "2026-03-01T10:00:00.123456",
        "type": _TYPE,
        "job-name": f"labeling-job/{name}",
    }
    slow.put(output, {"source-ref": sequence, "boxes": labels, "boxes-metadata": metadata})
    answers = f"s3://out/{name}/{name}/annotations/worker-response/iteration-1/0"
    slow.put(f"{answers}/a.json", {"answers": [{"answerContent": {}, "workerId": f"w{number}"}]})
    request = JobRequest(
        name=name,
        modality="VideoObjectTracking",
        level=1,
        label_attribute="boxes",
        workteam_arn="arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/team",
        input_manifest_uri=slow.put(f"{folder}/input.manifest", {"source-ref": sequence}),
        label_category_uri=categories,
    )
    return Job(
        batch_id="batch",
        nonce="n0",
        index=number,
        request=request,
        labeling_job=name,
        input_uri=request.input_manifest_uri or "",
        output_uri=output,
        label_category_uri=categories,
        status=JobStatus.COMPLETE,
    )


def _labels(names: list[str]) -> dict[str, Any]:
    box = {"class-id": "0", "top": 10, "width": 40, "height": 30}
    return {
        "tracking-annotations": [
            {
                "frame-no": place,
                "frame": name,
                "annotations": [
                    {
                        **box,
                        "left": 50 * track + place,
                        "object-id": f"480dc450-c0ca-11ea-961f-{track:012d}",
                        "object-name": f"Car:{track}",
                    }
                    for track in range(BOXES)
                ],
            }
            for place, name in enumerate(names)
        ]
    }


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (640, 360)).save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()
