"""A labeling job has ended: what that makes of the job it was made for."""

from __future__ import annotations

from labeling.model import JobStatus, Outcome
from labeling.ports import LabelingJobState, LabelingJobStatus

NOTHING_LABELED = "no object was labeled"
STOPPED_OUTSIDE = "the labeling job was stopped"


def outcome_of(state: LabelingJobState) -> Outcome:
    """What a final state of the labeling service means.

    `Completed` does not mean that every object is labeled, nor that any is: the counters tell.
    """
    match state.status:
        case LabelingJobStatus.COMPLETED if state.labeled:
            status, reason = JobStatus.COMPLETE, ""
        case LabelingJobStatus.COMPLETED:
            status, reason = JobStatus.FAILED, NOTHING_LABELED
        case LabelingJobStatus.STOPPED:
            status, reason = JobStatus.STOPPED, STOPPED_OUTSIDE
        case _:
            status, reason = JobStatus.FAILED, state.reason or "Ground Truth gives no reason"
    return Outcome(
        status=status,
        reason=reason,
        objects=state.labeled + state.unlabeled + state.failed_objects,
        labeled=state.labeled,
        failed_objects=state.failed_objects,
    )
