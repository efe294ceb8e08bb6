"""Label category files: labels and instructions."""

from __future__ import annotations

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Label category files")
FILE = f"{FIRST}.labelCategoryConfigS3Uri"


@faults.of("BoundingBox", at=FILE)
def no_label_file_named(scene: Scene) -> None:
    """a job that names no label category file"""
    del scene.first["labelCategoryConfigS3Uri"]


@faults.of("BoundingBox", at=FILE)
def no_label_file(scene: Scene) -> None:
    """a file that does not exist"""
    scene.remove("vehicles.json")


@faults.of("BoundingBox", at=FILE)
def label_file_in_another_bucket(scene: Scene) -> None:
    """a file in a bucket that the stack may not read"""
    scene.first["labelCategoryConfigS3Uri"] = "s3://my-labels/vehicles.json"


@faults.of("BoundingBox", at=FILE)
def label_file_is_not_json(scene: Scene) -> None:
    """a comma too many"""
    scene.write("vehicles.json", '{"labels": [{"label": "Car"}, {"label": "Bus"},]}')


@faults.of("BoundingBox", at=FILE)
def label_file_in_latin_1(scene: Scene) -> None:
    """an umlaut that is not UTF-8"""
    scene.write("vehicles.json", '{"labels": [{"label": "Güterzug"}]}'.encode("latin-1"))


@faults.of("BoundingBox", at=FILE)
def label_file_with_bom(scene: Scene) -> None:
    """a byte order mark, as some editors write it"""
    scene.write("vehicles.json", b"\xef\xbb\xbf" + scene.lab.files["vehicles.json"])


@faults.of("BoundingBox", at=FILE)
def label_file_is_a_list(scene: Scene) -> None:
    """a list of labels without the object around it"""
    scene.write("vehicles.json", '[{"label": "Car"}]')


@faults.of("BoundingBox", at=FILE)
def misspelt_labels(scene: Scene) -> None:
    """ "lables" in the place of "labels" """
    with scene.json("vehicles.json") as document:
        document["lables"] = document.pop("labels")


@faults.of("BoundingBox", at=FILE)
def labels_as_texts(scene: Scene) -> None:
    """labels that are texts, one of them"""
    with scene.json("vehicles.json") as document:
        document["labels"][1] = "Bus"


@faults.of("BoundingBox", at=FILE)
def no_labels(scene: Scene) -> None:
    """no label at all"""
    with scene.json("vehicles.json") as document:
        document["labels"] = []


@faults.of("ImageMultiClass", at=FILE)
def one_class(scene: Scene) -> None:
    """a single class to choose from"""
    with scene.json("classes.json") as document:
        del document["labels"][1:]


@faults.of("BoundingBox", at=FILE)
def many_labels_of_boxes(scene: Scene) -> None:
    """51 labels of boxes"""
    with scene.json("vehicles.json") as document:
        document["labels"] = [{"label": f"Vehicle {number}"} for number in range(51)]


@faults.of("VideoObjectTracking", at=FILE)
def many_labels_of_frames(scene: Scene) -> None:
    """31 labels of video frames"""
    with scene.json("boxes.json") as document:
        document["labels"] += [{"label": f"More {number}"} for number in range(19)]


@faults.of("VideoObjectTracking", at=FILE)
def label_twice(scene: Scene) -> None:
    """a label twice, somewhere among twelve"""
    with scene.json("boxes.json") as document:
        place = scene.somewhere(12)
        document["labels"][place]["label"] = document["labels"][place - 1]["label"]


@faults.of("BoundingBox", at=FILE)
def empty_label(scene: Scene) -> None:
    """a label of nothing but a space"""
    with scene.json("vehicles.json") as document:
        document["labels"][1]["label"] = " "


@faults.of("BoundingBox", at=FILE)
def long_label(scene: Scene) -> None:
    """a label of 257 characters"""
    with scene.json("vehicles.json") as document:
        document["labels"][1]["label"] = "b" * 257


@faults.of("NamedEntityRecognition", at=FILE)
def entities_without_instructions(scene: Scene) -> None:
    """named entities without instructions"""
    with scene.json("entities.json") as document:
        del document["instructions"]


@faults.of("NamedEntityRecognition", at=FILE)
def empty_instruction(scene: Scene) -> None:
    """named entities with an empty instruction"""
    with scene.json("entities.json") as document:
        document["instructions"]["shortInstruction"] = ""


@faults.of("NamedEntityRecognition", at=FILE)
def short_name_twice(scene: Scene) -> None:
    """two entities with the same short name"""
    with scene.json("entities.json") as document:
        for label in document["labels"]:
            label["shortDisplayName"] = "P"


@faults.of("VideoObjectTracking", at=FILE)
def long_instruction(scene: Scene) -> None:
    """a short instruction of 255 characters"""
    with scene.json("boxes.json") as document:
        document["instructions"]["shortInstruction"] = "i" * 255


@faults.of("VideoObjectTracking", at=FILE)
def misspelt_annotation_type(scene: Scene) -> None:
    """annotationType "PolyLine" in the place of "Polyline" """
    with scene.json("boxes.json") as document:
        document["annotationType"] = "PolyLine"


@faults.of("PointCloudObjectTracking", at=FILE)
def boxes_linked_with_lines(scene: Scene) -> None:
    """lines in camera images, linked with cuboids: only boxes can be"""
    with scene.json("points.json") as document:
        document["annotationType"] = [{"type": "Polyline"}, {"type": "Cuboid"}]


@faults.of("VideoObjectTracking", at=FILE)
def audit_of_nothing(scene: Scene) -> None:
    """auditLabelAttributeName in the file of a job that audits nothing"""
    with scene.json("boxes.json") as document:
        document["auditLabelAttributeName"] = "vehicles-ref"
