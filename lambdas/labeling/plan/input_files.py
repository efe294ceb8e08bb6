"""All files that a request names, each read once, however many jobs name it and threads look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

from labeling.background import Once
from labeling.chains import audited, sources_of
from labeling.errors import Problem
from labeling.modalities import Modality, modalities
from labeling.model import BatchRequest, JobRequest
from labeling.plan import label_categories, manifests, sequences, templates
from labeling.plan.findings import Loc
from labeling.plan.findings import problems as as_problems
from labeling.plan.frame_folders import look_at_folder
from labeling.plan.manifests import ManifestFacts
from labeling.plan.sequences import SequenceFacts
from labeling.plan.within_time import TimeIsOver
from labeling.ports import Objects

PASSES_ON = ":PRE-PassThrough"  # the end of the ARN of the function that changes no line


class InputFiles:
    """Looks at the files of a request as far as it is asked to. Where `objects` say in the middle
    of a job's sequence files that time is over, what was seen until then counts; it is `complete`
    unless that happened.
    """

    def __init__(
        self, request: BatchRequest, *, objects: Objects, allowed_buckets: Collection[str]
    ) -> None:
        self.complete = True
        self._by_name = {job.name: job for job in request.jobs}
        buckets = frozenset(allowed_buckets)
        self._manifest = Once(partial(manifests.look, objects=objects, allowed_buckets=buckets))
        self._folder = Once(partial(look_at_folder, objects=objects, allowed_buckets=buckets))
        self._look_at = {
            family: Once(partial(look, objects=objects, allowed_buckets=buckets))
            for family, look in (
                ("video-frame", sequences.look_at_video),
                ("point-cloud", sequences.look_at_point_clouds),
            )
        }
        self._categories = Once(partial(label_categories.look, objects=objects))
        self._template = Once(partial(templates.look, objects=objects))

    def look(self, job: JobRequest) -> None:
        """Reads all files that the job itself names, so that they are known when it is asked for
        problems, by this thread or another one."""
        modality = modalities()[job.modality]
        if job.frames_prefix is not None:
            self._folder(job.frames_prefix)
        elif job.input_manifest_uri is not None:
            facts = self._manifest(job.input_manifest_uri)
            if manifests.has_sequences(modality):
                self._sequences(facts, modality)
        if job.label_category_uri is not None:
            self._categories(job.label_category_uri)
        if job.ui_template_uri is not None:
            self._template(job.ui_template_uri)

    def problems_of(self, index: int, job: JobRequest) -> Iterator[Problem]:
        """`index` is the job's place in the request."""
        loc: Loc = ("labelingJobs", index)
        modality = modalities()[job.modality]
        yield from self._input(job, modality, (*loc, "inputConfig"))
        yield from self._labels(job, modality, (*loc, "labelCategoryConfigS3Uri"))
        if job.ui_template_uri is not None:
            yield from templates.problems(
                self._template(job.ui_template_uri),
                modality=modality,
                loc=(*loc, "uiTemplateS3Uri"),
                audited_attribute=self._audited_attribute(job),
                earlier_attributes=self._earlier_attributes(job),
                own_consolidation=job.consolidation_lambda_arn is not None,
            )

    def objects(self, job: JobRequest) -> int | None:
        """Lines of the job's manifest, before sampling; None where it is chained or unreadable."""
        if job.frames_prefix is not None:
            return 1
        if job.input_manifest_uri is None:
            return None
        facts = self._manifest(job.input_manifest_uri)
        return facts.objects if facts.is_read else None

    def frames(self, job: JobRequest) -> int | None:
        """Frames in all its objects, before sampling; None where they have none, or where it is
        chained or unreadable. Of more than 20 sequences 20 are read, and the others taken to be
        as long."""
        modality = modalities()[job.modality]
        if job.frames_prefix is not None:
            return self._folder(job.frames_prefix).frames
        if job.input_manifest_uri is None or not manifests.has_sequences(modality):
            return None
        facts = self._manifest(job.input_manifest_uri)
        found = [one.frames for one in self._sequences(facts, modality)]
        return round(sum(found) * facts.objects / len(found)) if found else None

    def _input(self, job: JobRequest, modality: Modality, loc: Loc) -> Iterator[Problem]:
        if job.frames_prefix is not None:
            yield from as_problems(
                self._folder(job.frames_prefix).findings, (*loc, "framesS3Prefix")
            )
        elif job.input_manifest_uri is not None:
            facts = self._manifest(job.input_manifest_uri)
            loc = (*loc, "inputManifestS3Uri")
            yield from manifests.problems(
                facts,
                modality=modality,
                label_attribute=job.label_attribute,
                loc=loc,
                sampling_rate=job.down_sampling_rate,
            )
            if manifests.has_sequences(modality):
                for sequence in self._sequences(facts, modality):
                    yield from as_problems(sequence.findings, loc)
        elif (beginning := self._beginning(job).input_manifest_uri) is not None:
            yield from manifests.problems_of_chain(
                self._manifest(beginning),
                modality=modality,
                label_attribute=job.label_attribute,
                loc=(*loc, "chainFromJobName"),
            )
            if modality.audits == "SemanticSegmentation":
                yield from manifests.problems_of_masks(
                    self._manifest(beginning),
                    label_attribute=self._audited_attribute(job) or "",
                    loc=(*loc, "chainFromJobName"),
                )

    def _labels(self, job: JobRequest, modality: Modality, loc: Loc) -> Iterator[Problem]:
        if job.label_category_uri is None:
            return  # the audited job's own file is looked at where that job names it
        source = self._audited(job)
        yield from label_categories.problems(
            self._categories(job.label_category_uri),
            modality=modality,
            loc=loc,
            source=self._labels_of(source) if source else None,
            audited_attribute=source.label_attribute if source else None,
        )

    def _labels_of(self, job: JobRequest) -> Mapping[str, Any] | None:
        """The label category document that a job uses: its own, or that of what it audits."""
        while job.label_category_uri is None:
            source = self._audited(job)
            if source is None:
                return None
            job = source
        return self._categories(job.label_category_uri).document

    def _sequences(self, facts: ManifestFacts, modality: Modality) -> list[SequenceFacts]:
        """Those that were looked at, as far as there was time."""
        found = []
        try:
            for uri in facts.sequences:
                found.append(self._look_at[modality.family](uri))
        except TimeIsOver:
            self.complete = False
        return found

    def _earlier_attributes(self, job: JobRequest) -> tuple[str, ...]:
        """The label attributes that a custom job finds in its lines, the nearest first; none where
        a function of the caller's makes something else of them."""
        as_they_are = (job.pre_lambda_arn or PASSES_ON).endswith(PASSES_ON)
        if modalities()[job.modality].family != "custom" or not as_they_are:
            return ()
        sources = sources_of(job, self._by_name)
        return tuple(dict.fromkeys(source.label_attribute for source in sources))

    def _beginning(self, job: JobRequest) -> JobRequest:
        """The job at the beginning of a chain."""
        return [job, *sources_of(job, self._by_name)][-1]

    def _audited(self, job: JobRequest) -> JobRequest | None:
        """The job whose labels an audit works on."""
        return audited(job, self._by_name) if modalities()[job.modality].audits else None

    def _audited_attribute(self, job: JobRequest) -> str | None:
        source = self._audited(job)
        return source.label_attribute if source else None
