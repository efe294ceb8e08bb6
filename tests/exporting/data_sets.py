"""Data sets to export: recorded ones, and one that has something of every kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from labeling.exporting import Folder, Options, Report, export
from labeling.exporting.manifests import merged_object
from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    Mask,
    MaskPicture,
    PictureSize,
    Point,
    PointClasses,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
    read_manifest,
)
from labeling.merging import Layer, MergedAnnotation, MergedFrame, MergedObject, Provenance
from tests.labels.recorded import Folder as Recorded
from tests.labels.recorded import content, lines

SIZE = PictureSize(width=200, height=100, depth=3)
SAID = Provenance(
    job="audit",
    level=2,
    labeling_job="audit-r1",
    origin="first",
    edited=False,
    workers=("private.1",),
    checks=("gap",),
    created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
)
CAR, CART = Track("0f1e", "Car:1"), Track("aa22", "Cart:1")

CAR_BOX = Box(
    label="Car",
    class_id=4,
    left=10,
    top=20.5,
    width=30,
    height=40,
    track=CAR,
    attributes={"occluded": "yes", "note": '<wet> & "dark"'},
    confidence=0.75,
)
LANE = Polyline(label="Lane", vertices=(Point(1, 2), Point(3.5, 4)), track=Track("1", "Lane:1"))
ROAD = Polygon(label="Road", vertices=(Point(0, 0), Point(40, 0), Point(40.5, 30)))
NOSE = KeyPoint(label="Nose", x=11, y=12.25, attributes={"side": 2})
CUBOID = Cuboid(
    label="Big Car",
    center_x=20,
    center_y=-3,
    center_z=1,
    length=4,
    width=1.75,
    height=1.5,
    roll=0,
    pitch=0,
    yaw=0.25,
    track=CAR,
)


def annotated(attribute: str, *labels: Label) -> tuple[MergedAnnotation, ...]:
    return tuple(
        MergedAnnotation(label=label, attribute=attribute, provenance=SAID) for label in labels
    )


def box(label: str, left: float, track: Track | None = None, **more) -> Box:
    return Box(label=label, left=left, top=10, width=20, height=30, track=track, **more)


def clip(
    source: str = "s3://b/clips/one.json",
    frames: tuple[tuple[Label, ...], ...] = (),
    *,
    size: PictureSize | None = SIZE,
    kind: str = "groundtruth/video-object-tracking",
) -> MergedObject:
    """A clip of one layer, `boxes`; `frames` are the labels of each frame."""
    return MergedObject(
        source=source,
        layers=(Layer(attribute="boxes", job="boxes", modality="VideoObjectTracking", type=kind),),
        frames=tuple(
            MergedFrame(
                source=source,
                name=f"{number:04d}.jpg",
                number=number,
                uri=f"{source.removesuffix('.json')}/{number:04d}.jpg",
                size=size,
                annotations=annotated("boxes", *labels),
            )
            for number, labels in enumerate(frames)
        ),
    )


CLIP = clip(
    frames=(
        (CAR_BOX, box("Cart", 50.25, CART), LANE, ROAD, NOSE),
        (box("Car", 12, CAR, attributes={"occluded": "no"}),),
        (),
        (box("Car", 16, CAR), box("Cart", 60, CART)),
    )
)


def picture(
    source: str,
    *labels: Label,
    kind: str = "groundtruth/object-detection",
    size: PictureSize | None = SIZE,
) -> MergedObject:
    """A single picture with one layer, `found`."""
    return MergedObject(
        source=source,
        layers=(Layer(attribute="found", job="found", modality="", type=kind),),
        frames=(
            MergedFrame(
                source=source, uri=source, size=size, annotations=annotated("found", *labels)
            ),
        ),
    )


def mask_png() -> bytes:
    """Two classes on a picture of 6 × 4 pixels: class 1 is 2 × 2 pixels, class 2 one pixel."""
    png = Image.new("P", (6, 4))
    png.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    for place in ((1, 1), (2, 1), (1, 2), (2, 2)):
        png.putpixel(place, 1)
    png.putpixel((5, 3), 2)
    written = io.BytesIO()
    png.save(written, "PNG")
    return written.getvalue()


MASKS = MaskPicture("s3://b/mask.png", None, {"#ff0000": 1, "#00ff00": 2})


def partly_labeled() -> MergedObject:
    """A clip with a class of its own, and with a frame that was never labeled."""
    whole = clip("s3://b/part.json", ((box("Car", 1, CAR),), (), (box("Car", 2, CAR),)))
    first, second, third = whole.frames
    scene = Layer(attribute="scene", job="s", modality="", type="groundtruth/image-classification")
    return replace(
        whole,
        layers=(*whole.layers, scene),
        frames=(
            MergedFrame(
                source=whole.source, annotations=annotated("scene", ClassLabel(label="Town"))
            ),
            first,
            replace(second, unlabeled={"boxes": "the worker left"}),
            third,
        ),
    )


def everything() -> Iterator[MergedObject]:
    """Something of every kind, and of everything that may be missing."""
    yield CLIP
    yield clip(
        "s3://b/more/one.json",
        ((box("Car", 1, CAR), box("Car", 5)), ()),
        size=None,
        kind="groundtruth/video-object-detection",
    )
    yield picture("s3://b/a/street.jpg", box("Car", 190), box("Old Car", -5))
    yield picture("s3://b/b/street.jpg")
    yield picture(
        "s3://b/mask.jpg",
        Mask(label="Car", class_id=1, color="#ff0000", picture=MASKS),
        Mask(label="Road", class_id=2, color="#00ff00", picture=MASKS),
        kind="groundtruth/semantic-segmentation",
        size=PictureSize(width=6, height=4),
    )
    yield MergedObject(
        source="s3://b/judged.jpg",
        layers=(
            Layer(attribute="scene", job="s", modality="", type="groundtruth/image-classification"),
            Layer(
                attribute="ok",
                job="v",
                modality="",
                type="groundtruth/label-verification",
                judges="scene",
            ),
            Layer(attribute="lost", job="l", modality="BoundingBox", unlabeled="nobody worked"),
            Layer(
                attribute="own",
                job="own",
                modality="Custom",
                type="groundtruth/custom",
                content={"any": ["thing", None]},
                provenance=SAID,
            ),
        ),
        frames=(
            MergedFrame(
                source="s3://b/judged.jpg",
                uri="s3://b/judged.jpg",
                attributes={"scene": {"weather": "rain"}},
                annotations=(
                    *annotated("scene", ClassLabel(label="Town", confidence=0.5)),
                    *annotated("ok", Verification(label="bad", comments=("too large",))),
                ),
            ),
        ),
    )
    yield MergedObject(
        source="Ada 🚗 lives in Paris",
        is_text=True,
        layers=(Layer(attribute="who", job="who", modality="", type="groundtruth/text-span"),),
        frames=(
            MergedFrame(
                source="Ada 🚗 lives in Paris",
                annotations=annotated(
                    "who",
                    Span(label="Name", start=0, end=3),
                    Span(label="Place", start=15, end=20, confidence=0.25),
                ),
            ),
        ),
    )
    yield picture(
        "s3://b/film.mp4", ClassLabel(label="Fall"), kind="groundtruth/video-classification"
    )
    yield point_clouds()
    yield partly_labeled()
    yield MergedObject(
        source="s3://b/points.bin",
        layers=(
            Layer(
                attribute="points",
                job="p",
                modality="PointCloudSemanticSegmentation",
                type="groundtruth/point_cloud_single_frame_semantic_segmentation",
            ),
        ),
        frames=(
            MergedFrame(
                source="s3://b/points.bin",
                uri="s3://b/points.bin",
                annotations=annotated(
                    "points",
                    PointMask(
                        label="Car",
                        class_id=1,
                        color="#ff0000",
                        cloud=PointClasses("s3://b/points.zlib", None),
                    ),
                ),
            ),
        ),
    )


def point_clouds() -> MergedObject:
    """A clip of two point clouds with one camera."""
    source = "s3://b/clouds/drive.json"
    return MergedObject(
        source=source,
        layers=(
            Layer(
                attribute="cuboids",
                job="c",
                modality="PointCloudObjectTracking",
                type="groundtruth/point_cloud_object_tracking",
            ),
        ),
        frames=tuple(
            MergedFrame(
                source=source,
                name=f"{number}.bin",
                number=number,
                sensor=sensor,
                uri=f"s3://b/clouds/{sensor}/{number}.{suffix}",
                size=size,
                annotations=annotated("cuboids", label),
            )
            for sensor, suffix, size, label in (
                ("lidar", "bin", None, CUBOID),
                ("camera-0", "png", SIZE, box("Big Car", 3, CAR)),
            )
            for number in range(2)
        ),
    )


def recorded(folder: str, manifest: str = "output.manifest") -> list[MergedObject]:
    """A published output manifest."""
    found = read_manifest(lines(f"{folder}/{manifest}"), fetch=Recorded(folder))
    return [merged_object(labeled) for labeled in found]


def recorded_clip(name: str = "SeqLabel.json") -> MergedObject:
    """A published label file of a clip."""
    folder = "amazon-sagemaker-examples/video-object-tracking"
    line = {
        "source-ref": "s3://b/clip.json",
        "boxes-ref": f"s3://b/{name}",
        "boxes-ref-metadata": {
            "class-map": {"0": "Vehicle", "1": "Pedestrian"},
            "job-name": "labeling-job/boxes",
            "type": "groundtruth/video-object-tracking",
        },
    }
    content(f"{folder}/{name}")
    (labeled,) = read_manifest([line], fetch=Recorded(folder))
    return merged_object(labeled)


def exported(
    name: str, objects, to: Path, options: Options | None = None
) -> tuple[Report, dict[str, tuple[int, str]]]:
    """Export to a folder: the report, and of what is missing how often and where first."""
    report = export(name, iter(objects), Folder(to), options)
    return report, {missing.what: (missing.count, missing.why) for missing in report.not_held}
