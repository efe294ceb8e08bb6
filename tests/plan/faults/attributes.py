"""Names of label attributes."""

from __future__ import annotations

from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Label attributes")
NAME = f"{FIRST}.labelAttributeName"


@faults.of("VideoObjectTracking", at=NAME)
def no_ref(scene: Scene) -> None:
    """tracks under a name that does not end with -ref"""
    scene.first["labelAttributeName"] = "vehicles"


@faults.of("BoundingBox", at=NAME)
def unwanted_ref(scene: Scene) -> None:
    """boxes under a name that ends with -ref"""
    scene.first["labelAttributeName"] = "vehicles-ref"


@faults.of("BoundingBox", at=NAME)
def unwanted_ref_of_the_name(scene: Scene) -> None:
    """boxes of a job whose own name ends with -ref"""
    scene.first["jobName"] = "vehicles-ref"


@faults.of("SemanticSegmentationVerification", at=f"{SECOND}.labelAttributeName")
def ref_of_a_verification(scene: Scene) -> None:
    """a verification of masks under a name that ends with -ref"""
    scene.second["labelAttributeName"] = "verified-ref"


@faults.of("BoundingBox", at=NAME)
def metadata(scene: Scene) -> None:
    """a name that ends with -metadata"""
    scene.first["labelAttributeName"] = "vehicles-metadata"


@faults.of("TextMultiClass", at=NAME)
def reserved(scene: Scene) -> None:
    """labels under the name of the input, source"""
    scene.first["labelAttributeName"] = "source"


@faults.of("BoundingBox", at=NAME)
def attribute_with_a_dot(scene: Scene) -> None:
    """a label attribute with a dot"""
    scene.first["labelAttributeName"] = "vehicles.v2"


@faults.of("BoundingBoxAudit", at=f"{SECOND}.labelAttributeName")
def same_as_audited(scene: Scene) -> None:
    """an audit under the name of the labels that it audits"""
    scene.second["labelAttributeName"] = "first"


@faults.of("VideoObjectTrackingAudit", at="labelingJobs[2].labelAttributeName")
def same_as_of_the_first_of_three(scene: Scene) -> None:
    """a second audit under the name of the very first labels"""
    scene.add(jobName="third", jobLevel=3, labelAttributeName="first-ref")
    scene.batch["labelingJobs"][2]["inputConfig"] = {"chainFromJobName": "second"}


@faults.of("BoundingBox", at=f"{FIRST}.inputConfig.inputManifestS3Uri")
def every_line_is_labeled(scene: Scene) -> None:
    """a manifest in which every line has the label already: nothing would be labeled"""
    scene.first["labelAttributeName"] = "vehicles"
    with scene.lines("pictures.manifest") as lines:
        for line in lines:
            line["vehicles"] = {"image_size": [], "annotations": []}
