from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from labeling.errors import Problem
from labeling.modalities import modalities
from labeling.plan import manifests
from tests.emulator.recorded import DATA as RECORDED
from tests.fakes import FakeObjects
from tests.unit.plan.inputs import BUCKETS, LOC, errors, objects, put, recorded, touch, warnings

URI = "s3://in/manifests/objects.manifest"


def look(there: FakeObjects, uri: str = URI) -> manifests.ManifestFacts:
    return manifests.look(uri, objects=there, allowed_buckets=BUCKETS)


def problems(there: FakeObjects, modality: str = "BoundingBox", **given: Any) -> list[Problem]:
    return list(
        manifests.problems(
            look(there),
            modality=modalities()[modality],
            loc=LOC,
            **{"label_attribute": "label", **given},
        )
    )


def of_text(text: str, modality: str = "BoundingBox", **given: Any) -> list[Problem]:
    there = objects()
    there.write(URI, text)
    touch(there, "s3://in/3.tiff", *(f"s3://in/{number}.jpg" for number in range(1, 5)))
    return problems(there, modality, **given)


def of_lines(*lines: Any, modality: str = "BoundingBox", **given: Any) -> list[Problem]:
    return of_text("".join(f"{json.dumps(line)}\n" for line in lines), modality, **given)


def image(number: int, **more: Any) -> dict[str, Any]:
    return {"source-ref": f"s3://in/{number}.jpg", **more}


def test_a_good_manifest_has_no_problems():
    assert of_lines(image(1), image(2, weather="rain"), image(3)) == []
    assert of_text('{"source-ref": "s3://in/1.jpg"}\r\n{"source-ref": "s3://in/2.jpg"}\r\n') == []
    assert of_lines({"source": "Ada met Bob."}, modality="NamedEntityRecognition") == []


def test_problems_are_where_the_manifest_is_named():
    [problem] = of_text("")

    assert problem.loc == LOC
    assert problem.type == "empty"


def test_a_manifest_that_is_not_there_cannot_be_read():
    there = objects()
    facts = look(there)

    assert not facts.is_read
    assert "there is no such object" in errors(problems(there))["unreadable"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"source-ref": ', "not_json"),
        ('{"source-ref": "s3://in/3.jpg", "width": NaN}', "not_json"),
        ('{"source-ref": "s3://in/\\ud83d.jpg"}', "not_json"),
        ("[" * 100_000, "not_json"),
        ('"s3://in/3.jpg"', "not_an_object"),
        ("[]", "not_an_object"),
        ("{}", "no_source"),
        ('{"source-ref": null}', "no_source"),
        ('{"source-ref": "s3://in/3.jpg", "source": "text"}', "two_sources"),
        ('{"source-ref": "https://in/1.jpg"}', "source_ref"),
        ('{"source-ref": "s3://in"}', "source_ref"),
        ('{"source-ref": 7}', "source_ref"),
        ('{"source-ref": "s3://elsewhere/1.jpg"}', "other_bucket"),
        ('{"source-ref": "s3://in/3.jpg", "$id": 1}', "attribute_name"),
        ('{"source-ref": "s3://in/3.jpg", "note": "' + "x" * 20_001 + '"}', "attribute_too_long"),
        ('{"source-ref": "s3://in/3.jpg", "n": [' + "1, " * 8_000 + "1]}", "attribute_too_long"),
        ('{"source-ref": "s3://in/3.jpg", "note": "' + "x" * 100_000 + '"}', "line_too_long"),
        ('{"source-ref": "s3://in/3.tiff"}', "format"),
        ('{"source": "Ada met Bob."}', "source_of_file"),
        ('{"source-ref": "s3://in/missing.jpg"}', "object_missing"),
    ],
)
def test_a_line_that_will_not_do_is_named(text: str, kind: str) -> None:
    good = '{"source-ref": "s3://in/1.jpg"}\n{"source-ref": "s3://in/2.jpg"}\n'

    [problem] = of_text(f"{good}{text}\n")

    assert (problem.type, problem.warning) == (kind, False)
    assert "line 3" in problem.message.lower()


def test_many_lines_with_the_same_mistake_are_one_problem():
    text = '{"source-ref": "s3://in/1.jpg"}\nnot\njson\n\n{}\neither\n'

    assert "Line 2 is not JSON" in errors(of_text(text))["not_json"]
    assert "2 more lines, the last line 6" in errors(of_text(text))["not_json"]


def test_every_line_of_a_mistaken_shape_is_counted():
    [problem] = of_lines(image(1, source="a"), image(2, source="b"), image(3, source="c"))

    assert "Line 1 has both" in problem.message
    assert "2 more lines, the last line 3" in problem.message


def test_one_document_instead_of_lines_is_recognized():
    text = json.dumps([image(1), image(2)], indent=2)

    assert "one document over many lines" in errors(of_text(text))["not_json"]


def test_a_byte_order_mark_is_a_mistake_and_the_lines_are_read_all_the_same():
    there = objects()
    there.binaries[URI] = b"\xef\xbb\xbf" + json.dumps(image(1)).encode()
    touch(there, "s3://in/1.jpg")

    assert errors(problems(there)).keys() == {"bom"}
    assert look(there).objects == 1


def test_what_is_not_utf8_is_named_with_its_line():
    there = objects()
    there.binaries[URI] = b'{"source": "ok"}\n{"source": "Stra\xdfe"}\n'

    assert "Line 2 is not UTF-8" in errors(problems(there, "TextMultiClass"))["not_utf8"]


def test_a_line_without_end_is_not_kept_in_memory():
    there = objects()
    there.binaries[URI] = b'{"source": "' + b"x" * 3_000_000 + b'"}\n{"source": "short"}\n'
    tracemalloc.start()
    found = problems(there, "TextMultiClass")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert errors(found).keys() == {"line_too_long"}
    assert peak < 2_000_000 + 3_000_000  # the fake gives its own bytes away in pieces


def test_lines_are_counted_in_characters_not_in_bytes():
    kept = {"source-ref": "s3://in/1.jpg", **{f"n{number}": "電" * 15_000 for number in range(6)}}

    assert of_text(json.dumps(kept, ensure_ascii=False)) == []


def test_the_second_line_of_the_same_object_is_paid_for_twice():
    found = of_lines(image(1), image(2), image(1))

    assert errors(found) == {}
    assert "Line 3 has the same source-ref as line 1" in warnings(found)["source_twice"]


def test_an_empty_line_between_others_and_an_empty_text_are_worth_knowing():
    found = of_text('{"source": "a"}\n\n{"source": " "}\n\n', "TextMultiClass")

    assert errors(found) == {}
    assert "Line 2 is empty" in warnings(found)["empty_line"]
    assert "Line 3 has an empty source" in warnings(found)["source_empty"]


@pytest.mark.parametrize(
    ("modality", "source", "kind"),
    [
        ("TextMultiClass", "s3://in/1.jpg", "source_ref_of_text"),
        ("VideoMultiClass", "s3://in/1.jpg", "format"),
        ("VideoObjectTracking", "s3://in/1.jpg", "format"),
        ("PointCloudObjectDetection", "s3://in/1.jpg", "format"),
        ("PointCloudObjectTracking", "s3://in/1.jpg", "format"),
        ("SemanticSegmentationAudit", "s3://in/1.mp4", "format"),
    ],
)
def test_each_family_has_formats_of_its_own(modality: str, source: str, kind: str) -> None:
    there = objects()
    put(there, URI, {"source-ref": source})
    touch(there, source)

    assert kind in errors(problems(there, modality))


def test_upper_case_endings_are_fine_and_none_at_all_is_worth_knowing():
    there = objects()
    put(there, URI, {"source-ref": "s3://in/1.JPG"}, {"source-ref": "s3://in/v1.2/scan"})
    touch(there, "s3://in/1.JPG", "s3://in/v1.2/scan")
    found = problems(there)

    assert errors(found) == {}
    assert warnings(found).keys() == {"no_format"}


def test_a_custom_task_takes_texts_and_files_of_any_format_from_anywhere():
    found = of_lines(
        image(1),
        {"source": "a text"},
        {"source-ref": "https://x/y.pdf"},
        {"source-ref": "s3://theirs/y.pdf"},
        {"source-ref": "s3://in/scene-1/"},
        modality="Custom",
    )

    assert errors(found) == {}
    assert warnings(found).keys() == {"source_ref", "other_bucket", "source_folder"}


def test_a_folder_is_no_picture():
    assert errors(of_lines(image(1), {"source-ref": "s3://in/pictures/"})).keys() == {
        "source_folder"
    }


def test_lines_that_have_the_label_already_are_not_labeled():
    some = of_lines(image(1), image(2, label={"a": 1}), image(3, label=None))
    every = of_lines(image(1, label=0), image(2, label=1))

    assert "Line 2 has label already" in warnings(some)["some_labeled"]
    assert errors(some) == {}
    assert "nothing would be labeled" in errors(every)["all_labeled"]


def test_an_audit_needs_the_label_that_it_audits():
    given = {"modality": "BoundingBoxAudit", "audited_attribute": "boxes"}
    some = of_lines(image(1, boxes={}), image(2), **given)
    none = of_lines(image(1), image(2, boxes=None), **given)

    assert "1 of 2 lines has no boxes, the first is line 2" in warnings(some)["some_unlabeled"]
    assert errors(some) == {}
    assert "No line has boxes" in errors(none)["nothing_to_audit"]


def test_a_job_takes_ten_thousand_objects_after_sampling():
    text = "".join(f'{{"source": "text {number}"}}\n' for number in range(10_001))

    assert "10,001 objects" in errors(of_text(text, "TextMultiClass"))["too_many_objects"]
    assert of_text(text, "TextMultiClass", sampling_rate=99) == []


def test_a_video_job_takes_ten_sequences():
    there = objects()
    uris = [f"s3://in/seq{number}.json" for number in range(11)]
    put(there, URI, *({"source-ref": uri} for uri in uris))
    touch(there, *uris)

    assert "too_many_sequences" in errors(problems(there, "VideoObjectDetection"))
    assert problems(there, "VideoObjectDetection", sampling_rate=90) == []
    assert problems(there, "PointCloudObjectTracking") == []
    assert look(there).sequences == tuple(uris)


def test_a_sample_is_even():
    there = objects()
    put(there, URI, *(image(number) for number in range(1_000)))
    sample = [reference.line for reference in look(there).sample]

    assert len(sample) == 20
    assert sample[0] == 1
    assert sample[-1] > 900
    assert max(b - a for a, b in pairwise(sample)) < 120


def test_reading_takes_the_same_memory_for_three_times_the_lines():
    peaks = []
    for count in (11_000, 33_000):
        tracemalloc.start()
        facts = manifests.look(URI, objects=Endless(count), allowed_buckets=BUCKETS)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert facts.objects == count

    assert peaks[1] < 1.1 * peaks[0]


class Endless(FakeObjects):
    """A manifest of any length that lies nowhere."""

    def __init__(self, lines: int) -> None:
        self._lines = lines

    def chunks(self, uri: str) -> Iterator[bytes]:
        for start in range(0, self._lines, 1_000):
            yield b"".join(
                b'{"source-ref":"s3://in/%d.jpg"}\n' % number
                for number in range(start, min(start + 1_000, self._lines))
            )

    def exists(self, uri: str) -> bool:
        return True


def test_attributes_of_a_thousand_shapes_are_still_counted():
    facts = look_at(*({"source": str(number), f"a{number % 900}": 1} for number in range(1_800)))

    assert facts.lines.with_attribute("source").count == 1_800
    assert facts.lines.with_attribute("a7").count == 2
    assert facts.lines.without_attribute("a7").first == 1


def look_at(*lines: Any) -> manifests.ManifestFacts:
    there = objects()
    put(there, URI, *lines)
    return look(there)


@pytest.mark.parametrize(
    ("name", "modality", "audited"),
    [
        ("SingleFrame-manifest.json", "PointCloudObjectDetection", None),
        ("SingleFrame-manifest.json", "PointCloudSemanticSegmentation", None),
        ("OD-adjustment-manifest.json", "PointCloudObjectDetectionAudit", "pointcloud"),
        ("SS-audit-manifest.json", "PointCloudSemanticSegmentationAudit", "pointcloud-ref"),
        ("OT-manifest-10-frame.json", "PointCloudObjectTracking", None),
        ("OT-adjustment-manifest.json", "PointCloudObjectTrackingVerification", "pointcloud-ref"),
    ],
)
def test_published_manifests_are_in_order(name: str, modality: str, audited: str | None) -> None:
    there = objects()
    there.write(URI, recorded(name))
    folder = "s3://in/artifacts/gt-point-cloud-demos"
    touch(there, f"{folder}/frames/0.txt", f"{folder}/frames/images/frame_0_camera_0.jpg")
    touch(there, f"{folder}/sequences/seq2.json")

    assert problems(there, modality, audited_attribute=audited) == []


@pytest.mark.parametrize(
    "name",
    [
        "amazon-sagemaker-examples/image-classification.manifest",
        "amazon-sagemaker-examples/object-detection.manifest",
    ],
)
def test_what_ground_truth_wrote_can_be_the_input_of_a_next_job(name: str) -> None:
    there = objects()
    text = (RECORDED / name).read_text()
    there.write(URI, text)
    sources = [json.loads(line)["source-ref"] for line in text.splitlines()]
    touch(there, *sources)
    facts = manifests.look(
        URI, objects=there, allowed_buckets={source.split("/")[2] for source in sources}
    )
    found = manifests.problems(
        facts, modality=modalities()["BoundingBox"], label_attribute="next", loc=LOC
    )

    assert list(found) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"source-ref-metadata": None}, "no_metadata"),
        ({"source-ref-metadata": {"unix_timestamp": 1.0}}, "timestamp_missing"),
    ],
)
def test_a_single_point_cloud_is_described_in_its_line(change: dict[str, Any], kind: str) -> None:
    there = objects()
    line = json.loads(recorded("SingleFrame-manifest.json"))
    put(there, URI, line | change)
    touch(there, line["source-ref"])

    assert errors(problems(there, "PointCloudSemanticSegmentation")).keys() == {kind}
    assert "format" in errors(problems(there, "PointCloudObjectTracking"))


def test_camera_images_of_the_sample_are_looked_up():
    there = objects()
    there.write(URI, recorded("SingleFrame-manifest.json"))
    touch(there, "s3://in/artifacts/gt-point-cloud-demos/frames/0.txt")

    message = errors(problems(there, "PointCloudObjectDetection"))["object_missing"]

    assert "frames/images/frame_0_camera_0.jpg" in message
