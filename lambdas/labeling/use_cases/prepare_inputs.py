"""What a job gets to work on: the objects that go on, and an audit's label category file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from labeling.model import Batch, Job, JobStatus
from labeling.naming import Places, child_id
from labeling.ports import Objects
from labeling.sampling import kept

NO_LABELED_OBJECT = "{source} has no labeled object to go on with"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A job with its inputs in place, or the reason why there is nothing for it to do."""

    job: Job
    skip: str = ""


def prepare_inputs(
    batch: Batch,
    jobs: Sequence[Job],
    sources: Mapping[str, Job],
    *,
    objects: Objects,
    places: Places,
    rate: int | None = None,
) -> list[Prepared]:
    """Writes each job's input manifest (where objects are left out) and label category file.

    `sources` are the jobs of earlier levels by name; `rate` replaces the jobs' own. Repeating it
    writes the same again. Raises ObjectUnreadable.
    """
    return [_prepare(batch, job, sources, objects, places, rate) for job in jobs]


def _prepare(
    batch: Batch,
    job: Job,
    sources: Mapping[str, Job],
    objects: Objects,
    places: Places,
    rate: int | None,
) -> Prepared:
    source = sources[job.request.chain_from] if job.request.chain_from else None
    if source is not None and not _has_labels(source):
        return Prepared(job=job, skip=NO_LABELED_OBJECT.format(source=source.name))
    manifest = source.output_uri if source else (job.request.input_manifest_uri or "")
    attribute = source.request.label_attribute if source and job.request.is_audit else None

    usable = [_is_usable(line, attribute) for line in objects.lines(manifest)]
    chosen = kept(
        sum(usable),
        job.request.down_sampling_rate if rate is None else rate,
        seed=f"{batch.batch_id}/{job.name}",
    )
    if source is not None and not chosen:
        return Prepared(job=job, skip=NO_LABELED_OBJECT.format(source=source.name))
    child = child_id(batch.batch_id, job.level, job.name)
    input_uri = manifest
    if len(chosen) < len(usable):
        input_uri = places.input_manifest(job.request.modality, child)
        fate = list(_fates(usable, chosen))
        objects.write_lines(
            input_uri,
            (line for line, why in zip(objects.lines(manifest), fate, strict=True) if not why),
        )
        objects.write_lines(
            places.left_out(job.request.modality, child),
            (
                json.dumps({"line": number, "reason": why, "manifest": manifest})
                for number, why in enumerate(fate)
                if why
            ),
        )
    category_uri = job.label_category_uri
    if source is not None and job.request.is_audit:
        category_uri = places.label_category(child)
        _write_audit_categories(job, source, category_uri, objects)
    return Prepared(
        job=replace(job, input_uri=input_uri, label_category_uri=category_uri, objects=len(chosen))
    )


def _has_labels(source: Job) -> bool:
    return source.status is JobStatus.COMPLETE or bool(source.labeled)


def _is_usable(line: str, attribute: str | None) -> bool:
    """Lines without the audited label fail in an audit, and may be paid for all the same
    (Ground Truth, "Verify and Adjust Labels")."""
    return attribute is None or json.loads(line).get(attribute) is not None


def _fates(usable: Sequence[bool], chosen: frozenset[int]) -> Iterator[str]:
    """For each line why it is left out; empty for a line that goes on."""
    position = 0
    for is_usable in usable:
        if not is_usable:
            yield "not labeled"
            continue
        yield "" if position in chosen else "not sampled"
        position += 1


def _write_audit_categories(job: Job, source: Job, uri: str, objects: Objects) -> None:
    """The category file that the job names, or its source's, with the audited attribute in it.

    Video-frame and point-cloud audits name it there (`auditLabelAttributeName`).
    """
    categories = json.loads(
        objects.read(job.request.label_category_uri or source.label_category_uri)
    )
    categories["auditLabelAttributeName"] = source.request.label_attribute
    objects.write(uri, json.dumps(categories))
