"""Ids of batches and names of jobs."""

from __future__ import annotations

from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Names")
NAME = f"{FIRST}.jobName"


@faults.of("BoundingBox", at="batchId")
def batch_id_with_a_slash(scene: Scene) -> None:
    """a batch id with a slash"""
    scene.batch["batchId"] = "2026/clip-7"


@faults.of("BoundingBox", at="batchId")
def used_batch_id(scene: Scene) -> None:
    """the id of a batch that was made of another request"""
    scene.create_before(scene.batch | {"onJobFailure": "continue"})


@faults.of("BoundingBox", at=NAME)
def no_name(scene: Scene) -> None:
    """a job without a name"""
    del scene.first["jobName"]


@faults.of("BoundingBox", at=NAME)
def name_with_an_underscore(scene: Scene) -> None:
    """a job's name with an underscore"""
    scene.first["jobName"] = "first_job"


@faults.of("BoundingBox", at=NAME)
def name_ends_with_a_hyphen(scene: Scene) -> None:
    """a job's name that ends with a hyphen"""
    scene.first["jobName"] = "first-"


@faults.of("BoundingBox", at=NAME)
def long_name(scene: Scene) -> None:
    """a job's name of 64 characters"""
    scene.first["jobName"] = "a" * 64


@faults.of("SemanticSegmentationAudit", at=f"{SECOND}.jobName")
def name_twice_but_for_capitals(scene: Scene) -> None:
    """two names that differ in capitals only, which Ground Truth takes for one"""
    scene.first["jobName"] = "clip-7"
    scene.second["jobName"] = "CLIP-7"
    scene.second["inputConfig"]["chainFromJobName"] = "clip-7"
    scene.second["labelAttributeName"] = "audited-ref"


@faults.of("BoundingBox", at=NAME)
def name_of_another_batch(scene: Scene) -> None:
    """a name that a job of an earlier batch has, in capitals"""
    earlier = scene.batch | {"batchId": "earlier"}
    scene.create_before(earlier)
    scene.first["jobName"] = "FIRST"


@faults.of("BoundingBoxAudit", at=f"{SECOND}.jobName")
def name_taken_in_the_account(scene: Scene) -> None:
    """a name that a labeling job of the account has which no batch made, in capitals"""
    scene.labeling_job("SECOND")
