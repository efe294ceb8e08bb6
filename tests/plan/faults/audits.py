"""Label category files of audits, beside those of what they audit."""

from __future__ import annotations

from tests.plan.batches import SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Audits and what they audit")
FILE = f"{SECOND}.labelCategoryConfigS3Uri"


@faults.of("VideoObjectTrackingAudit", at=FILE)
def label_left_out(scene: Scene) -> None:
    """an audit whose file lacks one of the source's twelve labels"""
    with scene.own_labels("boxes.json") as document:
        del document["labels"][scene.somewhere(12)]


@faults.of("BoundingBoxAudit", at=FILE)
def label_in_capitals(scene: Scene) -> None:
    """an audit whose file has one of the source's labels in capitals"""
    with scene.own_labels("vehicles.json") as document:
        document["labels"][1]["label"] = "BUS"


@faults.of("PointCloudObjectDetectionAudit", at=FILE)
def label_with_a_space(scene: Scene) -> None:
    """an audit whose file has one of the source's labels with a space behind it"""
    with scene.own_labels("points.json") as document:
        document["labels"][scene.somewhere(12)]["label"] += " "


@faults.of("SemanticSegmentationAudit", at=FILE)
def label_renamed(scene: Scene) -> None:
    """an audit of masks that calls one of the labels otherwise"""
    with scene.own_labels("ground.json") as document:
        document["labels"][0]["label"] = "Street"


@faults.of("VideoObjectDetectionAudit", at=FILE)
def another_annotation_type(scene: Scene) -> None:
    """an audit that has polygons drawn where there are boxes"""
    with scene.own_labels("boxes.json") as document:
        document["annotationType"] = "Polygon"


@faults.of("VideoObjectDetectionAudit", at=FILE)
def default_annotation_type(scene: Scene) -> None:
    """an audit of polylines whose file does not say what is drawn, so that it is boxes"""
    with scene.json("boxes.json") as document:
        document["annotationType"] = "Polyline"
    with scene.own_labels("boxes.json") as document:
        del document["annotationType"]


@faults.of("VideoObjectTrackingAudit", at=FILE)
def edits_allowed(scene: Scene) -> None:
    """editsAllowed "some" of one of twelve labels"""
    with scene.own_labels("boxes.json") as document:
        document["labels"][scene.somewhere(12)]["editsAllowed"] = "some"


@faults.of("BoundingBoxVerification", at=FILE)
def one_verdict(scene: Scene) -> None:
    """a verification with nothing to choose from"""
    with scene.own_labels("verdicts.json") as document:
        del document["labels"][1:]


@faults.of("SemanticSegmentationAudit", at=f"{SECOND}.inputConfig.chainFromJobName")
def masks_without_colors(scene: Scene) -> None:
    """one of sixty masks, made elsewhere, that says no hex-color: the audit of it would stop"""
    scene.first["labelAttributeName"] = "ground-ref"
    with scene.lines("pictures.manifest") as lines:
        for number in range(30):
            lines[number] |= {
                "ground-ref": scene.uri(f"pictures/{number:03}.jpg"),
                "ground-ref-metadata": {
                    "type": "groundtruth/semantic-segmentation",
                    "internal-color-map": {
                        "0": {"class-name": "BACKGROUND", "hex-color": "#ffffff"},
                        "1": {"class-name": "Road", "hex-color": "#2ca02c"},
                    },
                },
            }
        classes = lines[scene.somewhere(30)]["ground-ref-metadata"]["internal-color-map"]
        del classes["1"]["hex-color"]
