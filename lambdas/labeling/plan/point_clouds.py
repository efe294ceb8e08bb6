"""What is said about a point cloud: in a manifest's `source-ref-metadata`, or in a sequence.

The rules of both are those of the pages "Create a Point Cloud Frame Input Manifest File" and
"Create a Point Cloud Sequence Input Manifest" of the SageMaker developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import hypot
from typing import Any

from labeling.plan.findings import Finding
from labeling.plan.json_files import is_number, misspelt
from labeling.problems import near, quote

POINT_CLOUDS = (".bin", ".txt")
ENCODINGS = {".bin": "binary", ".txt": "text"}
FIELDS = ("xyz", "xyzi", "xyzrgb", "xyzirgb")
FORMATS = tuple(f"{encoding}/{fields}" for encoding in ("binary", "text") for fields in FIELDS)
CAMERA_MODELS = ("pinhole", "fisheye")
MOST_IMAGES = 8

_POSITION = ("x", "y", "z")
_HEADING = ("qx", "qy", "qz", "qw")
_CAMERA = ("unix-timestamp", "fx", "fy", "cx", "cy")
_LENS = ("k1", "k2", "k3", "k4", "p1", "p2", "skew")
_KNOWN = {"frame", "frame-no", "format", "prefix", "ego-vehicle-pose", "images"}
_KNOWN_OF_IMAGE = {*_CAMERA, *_LENS, "position", "heading", "camera-model"}
# Quaternions with six digits are within a millionth of 1; a wrong one is far off.
_UNIT = (0.99, 1.01)


def cloud_findings(
    about: Mapping[str, Any], name: str, *, prefix: object = None
) -> Iterator[Finding]:
    """What is wrong with the description of one point cloud, whose file is `name`.

    `prefix` is where camera images lie if the description does not say it itself. The messages
    begin in lower case: whoever asks puts the place before them.
    """
    timestamp = about.get("unix-timestamp")
    if timestamp is None:
        hint = misspelt("unix-timestamp", set(about) - _KNOWN)
        message = f"unix-timestamp is missing: give the seconds since 1970 as a number.{hint}"
        yield Finding("timestamp_missing", message)
    elif not is_number(timestamp):
        message = f"unix-timestamp is {quote(timestamp)}: give a number, the seconds since 1970."
        yield Finding("timestamp", message)
    yield from _format(about.get("format"), name)
    own_prefix = about.get("prefix")
    if own_prefix is not None and not is_folder(own_prefix):
        message = f"prefix is {quote(own_prefix)}: give an S3 URI that ends with /."
        yield Finding("prefix", message)
    pose = about.get("ego-vehicle-pose")
    if pose is not None:
        yield from _pose(pose, "ego-vehicle-pose")
    images = about.get("images")
    if images is None:
        return
    if not isinstance(images, list):
        yield Finding("images", f"images is {quote(images)}: give a list of camera images.")
        return
    if len(images) > MOST_IMAGES:
        message = (
            f"it has {len(images)} images, and Ground Truth shows {MOST_IMAGES}: leave some out."
        )
        yield Finding("too_many_images", message)
    for index, image in enumerate(images):
        yield from _image(image, f"images[{index}]", prefix=own_prefix or prefix)
    if images and pose is None:
        message = (
            "it has camera images and no ego-vehicle-pose. With cameras, points must be in world "
            "coordinates: leave the pose out only if they are."
        )
        yield Finding("images_without_pose", message, warning=True)


def image_uris(about: Mapping[str, Any], *, prefix: object = None) -> Iterator[str]:
    """Where the camera images lie, as far as the description says it."""
    folder = about.get("prefix") or prefix
    images = about.get("images")
    for image in images if isinstance(images, list) else []:
        path = image.get("image-path") if isinstance(image, dict) else None
        if not isinstance(path, str) or not path:
            continue
        if path.startswith("s3://"):
            yield path
        elif isinstance(folder, str) and is_folder(folder):
            yield f"{folder}{path}"


def bytes_of_point(about: Mapping[str, Any], name: str) -> int | None:
    """How many bytes each point has in a binary file; None for a text, or where nobody knows.

    Packed 4-byte floats ("Accepted Raw 3D Data Formats"), binary/xyzi unless it says otherwise.
    """
    if not name.lower().endswith(".bin"):
        return None
    encoding, _, fields = str(about.get("format") or "binary/xyzi").partition("/")
    return 4 * len(fields) if encoding == "binary" and fields in FIELDS else None


def is_folder(value: object) -> bool:
    """Whether it is an S3 URI of a folder, not of a bucket itself."""
    return (
        isinstance(value, str)
        and value.startswith("s3://")
        and value.endswith("/")
        and value.count("/") > 3
    )


def _format(value: object, name: str) -> Iterator[Finding]:
    if value is None:
        return
    if not isinstance(value, str) or value not in FORMATS:
        hint = near(value, FORMATS) if isinstance(value, str) else ""
        message = f"format is {quote(value)}: give one of {', '.join(FORMATS)}.{hint}"
        yield Finding("format", message)
        return
    usual = next((ENCODINGS[end] for end in POINT_CLOUDS if name.lower().endswith(end)), None)
    if usual is not None and not value.startswith(f"{usual}/"):
        message = f"format is {value}, and {name} looks like {usual}: one of them is wrong."
        yield Finding("format_and_name", message, warning=True)


def _pose(pose: object, where: str) -> Iterator[Finding]:
    """Position and heading, of the vehicle or of a camera."""
    if not isinstance(pose, dict):
        yield Finding("pose", f"{where} is {quote(pose)}: give position and heading.")
        return
    yield from _numbers(pose, "position", _POSITION, where)
    heading_is_wrong = False
    for finding in _numbers(pose, "heading", _HEADING, where):
        heading_is_wrong = True
        yield finding
    if heading_is_wrong:
        return
    length = hypot(*(pose["heading"][name] for name in _HEADING))
    if not _UNIT[0] <= length <= _UNIT[1]:
        message = (
            f"{where}.heading has the length {length:.4g}: a rotation is a quaternion of length 1."
        )
        yield Finding("heading_length", message, warning=True)


def _numbers(
    holder: Mapping[str, Any], part: str, names: tuple[str, ...], where: str
) -> Iterator[Finding]:
    found = holder.get(part)
    if not isinstance(found, dict):
        message = f"{where} has no {part}: give an object with {', '.join(names)}."
        yield Finding(f"{part}_missing", message)
        return
    for name in names:
        if not is_number(found.get(name)):
            message = f"{where}.{part}.{name} must be a number, and is {quote(found.get(name))}."
            yield Finding(part, message)
            return


def _image(image: object, where: str, *, prefix: object) -> Iterator[Finding]:
    if not isinstance(image, dict):
        yield Finding("image", f"{where} is {quote(image)}: give an object.")
        return
    path = image.get("image-path")
    if not isinstance(path, str) or not path:
        hint = misspelt("image-path", set(image) - _KNOWN_OF_IMAGE)
        message = f"{where}.image-path is missing: give the image's path below prefix.{hint}"
        yield Finding("image_path", message)
    elif not path.startswith("s3://") and prefix is None:
        message = f"{where}.image-path is {quote(path)}, and there is no prefix: give one."
        yield Finding("image_without_prefix", message)
    for name in _CAMERA:
        if not is_number(image.get(name)):
            message = f"{where}.{name} must be a number, and is {quote(image.get(name))}."
            yield Finding("camera", message)
            break
    for name in _LENS:
        if name in image and not is_number(image[name]):
            message = f"{where}.{name} must be a number, and is {quote(image[name])}."
            yield Finding("camera", message)
            break
    yield from _pose(image, where)
    # The guide writes camera-model; Amazon's own workshop has files with camera_model.
    model = image.get("camera-model", image.get("camera_model"))
    if model is not None and model not in CAMERA_MODELS:
        message = f"{where}.camera-model is {quote(model)}: give pinhole or fisheye."
        yield Finding("camera_model", message)
