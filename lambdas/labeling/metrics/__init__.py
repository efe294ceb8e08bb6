"""Metrics between levels: how good labels were, judged by what the next level made of them."""

from labeling.metrics.agreement import agreement
from labeling.metrics.changes import Changes
from labeling.metrics.clear import Clear, clear
from labeling.metrics.comparison import Comparison, by_worker, compare
from labeling.metrics.hota import ALPHAS, Hota, hota
from labeling.metrics.identity import Identity, identity
from labeling.metrics.overlaps import Boxes, Moment, Overlaps, overlaps
from labeling.metrics.scores import Scores, scores

__all__ = [
    "ALPHAS",
    "Boxes",
    "Changes",
    "Clear",
    "Comparison",
    "Hota",
    "Identity",
    "Moment",
    "Overlaps",
    "Scores",
    "agreement",
    "by_worker",
    "clear",
    "compare",
    "hota",
    "identity",
    "overlaps",
    "scores",
]
