"""Levels, and which job works on the output of which."""

from __future__ import annotations

from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Levels and chains")
CHAIN = f"{SECOND}.inputConfig.chainFromJobName"


@faults.of("VideoObjectTracking", at=f"{FIRST}.jobLevel")
def level_zero(scene: Scene) -> None:
    """level 0"""
    scene.first["jobLevel"] = 0


@faults.of("VideoObjectTrackingAudit", at=f"{SECOND}.jobLevel")
def level_left_out(scene: Scene) -> None:
    """levels 1 and 3, and no level 2"""
    scene.second["jobLevel"] = 3


@faults.of("VideoObjectTrackingAudit", at=f"{SECOND}.jobLevel")
def more_levels_than_there_are(scene: Scene) -> None:
    """level 4 of a state machine that has three"""
    scene.second["jobLevel"] = 4


@faults.of("BoundingBoxAudit", at="approveBeforeLevels")
def approval_of_no_level(scene: Scene) -> None:
    """an approval before a level that the batch does not have"""
    scene.batch["approveBeforeLevels"] = [2, 3]


@faults.of("VideoObjectTrackingAudit", at=CHAIN)
def unknown_source(scene: Scene) -> None:
    """chained from a job that there is not, its name misspelt"""
    scene.second["inputConfig"]["chainFromJobName"] = "frist"


@faults.of("VideoObjectTrackingAudit", at=CHAIN)
def chained_to_itself(scene: Scene) -> None:
    """a job that works on its own output"""
    scene.second["inputConfig"]["chainFromJobName"] = "second"


@faults.of("VideoObjectTrackingAudit", at=CHAIN)
def chained_to_the_same_level(scene: Scene) -> None:
    """an audit of a job on the audit's own level"""
    scene.add(jobName="other", jobLevel=2)
    scene.second["inputConfig"]["chainFromJobName"] = "other"


@faults.of("VideoObjectTrackingAudit", at=CHAIN)
def chained_backwards(scene: Scene) -> None:
    """an audit of a job that comes a level later"""
    scene.add(jobName="third", jobLevel=3)
    scene.second["inputConfig"]["chainFromJobName"] = "third"


@faults.of("VideoObjectTrackingAudit", at=CHAIN)
def chained_in_a_circle(scene: Scene) -> None:
    """two audits that work on the output of each other"""
    scene.second["inputConfig"]["chainFromJobName"] = "third"
    scene.add(jobName="third", jobLevel=3)["inputConfig"]["chainFromJobName"] = "second"


@faults.of("BoundingBoxAudit", at=CHAIN)
def audit_of_another_modality(scene: Scene) -> None:
    """an audit of boxes that is chained from masks"""
    scene.first.update(scene.lab.valid("SemanticSegmentation")["labelingJobs"][0])


@faults.of("VideoObjectTrackingAudit", at=f"{SECOND}.jobModality")
def unsupported_audit(scene: Scene) -> None:
    """an audit of texts, which Ground Truth does not have"""
    scene.first.update(scene.lab.valid("TextMultiClass")["labelingJobs"][0])
    scene.second["jobModality"] = "TextMultiClassAudit"


@faults.of("BoundingBoxAudit", at=f"{SECOND}.inputConfig.inputManifestS3Uri")
def audit_of_a_manifest(scene: Scene) -> None:
    """an audit that names a manifest in the place of a job"""
    scene.second["inputConfig"] = scene.first["inputConfig"]


@faults.of("BoundingBoxAudit", at=f"{SECOND}.inputConfig")
def chain_and_manifest(scene: Scene) -> None:
    """a job with both a manifest and a source"""
    scene.second["inputConfig"] |= scene.first["inputConfig"]


@faults.of("ImageMultiClass", at=f"{FIRST}.inputConfig")
def no_input(scene: Scene) -> None:
    """a job without input"""
    scene.first["inputConfig"] = {"downSamplingRate": 50}


@faults.of("ImageMultiClass", at=CHAIN)
def texts_of_pictures(scene: Scene) -> None:
    """a job for texts that is chained from a job for pictures"""
    scene.add(
        jobName="second",
        jobLevel=2,
        jobModality="TextMultiClass",
        inputConfig={"chainFromJobName": "first"},
    )


@faults.of("PointCloudObjectDetection", at=CHAIN)
def drives_of_single_clouds(scene: Scene) -> None:
    """tracking in point clouds that is chained from a job for single ones"""
    scene.add(
        jobName="second",
        jobLevel=2,
        jobModality="PointCloudObjectTracking",
        inputConfig={"chainFromJobName": "first"},
    )
