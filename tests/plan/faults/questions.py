"""Label category files: questions about labels and about frames."""

from __future__ import annotations

from typing import Any

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Attributes of labels and frames")
FILE = f"{FIRST}.labelCategoryConfigS3Uri"
SHARED = "categoryGlobalAttributes"


def _asked(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "enum": ["yes", "no"]} | more


@faults.of("VideoObjectTracking", at=FILE)
def attributes_are_no_list(scene: Scene) -> None:
    """an object in the place of a list of attributes"""
    with scene.json("boxes.json") as document:
        document[SHARED] = {"Occlusion": "number"}


@faults.of("VideoObjectTracking", at=FILE)
def eleven_attributes(scene: Scene) -> None:
    """eleven attributes of one of twelve labels, those of all labels included"""
    with scene.json("boxes.json") as document:
        label = document["labels"][scene.somewhere(12)]
        label["categoryAttributes"] = [_asked(f"Question {number}") for number in range(9)]


@faults.of("VideoObjectDetection", at=FILE)
def eleven_frame_attributes(scene: Scene) -> None:
    """eleven attributes of frames"""
    with scene.json("boxes.json") as document:
        document["frameAttributes"] += [
            _asked(f"Question {number}", description="?") for number in range(10)
        ]


@faults.of("PointCloudObjectDetection", at=FILE)
def six_free_texts(scene: Scene) -> None:
    """six attributes of free text of one label"""
    with scene.json("points.json") as document:
        label = document["labels"][scene.somewhere(12)]
        label["categoryAttributes"] = [{"name": f"Text {n}", "type": "string"} for n in range(5)]


@faults.of("VideoObjectTracking", at=FILE)
def eleven_choices(scene: Scene) -> None:
    """an attribute with eleven values"""
    with scene.json("boxes.json") as document:
        document[SHARED].append(_asked("Colour", enum=[str(number) for number in range(11)]))


@faults.of("VideoObjectTracking", at=FILE)
def no_choices(scene: Scene) -> None:
    """an attribute with an empty list of values"""
    with scene.json("boxes.json") as document:
        document[SHARED].append(_asked("Colour", enum=[]))


@faults.of("VideoObjectTracking", at=FILE)
def choice_twice(scene: Scene) -> None:
    """an attribute with the same value twice"""
    with scene.json("boxes.json") as document:
        document[SHARED].append(_asked("Colour", enum=["red", "blue", "red"]))


@faults.of("VideoObjectTracking", at=FILE)
def choices_of_numbers(scene: Scene) -> None:
    """values that are numbers"""
    with scene.json("boxes.json") as document:
        document[SHARED].append(_asked("Lanes", enum=[1, 2, 3]))


@faults.of("VideoObjectTracking", at=FILE)
def number_with_choices(scene: Scene) -> None:
    """a number with values to choose from"""
    with scene.json("boxes.json") as document:
        document[SHARED][0]["enum"] = ["0", "100"]


@faults.of("VideoObjectTracking", at=FILE)
def unknown_type(scene: Scene) -> None:
    """an attribute of the type boolean"""
    with scene.json("boxes.json") as document:
        document[SHARED][1]["type"] = "boolean"


@faults.of("VideoObjectTracking", at=FILE)
def bounds_the_wrong_way(scene: Scene) -> None:
    """a number whose least is above its most"""
    with scene.json("boxes.json") as document:
        document[SHARED][0] |= {"minimum": 100, "maximum": 0}


@faults.of("VideoObjectTracking", at=FILE)
def long_description(scene: Scene) -> None:
    """a description of 129 characters"""
    with scene.json("boxes.json") as document:
        document[SHARED][0]["description"] = "d" * 129


@faults.of("VideoObjectTracking", at=FILE)
def frame_attribute_without_description(scene: Scene) -> None:
    """a question about frames that nobody can read"""
    with scene.json("boxes.json") as document:
        del document["frameAttributes"][0]["description"]


@faults.of("PointCloudObjectTracking", at=FILE)
def attribute_twice(scene: Scene) -> None:
    """two attributes of all labels with the same name"""
    with scene.json("points.json") as document:
        document[SHARED][1]["name"] = document[SHARED][0]["name"]


@faults.of("VideoObjectTracking", at=FILE)
def nameless_attribute(scene: Scene) -> None:
    """an attribute without a name, of one of twelve labels"""
    with scene.json("boxes.json") as document:
        label = document["labels"][scene.somewhere(12)]
        label["categoryAttributes"] = [{"type": "string"}]


@faults.of("VideoObjectTracking", at=FILE)
def both_spellings(scene: Scene) -> None:
    """attributes of a label under both of the names that they may have"""
    with scene.json("boxes.json") as document:
        document["labels"][scene.somewhere(12)]["attributes"] = [_asked("Parked")]


@faults.of("VideoObjectTracking", at=FILE)
def required_in_words(scene: Scene) -> None:
    """isRequired "yes" in the place of true"""
    with scene.json("boxes.json") as document:
        document[SHARED][0]["isRequired"] = "yes"
