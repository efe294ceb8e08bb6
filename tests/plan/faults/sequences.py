"""Sequences of video frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.inputs import FRAMES
from tests.plan.scenes import Scene

faults = Subject("Sequences of video frames")
AT = f"{FIRST}.inputConfig.inputManifestS3Uri"
FOLDER = f"{FIRST}.inputConfig.framesS3Prefix"


@faults.of("VideoObjectTracking", at=AT)
def no_sequence(scene: Scene) -> None:
    """the second of two sequence files does not exist"""
    _long(scene)
    scene.remove("short.json")


@faults.of("VideoObjectTracking", at=AT)
def sequence_cut_off(scene: Scene) -> None:
    """a sequence file that was not uploaded to its end"""
    _long(scene)
    scene.write("frames.json", scene.lab.files["frames.json"][:-10])


@faults.of("VideoObjectTracking", at=AT)
def picture_for_a_sequence(scene: Scene) -> None:
    """a picture, where sequences are labeled"""
    with scene.lines("sequences.manifest") as lines:
        lines[0]["source-ref"] = scene.uri("frames/000001.jpg")


@faults.of("VideoObjectTracking", at=AT)
def number_of_sequence(scene: Scene) -> None:
    """seq-no "1", a text"""
    with _clip(scene) as document:
        document["seq-no"] = "1"


@faults.of("VideoObjectTracking", at=AT)
def prefix_without_slash(scene: Scene) -> None:
    """a prefix that does not end with /"""
    with _clip(scene) as document:
        document["prefix"] = document["prefix"].rstrip("/")


@faults.of("VideoObjectTracking", at=AT)
def prefix_of_a_bucket(scene: Scene) -> None:
    """frames in the root of a bucket"""
    with _clip(scene) as document:
        document["prefix"] = f"s3://{scene.lab.bucket}/"
        for frame in document["frames"]:
            frame["frame"] = f"plan/frames/{frame['frame']}"


@faults.of("VideoObjectTracking", at=AT)
def prefix_in_another_bucket(scene: Scene) -> None:
    """frames in a bucket that the stack may not read"""
    with _clip(scene) as document:
        document["prefix"] = "s3://my-frames/clip/"


@faults.of("VideoObjectTracking", at=AT)
def miscounted_frames(scene: Scene) -> None:
    """number-of-frames 199 of 200 frames"""
    with _clip(scene) as document:
        document["number-of-frames"] -= 1


@faults.of("VideoObjectTracking", at=AT)
def too_many_frames(scene: Scene) -> None:
    """2,001 frames"""
    picture = scene.lab.files["short/000001.jpg"]
    with scene.json("short.json") as document:
        document["frames"] = [
            {"frame-no": number, "frame": f"{number:06}.jpg"} for number in range(1, 2_002)
        ]
        document["number-of-frames"] = 2_001
        for number in range(6, 2_002):
            scene.write(f"short/{number:06}.jpg", picture)


@faults.of("VideoObjectTracking", at=AT)
def no_frame_number(scene: Scene) -> None:
    """one of 200 frames without frame-no"""
    with _clip(scene) as document:
        del _frame(scene, document)["frame-no"]


@faults.of("VideoObjectTracking", at=AT)
def frame_number_as_a_text(scene: Scene) -> None:
    """one of 200 frames whose frame-no is a text"""
    with _clip(scene) as document:
        frame = _frame(scene, document)
        frame["frame-no"] = str(frame["frame-no"])


@faults.of("VideoObjectTracking", at=AT)
def frames_swapped(scene: Scene) -> None:
    """two of 200 frames whose numbers are not in the order of their names"""
    with _clip(scene) as document:
        at = scene.somewhere(FRAMES - 1)
        one, other = document["frames"][at : at + 2]
        one["frame-no"], other["frame-no"] = other["frame-no"], one["frame-no"]


@faults.of("VideoObjectTracking", at=AT)
def names_without_zeros(scene: Scene) -> None:
    """frames named 1.jpg to 12.jpg: 10.jpg would be shown before 2.jpg"""
    with scene.json("short.json") as document:
        document["frames"] = [
            {"frame-no": number, "frame": f"{number}.jpg"} for number in range(1, 13)
        ]
        document["number-of-frames"] = 12
        for number in range(1, 13):
            scene.write(f"short/{number}.jpg", scene.lab.files["short/000001.jpg"])


@faults.of("VideoObjectTracking", at=AT)
def frame_number_twice(scene: Scene) -> None:
    """two of 200 frames with the same number"""
    with _clip(scene) as document:
        at = scene.somewhere(FRAMES)
        document["frames"][at]["frame-no"] = document["frames"][at - 1]["frame-no"]


@faults.of("VideoObjectTracking", at=AT)
def frame_twice(scene: Scene) -> None:
    """one of 200 frames twice"""
    with _clip(scene) as document:
        at = scene.somewhere(FRAMES)
        document["frames"][at]["frame"] = document["frames"][at - 1]["frame"]


@faults.of("VideoObjectTracking", at=AT)
def no_frame(scene: Scene) -> None:
    """one of 200 frames that does not exist"""
    _long(scene)
    scene.remove(f"frames/{scene.somewhere(FRAMES):06}.jpg")


@faults.of("VideoObjectDetection", at=AT)
def empty_frame(scene: Scene) -> None:
    """one of 200 frames that has no bytes"""
    _long(scene)
    scene.write(f"frames/{scene.somewhere(FRAMES):06}.jpg", b"")


@faults.of("VideoObjectDetection", at=AT)
def frame_in_capitals(scene: Scene) -> None:
    """one of 200 frames that is called .JPG in the sequence file and .jpg in S3"""
    with _clip(scene) as document:
        frame = _frame(scene, document)
        frame["frame"] = frame["frame"].upper()


@faults.of("VideoObjectDetection", at=AT)
def frame_of_another_format(scene: Scene) -> None:
    """one of 200 frames in a format that is not shown"""
    with _clip(scene) as document:
        frame = _frame(scene, document)
        frame["frame"] = frame["frame"].replace(".jpg", ".bmp")
        scene.write(f"frames/{frame['frame']}", b"BM")


@faults.of("VideoObjectDetection", at=AT)
def whole_address(scene: Scene) -> None:
    """one of 200 frames with its whole address in the place of its name"""
    with _clip(scene) as document:
        frame = _frame(scene, document)
        frame["frame"] = f"{document['prefix']}{frame['frame']}"


@faults.of("VideoObjectDetection", at=FOLDER)
def empty_folder(scene: Scene) -> None:
    """a folder without frames"""
    scene.first["inputConfig"] = {"framesS3Prefix": scene.uri("frame/")}


@faults.of("VideoObjectDetection", at=FOLDER)
def folder_with_an_empty_frame(scene: Scene) -> None:
    """a folder of 200 frames, one of which has no bytes"""
    scene.write(f"frames/{scene.somewhere(FRAMES):06}.jpg", b"")
    scene.first["inputConfig"] = {"framesS3Prefix": scene.uri("frames/")}


@faults.of("ImageMultiClass", at=FOLDER)
def folder_of_pictures(scene: Scene) -> None:
    """a folder of pictures that are no frames"""
    scene.first["inputConfig"] = {"framesS3Prefix": scene.uri("pictures/")}


def _long(scene: Scene) -> None:
    scene.first["inputConfig"]["inputManifestS3Uri"] = scene.uri("long.manifest")


@contextmanager
def _clip(scene: Scene) -> Iterator[Any]:
    """The sequence of 200 frames."""
    _long(scene)
    with scene.json("frames.json") as document:
        yield document


def _frame(scene: Scene, document: Any) -> dict[str, Any]:
    frame: dict[str, Any] = document["frames"][scene.somewhere(FRAMES)]
    return frame
