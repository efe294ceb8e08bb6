"""The labels of all jobs of a batch, put together into one data set.

`merge` makes it, `write_merged` and `read_merged` are how it lies on disk (`docs/merged.md`).
"""

from labeling.merging.comparison import Changes
from labeling.merging.jobs import MergeJob
from labeling.merging.merge import ReadLines, merge
from labeling.merging.merged import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
)
from labeling.merging.merged_lines import read_merged, write_merged
from labeling.merging.provenance import Checked, FindChecked, Suspicion
from labeling.merging.report import JobSummary, MergeProblem, MergeReport
from labeling.merging.sequences import SELECTION, FrameSelection, selection_of
from labeling.merging.workers import Listing

__all__ = [
    "SELECTION",
    "Changes",
    "Checked",
    "FindChecked",
    "FrameSelection",
    "JobSummary",
    "Layer",
    "Listing",
    "MergeJob",
    "MergeProblem",
    "MergeReport",
    "MergedAnnotation",
    "MergedFrame",
    "MergedObject",
    "Provenance",
    "ReadLines",
    "Suspicion",
    "merge",
    "read_merged",
    "selection_of",
    "write_merged",
]
