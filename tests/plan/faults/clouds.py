"""Point clouds, single ones and drives."""

from __future__ import annotations

from typing import Any

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.inputs import CLOUDS, DRIVE
from tests.plan.scenes import Scene

faults = Subject("Point clouds")
AT = f"{FIRST}.inputConfig.inputManifestS3Uri"
SINGLE, TRACKED = "PointCloudObjectDetection", "PointCloudObjectTracking"


@faults.of(SINGLE, at=AT)
def no_metadata(scene: Scene) -> None:
    """one of thirty clouds without source-ref-metadata"""
    with scene.lines("clouds.manifest") as lines:
        del lines[scene.somewhere(CLOUDS)]["source-ref-metadata"]


@faults.of(SINGLE, at=AT)
def no_time(scene: Scene) -> None:
    """one of thirty clouds without its time"""
    with scene.lines("clouds.manifest") as lines:
        del _about(scene, lines)["unix-timestamp"]


@faults.of("PointCloudSemanticSegmentation", at=AT)
def time_in_words(scene: Scene) -> None:
    """one of thirty clouds whose time is a date"""
    with scene.lines("clouds.manifest") as lines:
        _about(scene, lines)["unix-timestamp"] = "2026-03-01T09:30:00Z"


@faults.of(SINGLE, at=AT)
def unknown_format(scene: Scene) -> None:
    """one of thirty clouds in the format binary/xyzrgbi"""
    with scene.lines("clouds.manifest") as lines:
        _about(scene, lines)["format"] = "binary/xyzrgbi"


@faults.of(SINGLE, at=AT)
def another_format(scene: Scene) -> None:
    """one of thirty clouds whose bytes do not make whole points in the format that is said"""
    with scene.lines("clouds.manifest") as lines:
        _about(scene, lines)["format"] = "binary/xyz"


@faults.of(SINGLE, at=AT)
def cloud_cut_off(scene: Scene) -> None:
    """one of thirty clouds that was not uploaded to its end"""
    name = f"clouds/{scene.somewhere(CLOUDS):03}.bin"
    scene.write(name, scene.lab.files[name][:-7])


@faults.of(SINGLE, at=AT)
def cloud_of_another_kind(scene: Scene) -> None:
    """one of thirty clouds that is a .pcd file"""
    with scene.lines("clouds.manifest") as lines:
        at = scene.somewhere(CLOUDS)
        scene.write(f"clouds/{at:03}.pcd", b"VERSION .7")
        lines[at]["source-ref"] = scene.uri(f"clouds/{at:03}.pcd")


@faults.of("PointCloudSemanticSegmentation", at=AT)
def no_cloud(scene: Scene) -> None:
    """one of thirty clouds that does not exist"""
    scene.remove(f"clouds/{scene.somewhere(CLOUDS):03}.bin")


@faults.of(SINGLE, at=AT)
def half_a_heading(scene: Scene) -> None:
    """one of thirty vehicle poses without qw"""
    with scene.lines("clouds.manifest") as lines:
        del _about(scene, lines)["ego-vehicle-pose"]["heading"]["qw"]


@faults.of(SINGLE, at=AT)
def nine_cameras(scene: Scene) -> None:
    """one of thirty clouds with nine camera images"""
    with scene.lines("clouds.manifest") as lines:
        about = _about(scene, lines)
        about["images"] *= 9


@faults.of(SINGLE, at=AT)
def camera_without_focal_length(scene: Scene) -> None:
    """one of thirty cameras without fx"""
    with scene.lines("clouds.manifest") as lines:
        del _about(scene, lines)["images"][0]["fx"]


@faults.of(SINGLE, at=AT)
def images_nowhere(scene: Scene) -> None:
    """one of thirty clouds whose camera images have no prefix"""
    with scene.lines("clouds.manifest") as lines:
        del _about(scene, lines)["prefix"]


@faults.of(SINGLE, at=AT)
def no_camera_image(scene: Scene) -> None:
    """one of thirty clouds whose camera image does not exist"""
    with scene.lines("clouds.manifest") as lines:
        _about(scene, lines)["images"][0]["image-path"] = "left/100.jpg"


@faults.of(TRACKED, at=AT)
def times_do_not_grow(scene: Scene) -> None:
    """a frame of a drive with the time of the frame before"""
    with scene.json("drive.json") as document:
        at = scene.somewhere(DRIVE)
        document["frames"][at]["unix-timestamp"] = document["frames"][at - 1]["unix-timestamp"]


@faults.of(TRACKED, at=AT)
def no_time_of_a_frame(scene: Scene) -> None:
    """a frame of a drive without its time"""
    with scene.json("drive.json") as document:
        del document["frames"][scene.somewhere(DRIVE)]["unix-timestamp"]


@faults.of(TRACKED, at=AT)
def no_frame_of_a_drive(scene: Scene) -> None:
    """a frame of a drive that does not exist"""
    scene.remove(f"drive/{scene.somewhere(DRIVE):03}.bin")


@faults.of(TRACKED, at=AT)
def frame_of_a_drive_cut_off(scene: Scene) -> None:
    """a frame of a drive that was not uploaded to its end"""
    name = f"drive/{scene.somewhere(DRIVE):03}.bin"
    scene.write(name, scene.lab.files[name][:-7])


@faults.of(TRACKED, at=AT)
def no_image_of_a_drive(scene: Scene) -> None:
    """the right camera's image of one frame of a drive that does not exist"""
    scene.remove(f"drive/right/{scene.somewhere(DRIVE):03}.jpg")


@faults.of(TRACKED, at=AT)
def unknown_camera(scene: Scene) -> None:
    """a camera of a drive with an unknown model"""
    with scene.json("drive.json") as document:
        document["frames"][scene.somewhere(DRIVE)]["images"][1]["camera-model"] = "fish-eye"


@faults.of(TRACKED, at=AT)
def pose_without_position(scene: Scene) -> None:
    """a pose of a drive without its position"""
    with scene.json("drive.json") as document:
        del document["frames"][scene.somewhere(DRIVE)]["ego-vehicle-pose"]["position"]


@faults.of(TRACKED, at=AT)
def long_drive(scene: Scene) -> None:
    """a drive of 501 point clouds"""
    with scene.json("drive.json") as document:
        first = document["frames"][0]
        document["frames"] = [
            first | {"frame": f"{number:03}.bin", "unix-timestamp": number} for number in range(501)
        ]
        document["number-of-frames"] = 501
    for number in range(DRIVE, 501):
        scene.write(f"drive/{number:03}.bin", scene.lab.files["drive/000.bin"])


def _about(scene: Scene, lines: list[Any]) -> dict[str, Any]:
    about: dict[str, Any] = lines[scene.somewhere(CLOUDS)]["source-ref-metadata"]
    return about
