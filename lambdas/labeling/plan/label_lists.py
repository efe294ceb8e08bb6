"""The labels of a label category file that may be wrong in any way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def label_names(document: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(label["label"] for label in labels_of(document))


def labels_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The labels that have a name."""
    labels = document.get("labels")
    return [
        label
        for label in (labels if isinstance(labels, list) else [])
        if isinstance(label, dict) and isinstance(label.get("label"), str)
    ]
