"""What a job gets to work on: the objects that go on, and the files that say how."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from labeling.model import Batch, Job, JobStatus
from labeling.naming import Places, child_id
from labeling.ports import Objects
from labeling.sampling import kept
from labeling.use_cases.task_files import TaskFiles, audited_job

NO_LABELED_OBJECT = "{source} has no labeled object to go on with"
NOTHING_SELECTED = "of the labels of {source} nothing was selected: the checks found too little"


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
    counts: Mapping[str, int] | None = None,
) -> list[Prepared]:
    """Writes each job's input manifest (where objects are left out, or only frames were named),
    label category file and template, where they are not the request's own.

    `sources` are the jobs of earlier levels by name; `rate` replaces the jobs' own; `counts` says
    how many objects a manifest has, where that is known. Repeating it writes the same again.
    Raises ObjectUnreadable.
    """
    work = _Work(batch, objects, places, rate, counts or {})
    return [work.prepare(job, sources) for job in jobs]


class _Work:
    """What the jobs of one call share."""

    def __init__(
        self,
        batch: Batch,
        objects: Objects,
        places: Places,
        rate: int | None,
        counts: Mapping[str, int],
    ) -> None:
        self._batch_id = batch.batch_id
        self._objects = objects
        self._places = places
        self._rate = rate
        self._counts = counts
        self._files = TaskFiles(objects, places)

    def prepare(self, job: Job, sources: Mapping[str, Job]) -> Prepared:
        source = sources[job.request.chain_from] if job.request.chain_from else None
        audited = audited_job(job, sources) if job.request.is_audit else None
        if source is not None and not _has_labels(source):
            return Prepared(job=job, skip=NO_LABELED_OBJECT.format(source=source.name))
        manifest = source.output_uri if source else self._manifest(job)
        rate = job.request.down_sampling_rate if self._rate is None else self._rate
        hints: tuple[str, ...] = ()
        count = _all_labeled(source) if source else self._counts.get(manifest)
        if job.request.frames_prefix is not None:
            count = 1  # one sequence
        if job.request.selection is not None:
            input_uri, count, hints = self._selection(job, audited, manifest)
        elif rate == 100 and count is not None:
            input_uri = manifest
        else:
            input_uri, count = self._select(job, audited, manifest, rate)
        if source is not None and not count:
            why = NOTHING_SELECTED if job.request.selection else NO_LABELED_OBJECT
            return Prepared(job=job, skip=why.format(source=source.name))
        self._files.write_template(job, audited)
        category_uri = self._files.categories(job, audited, sources, hints)
        return Prepared(
            job=replace(job, input_uri=input_uri, label_category_uri=category_uri, objects=count)
        )

    def _manifest(self, job: Job) -> str:
        if job.request.frames_prefix is not None:
            return self._files.sequence_manifest(job)
        return job.request.input_manifest_uri or ""

    def _selection(
        self, job: Job, audited: Job | None, manifest: str
    ) -> tuple[str, int, tuple[str, ...]]:
        from labeling.gate.selecting import select  # numpy, for those who ask for a selection

        selection = job.request.selection
        assert selection is not None
        if self._rate is not None:
            selection = replace(selection, rate=self._rate)
        found = select(
            job, audited, manifest, selection, objects=self._objects, places=self._places
        )
        return found.input_uri, found.objects, found.hints

    def _select(self, job: Job, audited: Job | None, manifest: str, rate: int) -> tuple[str, int]:
        """The manifest of what goes on, and how many objects it has."""
        attribute = audited.request.label_attribute if audited else None
        usable = [_is_usable(line, attribute) for line in self._objects.lines(manifest)]
        chosen = kept(sum(usable), rate, seed=f"{self._batch_id}/{job.name}")
        if len(chosen) in (0, len(usable)):
            return manifest, len(chosen)
        modality, child = job.request.modality, child_id(self._batch_id, job.level, job.name)
        input_uri = self._places.input_manifest(modality, child)
        fates = list(_fates(usable, chosen))
        lines = zip(self._objects.lines(manifest), fates, strict=True)
        self._objects.write_lines(input_uri, (line for line, why in lines if not why))
        self._objects.write_lines(
            self._places.left_out(modality, child),
            (
                json.dumps({"line": number, "reason": why, "manifest": manifest})
                for number, why in enumerate(fates)
                if why
            ),
        )
        return input_uri, len(chosen)


def _has_labels(source: Job) -> bool:
    return source.status is JobStatus.COMPLETE or bool(source.labeled)


def _all_labeled(source: Job) -> int | None:
    """How many objects, if every single one is labeled: then the output need not be read."""
    return source.objects if source.objects and source.objects == source.labeled else None


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
