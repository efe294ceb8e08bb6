"""What a labeling job needs in S3 besides its manifest: categories, template, sequence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from labeling.chains import audited
from labeling.errors import ObjectUnreadable
from labeling.modalities import PICTURES, Modality, modalities
from labeling.model import Job
from labeling.naming import Places, child_id
from labeling.ports import Objects
from labeling.use_cases.labeling_job_spec import title_and_description

# The judgements that people choose from where the request names no others.
JUDGEMENTS = ("Correct", "Incorrect")


def audited_job(job: Job, sources: Mapping[str, Job]) -> Job:
    """The job whose labels an audit works on."""
    found = audited(job, sources)
    assert found is not None  # a request whose audits audit nothing is refused
    return found


def _named_categories(job: Job, sources: Mapping[str, Job]) -> str:
    """The label category file that was named for these labels. The copies that audits work with
    say what they may edit, and a verification nothing."""
    while job.request.is_audit and (
        modalities()[job.request.modality].verifies or job.request.label_category_uri is None
    ):
        job = audited_job(job, sources)
    return job.request.label_category_uri or job.label_category_uri


class TaskFiles:
    """Writes them for the jobs of one call; a label category file is read once for all of them."""

    def __init__(self, objects: Objects, places: Places) -> None:
        self._objects = objects
        self._places = places
        self._read = cache(objects.read)

    def categories(
        self,
        job: Job,
        audited: Job | None,
        sources: Mapping[str, Job],
        hints: Sequence[str] = (),
    ) -> str:
        """Where the job's label category file is; `hints` are what people should look at first.

        An audit gets the one it names, or that of the labels, changed as Ground Truth wants it
        ("Verify and Adjust Labels"): video frames and point clouds name the audited attribute
        there, and turn editing off for a verification.
        """
        if audited is None:
            return job.label_category_uri
        modality = modalities()[job.request.modality]
        given = job.request.label_category_uri
        if modality.judges:
            document = self._document(given) if given else _labels(*JUDGEMENTS)
        else:
            document = self._document(given or _named_categories(audited, sources))
        if modality.names_audited_label:
            document["auditLabelAttributeName"] = audited.request.label_attribute
            if modality.verifies:
                document["labels"] = [
                    {**label, "editsAllowed": "none"} for label in document["labels"]
                ]
            if hints:
                from labeling.gate.hints import instructions  # they are there, so is numpy

                document["instructions"] = instructions(hints, document.get("instructions") or {})
        uri = self._places.label_category(child_id(job.batch_id, job.level, job.name))
        self._objects.write(uri, json.dumps(document))
        return uri

    def write_template(self, job: Job, audited: Job | None) -> None:
        """The template of a task type that has no worker interface of its own, unless the request
        brings one."""
        modality = modalities()[job.request.modality]
        if not _needs_template(job, modality):
            return
        from labeling.ui_templates import template  # most batches need none

        title, description = title_and_description(job)
        labels = self._document(audited.label_category_uri)["labels"] if audited else []
        html = template(
            modality,
            title=title,
            description=description,
            audited_attribute=audited.request.label_attribute if audited else None,
            audited_labels=[label["label"] for label in labels],
        )
        child = child_id(job.batch_id, job.level, job.name)
        self._objects.write(self._places.ui_template(child), html)

    def sequence_manifest(self, job: Job) -> str:
        """The manifest of the one sequence that a folder of frames is ("Create a Video Frame
        Input Manifest File"). Raises ObjectUnreadable where there are no frames."""
        prefix = job.request.frames_prefix or ""
        names = [
            entry.uri.removeprefix(prefix)
            for entry in self._objects.listing(prefix)
            if entry.uri.lower().endswith(PICTURES)
        ]
        if not names:
            raise ObjectUnreadable(f"{prefix} holds no frames (.jpg, .jpeg or .png)")
        modality, child = job.request.modality, child_id(job.batch_id, job.level, job.name)
        sequence = self._places.sequence(modality, child)
        document = {
            "seq-no": 1,
            "prefix": prefix,
            "number-of-frames": len(names),
            "frames": [
                {"frame-no": number, "frame": name} for number, name in enumerate(names, start=1)
            ],
        }
        self._objects.write(sequence, json.dumps(document))
        manifest = self._places.input_manifest(modality, child)
        self._objects.write_lines(manifest, [json.dumps({"source-ref": sequence})])
        return manifest

    def _document(self, uri: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._read(uri))
        return document


def _needs_template(job: Job, modality: Modality) -> bool:
    return (
        modality.has_template
        and modality.family != "custom"
        and job.request.ui_template_uri is None
    )


def _labels(*names: str) -> dict[str, Any]:
    return {"document-version": "2018-11-28", "labels": [{"label": name} for name in names]}
