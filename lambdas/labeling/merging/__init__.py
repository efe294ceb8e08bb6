"""The labels of all jobs of a batch, put together into one data set."""

from labeling.merging.merged import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
)
from labeling.merging.merged_lines import read_merged, write_merged

__all__ = [
    "Layer",
    "MergedAnnotation",
    "MergedFrame",
    "MergedObject",
    "Provenance",
    "read_merged",
    "write_merged",
]
