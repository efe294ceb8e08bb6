"""What jobs of each type leave in S3, compared with what the service left."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from emulator.ground_truth.answers import Annotation, FrameLabels, Labels, PointClasses
from emulator.workers import Answers, LabelScript
from tests.emulator.ground_truth_world import World, picture, points
from tests.emulator.recorded import CUBOID_CATEGORIES, CUBOIDS, PEDESTRIANS, VEHICLES, recorded

OUT = "s3://out/jobs"


def clip_of(world: World, seq_label: Any) -> str:
    """A manifest of a clip with the frames that recorded labels name."""
    prefix = "s3://in/recorded/"
    names = [frame["frame"] for frame in seq_label["tracking-annotations"]]
    for name in names:
        world.objects.bodies[f"{prefix}{name}"] = picture(64, 36)
    frames = [{"frame-no": number, "frame": name} for number, name in enumerate(names)]
    sequence = {"seq-no": 1, "prefix": prefix, "number-of-frames": len(names), "frames": frames}
    return world.manifest([{"source-ref": world.objects.put("s3://in/recorded.json", sequence)}])


def run_scripted(world: World, request: Any, seq_label: Any) -> Any:
    """Have a job answered with given labels; returns the line of its output manifest."""
    world.twin.create_labeling_job(request)
    world.advance()
    script = LabelScript.from_jobs({"*": seq_label})
    world.workers(answers=Answers(objects=world.objects, script=script)).work()
    (line,) = world.output(request["LabelingJobName"])
    return line


@pytest.mark.parametrize(
    ("name", "labels", "attribute"),
    [
        (VEHICLES, ("Lane", "Pedestrian", "Vehicle"), "Color"),
        (PEDESTRIANS, ("Vehicle", "Pedestrian"), None),
    ],
)
def test_tracked_boxes_are_stored_as_the_service_stored_them(
    name: str, labels: tuple[str, ...], attribute: str | None
) -> None:
    world, real = World(), recorded(name)
    colors = {"categoryGlobalAttributes": [{"name": attribute, "type": "string"}]}
    categories = world.categories(*labels, **(colors if attribute else {}))
    request = world.request(
        "clip", "VideoObjectTracking", manifest=clip_of(world, real), categories=categories
    )

    line = run_scripted(world, request, real)

    # The recordings have frame-no as text, today's documentation shows integers; old files have
    # no frame-attributes.
    expected = [
        {**frame, "frame-no": int(frame["frame-no"]), "frame-attributes": {}}
        for frame in real["tracking-annotations"]
    ]
    assert world.objects.json(line["clip-ref"]) == {"tracking-annotations": expected}
    assert list(expected[0]) == list(
        world.objects.json(line["clip-ref"])["tracking-annotations"][0]
    )


def test_the_manifest_line_is_the_service_s() -> None:
    world = World()
    request = world.request(
        "nb-track-vehicle",
        "VideoObjectTracking",
        manifest=world.clips(),
        categories=world.categories("Vehicle", "Bus"),
    )

    world.twin.create_labeling_job(request)
    world.advance(seconds=2.469)
    (task,) = world.twin.desk.open_tasks(world.team)
    world.twin.desk.submit(world.twin.desk.accept(task, "ann"), box_in_frame("000001.jpg"))

    (line,) = world.output("nb-track-vehicle")
    assert line == {
        "source-ref": "s3://in/clip-0.json",
        "nb-track-vehicle-ref": (
            f"{OUT}/nb-track-vehicle/annotations/consolidated-annotation/output/0/SeqLabel.json"
        ),
        "nb-track-vehicle-ref-metadata": {
            "class-map": {"0": "Vehicle"},
            "job-name": "labeling-job/nb-track-vehicle",
            "human-annotated": "yes",
            "creation-date": "2026-03-01T09:30:02.469000",
            "type": "groundtruth/video-object-tracking",
        },
    }
    (frame,) = world.objects.json(line["nb-track-vehicle-ref"])["tracking-annotations"]
    assert frame == {
        "annotations": [
            {
                "height": 66,
                "width": 81,
                "top": 47,
                "left": 95,
                "class-id": "0",
                "label-category-attributes": {},
                "object-id": "3c02d0f0-9636-11eb-90fe-6dd825b8de95",
                "object-name": "Vehicle:1",
            }
        ],
        "frame-no": 0,
        "frame": "000001.jpg",
        "frame-attributes": {},
    }


def box_in_frame(frame: str, **change: int) -> Labels:
    box = {"height": 66, "width": 81, "top": 47, "left": 95, **change}
    identity = {"object_id": "3c02d0f0-9636-11eb-90fe-6dd825b8de95", "object_name": "Vehicle:1"}
    return Labels((FrameLabels(frame, (Annotation("Vehicle", box, {}, **identity),)),))


@pytest.mark.parametrize("task_type", ["VideoObjectDetection", "VideoObjectTracking"])
@pytest.mark.parametrize(
    ("annotation_type", "key", "geometry"),
    [
        ("BoundingBox", "annotations", ["height", "width", "top", "left"]),
        ("Polyline", "polylines", ["vertices"]),
        ("Polygon", "polygons", ["vertices"]),
        ("Keypoint", "keypoints", ["x", "y"]),
    ],
)
def test_each_annotation_type_has_its_list_and_geometry(
    task_type: str, annotation_type: str, key: str, geometry: list[str]
) -> None:
    world = World()
    categories = world.categories("Lane", annotationType=annotation_type)
    request = world.request("lane", task_type, manifest=world.clips(), categories=categories)

    world.run(request)

    (line,) = world.output("lane")
    tracked = task_type == "VideoObjectTracking"
    document = world.objects.json(line["lane-ref"])
    (frames,) = document.values()
    assert list(document) == ["tracking-annotations" if tracked else "detection-annotations"]
    assert [frame["frame"] for frame in frames] == ["000001.jpg", "000002.jpg", "000003.jpg"]
    shape = frames[0][key][0]
    identity = ["object-id", "object-name"] if tracked else []
    assert list(shape) == [*geometry, "class-id", "label-category-attributes", *identity]
    assert shape["class-id"] == "0"
    if geometry == ["vertices"]:
        assert all(isinstance(vertex["x"], int) for vertex in shape["vertices"])
    kind = "tracking" if tracked else "detection"
    assert line["lane-ref-metadata"]["type"] == f"groundtruth/video-object-{kind}"


def test_real_cuboids_come_out_of_an_audit_as_they_went_in() -> None:
    world, line = World(), recorded(CUBOIDS)
    manifest = world.manifest([line])
    world.objects.bodies[line["source-ref"]] = b"0 0 0 1\n" * 20
    categories = recorded(CUBOID_CATEGORIES)
    request = world.request(
        "cuboid-audit",
        "Adjustment3DPointCloudObjectDetection",
        manifest=manifest,
        categories=world.objects.put("s3://in/real-categories.json", categories),
    )

    job = world.run(request)

    assert job["LabelCounters"]["HumanLabeled"] == 1
    (audited,) = world.output("cuboid-audit")
    assert {key: audited[key] for key in line} == line
    assert audited["cuboid-audit"] == line["pointcloud"]
    assert audited["cuboid-audit-metadata"] == {
        "objects": [],
        "class_map": {"0": "Car"},
        "job-name": "labeling-job/cuboid-audit",
        "human-annotated": "yes",
        "creation-date": "2026-03-01T09:30:00.000000",
        "type": "groundtruth/point_cloud_object_detection",
        "adjustment-status": "unadjusted",
    }


def test_tracked_cuboids_are_stored_frame_by_frame() -> None:
    world = World()
    request = world.request(
        "lidar",
        "3DPointCloudObjectTracking",
        manifest=world.cloud_sequence(frames=2),
        categories=world.categories("Car", "Bus"),
    )

    world.run(request)

    (line,) = world.output("lidar")
    metadata = line["lidar-ref-metadata"]
    assert metadata["objects"] == [
        {"frame-no": 0, "confidence": []},
        {"frame-no": 1, "confidence": []},
    ]
    assert metadata["class-map"] == {"0": "Car", "1": "Bus"}
    assert metadata["type"] == "groundtruth/point_cloud_object_tracking"
    first, second = world.objects.json(line["lidar-ref"])["tracking-annotations"]
    assert first["frame-number"] == 0
    assert first["frame-name"] == "0.bin.pcd"
    cuboid = first["annotations"][0]
    assert list(cuboid) == [
        *("label-category-attributes", "object-name", "class-id"),
        *("center-x", "center-y", "center-z", "length", "width", "height"),
        *("roll", "pitch", "yaw", "object-id"),
    ]
    assert cuboid["class-id"] == 0
    assert cuboid["object-id"] == second["annotations"][0]["object-id"]


def test_classes_of_points_are_stored_compressed_one_byte_a_point() -> None:
    world = World()
    categories = world.categories("Car", "Pedestrian")
    request = world.request(
        "points", "3DPointCloudSemanticSegmentation", manifest=world.clouds(), categories=categories
    )
    world.twin.create_labeling_job(request)
    world.advance()
    (task,) = world.twin.desk.open_tasks(world.team)
    classes = bytes([1] * 20 + [0] * 20 + [2] * 20)

    world.twin.desk.submit(world.twin.desk.accept(task, "ann"), PointClasses(classes))

    (line,) = world.output("points")
    assert line["points-ref"].endswith("/output/0/0.bin.pcd.zlib")
    assert zlib.decompress(world.objects.bodies[line["points-ref"]]) == classes
    metadata = line["points-ref-metadata"]
    assert metadata["type"] == "groundtruth/point_cloud_single_frame_semantic_segmentation"
    assert metadata["color-map"] == {
        "0": {"class-name": "Background", "hex-color": "#ffffff", "confidence": 0.0},
        "1": {"class-name": "Car", "hex-color": "#2ca02c", "confidence": 0.0},
        "2": {"class-name": "Pedestrian", "hex-color": "#1f77b4", "confidence": 0.0},
    }


def test_frame_attributes_of_a_point_cloud_are_in_its_metadata() -> None:
    world = World()
    weather = {"name": "weather", "type": "string", "enum": ["wet", "dry"], "description": "Road"}
    categories = world.categories("Car", frameAttributes=[weather])
    request = world.request(
        "lidar", "3DPointCloudObjectDetection", manifest=world.clouds(), categories=categories
    )

    world.run(request)

    (line,) = world.output("lidar")
    (attribute,) = line["lidar-metadata"]["dataset-object-attributes"].items()
    assert attribute in [("weather", "wet"), ("weather", "dry")]


def test_an_audit_says_whether_something_was_changed() -> None:
    world = World()
    world.clips(2)
    world.run(world.request("first", "VideoObjectTracking", categories=world.categories("Vehicle")))
    manifest = world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"]
    request = world.request(
        "audit",
        "AdjustmentVideoObjectTracking",
        manifest=manifest,
        categories=world.categories("Vehicle", auditLabelAttributeName="first-ref"),
    )
    world.twin.create_labeling_job(request)
    world.advance()

    for task in world.twin.desk.open_tasks(world.team):
        existing = task.existing
        assert isinstance(existing, Labels)
        reordered = Labels(existing.frames[::-1])
        changed = Labels(existing.frames[1:])
        held = world.twin.desk.accept(task, "ann")
        world.twin.desk.submit(held, changed if task.object_id else reordered)

    first, second = world.output("audit")
    assert first["audit-ref-metadata"]["adjustment-status"] == "unadjusted"
    assert second["audit-ref-metadata"]["adjustment-status"] == "adjusted"
    assert list(first) == [
        *("source-ref", "first-ref", "first-ref-metadata"),
        *("audit-ref", "audit-ref-metadata"),
    ]
    assert world.objects.json(first["audit-ref"]) == world.objects.json(first["first-ref"])


@pytest.mark.parametrize(
    ("task_type", "audit_type"),
    [
        ("VideoObjectDetection", "AdjustmentVideoObjectDetection"),
        ("3DPointCloudObjectDetection", "Adjustment3DPointCloudObjectDetection"),
        ("3DPointCloudObjectTracking", "Adjustment3DPointCloudObjectTracking"),
        ("3DPointCloudSemanticSegmentation", "Adjustment3DPointCloudSemanticSegmentation"),
    ],
)
def test_every_type_can_be_audited(task_type: str, audit_type: str) -> None:
    world = World()
    if "Tracking" in task_type:
        manifest = world.cloud_sequence()
    else:
        manifest = world.clips() if task_type.startswith("Video") else world.clouds()
    first = world.request(
        "first", task_type, manifest=manifest, categories=world.categories("Car", "Bus")
    )
    world.run(first)
    attribute = first["LabelAttributeName"]
    audit = world.request(
        "audit",
        audit_type,
        manifest=world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"],
        categories=world.categories("Car", "Bus", auditLabelAttributeName=attribute),
    )

    job = world.run(audit)

    assert job["LabelingJobStatus"] == "Completed"
    (line,) = world.output("audit")
    old, new = line[f"{attribute}-metadata"], line[f"{audit['LabelAttributeName']}-metadata"]
    assert new["adjustment-status"] == "unadjusted"
    assert new["type"] == old["type"]


def test_worker_responses_hold_the_answer_and_the_frames_beside_it() -> None:
    world = World()
    request = world.request(
        "clip",
        "VideoObjectTracking",
        manifest=world.clips(),
        categories=world.categories("Vehicle"),
    )
    world.twin.create_labeling_job(request)
    world.advance(seconds=5)
    (task,) = world.twin.desk.open_tasks(world.team)
    held = world.twin.desk.accept(task, "ann")
    world.advance(seconds=40.5)

    world.twin.desk.submit(held, box_in_frame("000002.jpg"))

    folder = f"{OUT}/clip/annotations/worker-response/iteration-1/0/"
    response, frame = sorted(world.objects.under(folder), key=len)
    assert response == f"{folder}2026-03-01_09:30:45.json"
    (answer,) = world.objects.json(response)["answers"]
    place = answer["answerContent"]["trackingAnnotations"]["frameData"]
    assert frame == f"{place['s3Prefix']}000002.jpg.json"
    assert place["entries"] == ["000002.jpg.json"]
    assert len(place["s3Prefix"].removeprefix(folder).rstrip("/")) == 40
    assert answer["acceptanceTime"] == "2026-03-01T09:30:05.000Z"
    assert answer["submissionTime"] == "2026-03-01T09:30:45.500Z"
    assert answer["timeSpentInSeconds"] == 40.5
    assert answer["workerId"].startswith("private.us-east-1.")
    assert answer["workerMetadata"]["identityData"]["issuer"] == (
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool123"
    )
    assert world.objects.json(frame)["trackingAnnotations"] == {
        "frameNumber": 1,
        "frame": "000002.jpg",
        "boundingBoxes": [
            {
                "label": "Vehicle",
                "objectId": "3c02d0f0-9636-11eb-90fe-6dd825b8de95",
                "objectName": "Vehicle:1",
                "labelCategoryAttributes": {},
                "height": 66,
                "width": 81,
                "top": 47,
                "left": 95,
            }
        ],
        "frameAttributes": {},
    }


def test_an_output_path_may_end_in_a_slash() -> None:
    world = World()
    request = world.request(
        "clip",
        "VideoObjectTracking",
        manifest=world.clips(),
        categories=world.categories("Vehicle"),
        output=f"{OUT}/",
    )

    job = world.run(request)

    uri = job["LabelingJobOutput"]["OutputDatasetS3Uri"]
    assert uri == f"{OUT}/clip/manifests/output/output.manifest"


def test_points_of_a_binary_cloud_are_counted() -> None:
    world = World()
    request = world.request(
        "points",
        "3DPointCloudSemanticSegmentation",
        manifest=world.clouds(),
        categories=world.categories("Car"),
    )
    world.run(request)

    (line,) = world.output("points")
    assert len(zlib.decompress(world.objects.bodies[line["points-ref"]])) == len(points()) // 16
