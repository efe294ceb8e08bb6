"""What a label category file says about audits, and whether it fits the job that is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.modalities import Modality
from labeling.plan.findings import Findings
from labeling.plan.label_lists import label_names, labels_of
from labeling.problems import quote

AUDITED = "auditLabelAttributeName"
DRAWN = ("BoundingBox", "Polyline", "Polygon", "Keypoint")


def look_at_audit(
    document: Mapping[str, Any],
    modality: Modality,
    audited_attribute: str | None,
    findings: Findings,
) -> None:
    given = document.get(AUDITED) or None  # empty is as good as absent
    labels = labels_of(document)
    if modality.audits is None:
        if given is not None and modality.of_frames:
            message = (
                f"{AUDITED} is only for audits: take it out, or make this a {modality.name}Audit "
                "job."
            )
            findings.add("audit_attribute", AUDITED, message)
        elif any(label.get("editsAllowed") == "none" for label in labels):
            message = "editsAllowed is only for audits: in this job it changes nothing."
            findings.add("edits_allowed_ignored", "editsAllowed", message, warning=True)
        return
    names_another = None not in (given, audited_attribute) and given != audited_attribute
    if modality.names_audited_label and names_another:
        message = (
            f"{AUDITED} is {quote(given)}, and this job audits {quote(audited_attribute)}: the "
            "latter is used."
        )
        findings.add("audit_attribute_replaced", AUDITED, message, warning=True)
    never = labels and all(label.get("editsAllowed") == "none" for label in labels)
    if never and modality.names_audited_label and not modality.verifies:
        message = (
            f"No label may be edited, so workers can only look: make this a {modality.audits}"
            "Verification job, or take editsAllowed out."
        )
        findings.add("nothing_to_edit", "editsAllowed", message, warning=True)


def compare(
    document: Mapping[str, Any],
    source: Mapping[str, Any],
    modality: Modality,
    findings: Findings,
) -> None:
    """An audit has all labels of what it audits ("Verify and Adjust Labels"): an object that
    carries another label fails when the answers are put together."""
    names = set(label_names(document))
    missing = [name for name in label_names(source) if name not in names]
    if missing and names:
        listed = ", ".join(quote(name) for name in missing[:10])
        message = (
            f"The audited job has labels that this file lacks ({listed}): add them, or leave "
            "labelCategoryConfigS3Uri out to use the audited job's file."
        )
        findings.add("labels_missing", "labels", message)
    if modality.family != "video-frame":
        return
    ours, theirs = (one.get("annotationType", "BoundingBox") for one in (document, source))
    if ours != theirs and theirs in DRAWN:
        message = (
            f"annotationType is {quote(ours)}, and the audited job's is {quote(theirs)}: make them "
            "the same."
        )
        findings.add("annotation_type_of_source", "annotationType", message)
