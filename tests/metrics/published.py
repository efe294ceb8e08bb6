"""TrackEval, the code of the authors of HOTA, asked for the scores of boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import trackeval.metrics
from trackeval.datasets._base_dataset import _BaseDataset

from labeling.metrics import Boxes, Scores

HOTA = {
    "HOTA": "hota",
    "DetA": "det_a",
    "DetRe": "det_re",
    "DetPr": "det_pr",
    "AssA": "ass_a",
    "AssRe": "ass_re",
    "AssPr": "ass_pr",
    "LocA": "loc_a",
    "HOTA_TP": "tp",
    "HOTA_FN": "fn",
    "HOTA_FP": "fp",
}
IDENTITY = {name: name.lower() for name in ("IDTP", "IDFN", "IDFP", "IDF1", "IDR", "IDP")}
CLEAR = {
    "CLR_TP": "tp",
    "CLR_FN": "fn",
    "CLR_FP": "fp",
    "IDSW": "idsw",
    "MT": "mt",
    "PT": "pt",
    "ML": "ml",
    "Frag": "frag",
    "MOTA": "mota",
    "MOTP": "motp",
    "CLR_Re": "recall",
    "CLR_Pr": "precision",
}
METRICS = {
    "hota": (trackeval.metrics.HOTA(), HOTA),
    "identity": (trackeval.metrics.Identity({"PRINT_CONFIG": False}), IDENTITY),
    "clear": (trackeval.metrics.CLEAR({"PRINT_CONFIG": False}), CLEAR),
}

Published = dict[str, dict[str, Any]]


def evaluated(truth: Boxes, judged: Boxes) -> Published:
    """All scores of one sequence."""
    data = _data(truth, judged)
    return {name: metric.eval_sequence(data) for name, (metric, _) in METRICS.items()}


def together(scores: dict[str, Published]) -> Published:
    """The scores of several classes, each box with the same weight."""
    return {
        name: metric.combine_classes_det_averaged({of: scores[of][name] for of in scores})
        for name, (metric, _) in METRICS.items()
    }


def assert_equal(scores: Scores, published: Published) -> None:
    for name, (_, fields) in METRICS.items():
        for theirs, ours in fields.items():
            np.testing.assert_allclose(
                getattr(getattr(scores, name), ours),
                published[name][theirs],
                rtol=0,
                atol=1e-9,
                err_msg=theirs,
            )


def _data(truth: Boxes, judged: Boxes) -> dict[str, Any]:
    frames = max(truth.frame.max(initial=-1), judged.frame.max(initial=-1)) + 1
    names, ids = zip(
        *(np.unique(of.track, return_inverse=True) for of in (truth, judged)), strict=True
    )
    rows = [
        [np.flatnonzero(of.frame == frame) for frame in range(frames)] for of in (truth, judged)
    ]
    return {
        "num_timesteps": frames,
        "num_gt_ids": len(names[0]),
        "num_tracker_ids": len(names[1]),
        "num_gt_dets": len(truth),
        "num_tracker_dets": len(judged),
        "gt_ids": [ids[0][row] for row in rows[0]],
        "tracker_ids": [ids[1][row] for row in rows[1]],
        "similarity_scores": [
            _BaseDataset._calculate_box_ious(_table(truth, ours), _table(judged, theirs))
            for ours, theirs in zip(*rows, strict=True)
        ],
    }


def _table(of: Boxes, rows: Any) -> Any:
    return np.stack([of.x, of.y, of.w, of.h], axis=1)[rows]
