"""What must hold for a selection: which part of another job's labels a job gets."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.errors import Problem
from labeling.modalities import Modality
from labeling.model import SelectionUnit, Strategy
from labeling.requests.bodies import LabelingJob
from labeling.requests.reading import Loc
from labeling.requests.scope import Scope

_BY_CHECKS = (Strategy.WORST_FIRST, Strategy.FINDINGS)
# What the checks look at: of pixels, and of cuboids without a past, none says that they are odd.
_CHECKED = (
    "BoundingBox",
    "VideoObjectDetection",
    "VideoObjectTracking",
    "PointCloudObjectTracking",
)


def selection_problems(
    scope: Scope, loc: Loc, job: LabelingJob, known: Modality
) -> Iterator[Problem]:
    config = job.input_config
    where = (*loc, "inputConfig", "selection")
    if config is None or config.selection is None or where in scope.broken:
        return
    chosen = config.selection
    yield from scope.missing(
        (*where, "strategy"),
        chosen.strategy,
        f"Give one of {', '.join(strategy.value for strategy in Strategy)}.",
    )
    if config.chain_from_job_name is None:
        message = (
            "A selection is made of another job's labels: chain the job, or use downSamplingRate."
        )
        yield Problem(where, "selection_not_chained", message)
    if config.down_sampling_rate is not None:
        message = "Give only one of selection and downSamplingRate: a selection has a rate itself."
        yield Problem((*loc, "inputConfig", "downSamplingRate"), "two_rates", message)
    if chosen.strategy in _BY_CHECKS and known.audits not in _CHECKED:
        why = (
            f"a {known.name} job audits nothing"
            if known.audits is None
            else f"no check looks at labels of {known.audits}"
        )
        message = (
            f"{chosen.strategy} goes by what checks find in the labels that an audit looks at, and "
            f"{why}: use random or stratified."
        )
        yield Problem((*where, "strategy"), "nothing_to_check", message)
    if chosen.unit == SelectionUnit.FRAME and not _has_frames(known):
        message = (
            f"Only audits of video frames can look at single frames; a {known.name} job takes "
            "whole objects."
        )
        yield Problem((*where, "unit"), "unit_of_other_modality", message)


def _has_frames(known: Modality) -> bool:
    return known.family == "video-frame" and known.audits is not None
