"""A valid batch for every modality: an audit or a verification with the job that it looks at."""

from __future__ import annotations

from typing import Any

from labeling.modalities import Modality, modalities

FIRST, SECOND = "labelingJobs[0]", "labelingJobs[1]"
FUNCTIONS = {
    "preHumanTaskLambdaArn": "LabelingFunction-before",
    "annotationConsolidationLambdaArn": "LabelingFunction-after",
}

_MANIFESTS = {
    "image": "pictures.manifest",
    "text": "texts.manifest",
    "video": "clips.manifest",
    "video-frame": "sequences.manifest",
    "point-cloud": "clouds.manifest",
    "custom": "texts.manifest",
}
_LABELS = {
    "BoundingBox": "vehicles.json",
    "SemanticSegmentation": "ground.json",
    "NamedEntityRecognition": "entities.json",
    "VideoObjectDetection": "boxes.json",
    "VideoObjectTracking": "boxes.json",
    "PointCloudObjectDetection": "points.json",
    "PointCloudObjectTracking": "points.json",
    "PointCloudSemanticSegmentation": "ground.json",
}


def batch_of(modality: str, at: str, *, place: str) -> dict[str, Any]:
    """The request; its files lie at the address `at`. `place` is region and account, as ARNs have
    them."""
    known = modalities()[modality]
    jobs = [_first(modalities()[known.audits] if known.audits else known, at, place)]
    if known.audits:
        jobs.append(_second(known, at))
    return {"batchId": f"plan-{modality}", "labelingJobs": jobs}


def _first(known: Modality, at: str, place: str) -> dict[str, Any]:
    manifest = "drives.manifest" if known.name == "PointCloudObjectTracking" else None
    job: dict[str, Any] = {
        "jobName": "first",
        "jobModality": known.name,
        "jobLevel": 1,
        "inputConfig": {"inputManifestS3Uri": f"{at}/{manifest or _MANIFESTS[known.family]}"},
        "labelCategoryConfigS3Uri": f"{at}/{_LABELS.get(known.name, 'classes.json')}",
    }
    if known.family == "custom":
        arns = {
            field: f"arn:aws:lambda:{place}:function:{name}" for field, name in FUNCTIONS.items()
        }
        return job | {"uiTemplateS3Uri": f"{at}/entities.html", **arns}
    if not known.single_worker:
        job["numberOfHumanWorkersPerDataObject"] = 2
    return job


def _second(known: Modality, at: str) -> dict[str, Any]:
    """Sampled; judgements have labels of their own, all others those of the first job."""
    labels = "verdicts.json" if known.judges else _LABELS[known.audits or ""]
    return {
        "jobName": "second",
        "jobModality": known.name,
        "jobLevel": 2,
        "inputConfig": {"chainFromJobName": "first", "downSamplingRate": 50},
        "labelCategoryConfigS3Uri": f"{at}/{labels}",
    }
