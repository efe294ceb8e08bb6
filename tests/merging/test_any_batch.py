"""Whatever stands in the files of a batch, they are merged, or it is said what is wrong."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.merging import MergeJob, MergeReport, merge, read_merged, write_merged
from tests.labels.test_any_json import ANYTHING, FILES, NAMES, TYPES

MODALITIES = st.sampled_from(
    ["VideoObjectTracking", "PointCloudObjectTracking", "BoundingBox", "SemanticSegmentation"]
)
FRAMES = st.lists(st.dictionaries(NAMES, ANYTHING, max_size=4), max_size=3).map(
    lambda frames: [
        {"frame": f"{place % 2}.jpg", "frame-no": place} | frame
        for place, frame in enumerate(frames)
    ]
)
SEQUENCES = FRAMES.map(lambda frames: json.dumps({"tracking-annotations": frames}).encode())


@st.composite
def members(draw: st.DrawFn, attribute: str) -> dict[str, Any]:
    metadata = draw(st.dictionaries(NAMES, ANYTHING, max_size=4))
    value = draw(st.just("s3://b/labels") | ANYTHING)
    kind = draw(TYPES | st.just("video-object-tracking"))
    return {
        attribute: value,
        f"{attribute}-metadata": metadata | {"type": f"groundtruth/{kind}"},
    }


@st.composite
def outputs(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    labeled = draw(st.lists(members("boxes") | ANYTHING, max_size=3))
    audited = draw(st.lists(members("audit") | ANYTHING, max_size=3))
    more: dict[str, Any] = draw(st.sampled_from([{}, {"frame-selection": 1}, _SELECTED]))
    source: dict[str, Any] = {"source-ref": "s3://b/clip"}
    return (
        [json.dumps(source | it if isinstance(it, dict) else it) for it in labeled],
        [json.dumps(source | more | it if isinstance(it, dict) else it) for it in audited],
    )


_SELECTED: dict[str, Any] = {
    "frame-selection": {"source-ref": "s3://b/clip", "frames-ref": "s3://b/chosen"}
}


@settings(max_examples=150, deadline=None)
@given(lines=outputs(), modality=MODALITIES, content=SEQUENCES | FILES, clip=FILES, chosen=FILES)
def test_any_batch_is_merged_and_written_and_read_again(lines, modality, content, clip, chosen):
    boxes = MergeJob(
        name="boxes",
        level=1,
        modality=modality,
        attribute="boxes",
        labeling_job="boxes",
        output_uri="0",
    )
    audit = MergeJob(
        name="audit",
        level=2,
        modality=f"{modality}Audit",
        attribute="audit",
        labeling_job="audit",
        chain_from="boxes",
        output_uri="1",
    )
    files = {"s3://b/labels": content, "s3://b/clip": clip, "s3://b/chosen": chosen}
    report = MergeReport()

    objects = merge(
        [boxes, audit],
        read_lines=lambda uri: lines[int(uri)],
        fetch=files.__getitem__,
        report=report,
    )
    written = list(write_merged(objects))

    assert list(write_merged(read_merged(written))) == written
    used = sum(it.labeled + it.unlabeled + it.unreadable for it in report.jobs.values())
    again = sum("more than once" in problem.what for problem in report.problems)
    assert used + again == sum(map(len, lines))
