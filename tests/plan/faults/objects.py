"""The objects that a manifest names: pictures and clips."""

from __future__ import annotations

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.inputs import PICTURES
from tests.plan.scenes import Scene

faults = Subject("Pictures and clips")
AT = f"{FIRST}.inputConfig.inputManifestS3Uri"


@faults.of("BoundingBox", at=AT)
def no_picture(scene: Scene) -> None:
    """one of sixty pictures that does not exist"""
    scene.remove(f"pictures/{scene.somewhere(PICTURES):03}.jpg")


@faults.of("BoundingBox", at=AT)
def picture_in_capitals(scene: Scene) -> None:
    """one of sixty pictures that is called .JPG in the manifest and .jpg in S3"""
    with scene.lines("pictures.manifest") as lines:
        line = lines[scene.somewhere(PICTURES)]
        line["source-ref"] = line["source-ref"].replace(".jpg", ".JPG")


@faults.of("BoundingBox", at=AT)
def empty_picture(scene: Scene) -> None:
    """one of sixty pictures that has no bytes"""
    scene.write(f"pictures/{scene.somewhere(PICTURES):03}.jpg", b"")


@faults.of("SemanticSegmentation", at=AT)
def large_picture(scene: Scene) -> None:
    """one of sixty pictures that has 41 MB"""
    name = f"pictures/{scene.somewhere(PICTURES):03}.jpg"
    scene.write(name, scene.lab.files[name] + bytes(41_000_000))


@faults.of("ImageMultiClass", at=AT)
def wrong_format(scene: Scene) -> None:
    """one of sixty pictures in a format that is not shown"""
    name = f"{scene.somewhere(PICTURES):03}"
    scene.write(f"pictures/{name}.gif", b"GIF89a")
    with scene.lines("pictures.manifest") as lines:
        lines[int(name)]["source-ref"] = scene.uri(f"pictures/{name}.gif")


@faults.of("ImageMultiClass", at=AT)
def https_picture(scene: Scene) -> None:
    """one of sixty pictures by its https address"""
    with scene.lines("pictures.manifest") as lines:
        line = lines[scene.somewhere(PICTURES)]
        line["source-ref"] = line["source-ref"].replace("s3://", "https://s3.amazonaws.com/")


@faults.of("ImageMultiClass", at=AT)
def picture_in_another_bucket(scene: Scene) -> None:
    """one of sixty pictures in a bucket that the stack may not read"""
    with scene.lines("pictures.manifest") as lines:
        lines[scene.somewhere(PICTURES)]["source-ref"] = "s3://my-pictures/1.jpg"


@faults.of("VideoMultiClass", at=AT)
def no_clip(scene: Scene) -> None:
    """a clip that does not exist"""
    scene.remove("clip.mp4")


@faults.of("VideoMultiClass", at=AT)
def clip_of_another_format(scene: Scene) -> None:
    """a clip in a format that browsers do not show"""
    scene.write("clip.avi", scene.lab.files["clip.mp4"])
    with scene.lines("clips.manifest") as lines:
        lines[0]["source-ref"] = scene.uri("clip.avi")


@faults.of("VideoMultiClass", at=AT)
def sequence_for_a_clip(scene: Scene) -> None:
    """a sequence of frames, where whole clips are labeled"""
    with scene.lines("clips.manifest") as lines:
        lines[0]["source-ref"] = scene.uri("frames.json")
