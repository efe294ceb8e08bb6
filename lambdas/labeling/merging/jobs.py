"""Which jobs of a batch make which layer, and in which order they are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from labeling.chains import audited, sources_of
from labeling.modalities import modalities
from labeling.model import Job, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeJob:
    """What the merge has to know of a job.

    `attribute` is its label attribute, `labeling_job` the name of its last attempt in Ground
    Truth, `chain_from` the name of the job whose output it began with. `output_uri` is its output
    manifest; None where it made none, and then `reason` says why. `frames_prefix` is the folder
    that its request names instead of a manifest: jobs of one folder have a sequence file each, and
    mean the same clip.
    """

    name: str
    level: int
    modality: str
    attribute: str
    labeling_job: str
    chain_from: str | None = None
    output_uri: str | None = None
    reason: str = ""
    frames_prefix: str | None = None

    @classmethod
    def of(cls, job: Job) -> Self:
        """A job as it is when its batch ends."""
        has_output = job.status is JobStatus.COMPLETE or bool(job.labeled)
        return cls(
            name=job.name,
            level=job.level,
            modality=job.request.modality,
            attribute=job.request.label_attribute,
            labeling_job=job.labeling_job,
            chain_from=job.request.chain_from,
            output_uri=job.output_uri if has_output else None,
            reason=job.reason or f"it is {job.status.value}",
            frames_prefix=job.request.frames_prefix,
        )

    @property
    def output_folder(self) -> str | None:
        """Where the folders of its attempts lie, with a slash; None where it has none."""
        if self.output_uri is None:
            return None
        folder, _, inside = self.output_uri.partition(f"/{self.labeling_job}/manifests/")
        return f"{folder}/" if inside else None


class Kind(Enum):
    """What a job does to its layer."""

    LABELS = auto()
    CONTINUES = auto()
    AUDITS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One job's part in the merge. `layer` is the job that labeled what this one works on; itself
    where it labels from scratch, as judgements of other labels do. `judges` is the attribute of
    the layer that is judged, else empty. `clip` is the folder of frames that stands for its clip.
    """

    job: MergeJob
    layer: MergeJob
    kind: Kind
    judges: str = ""
    clip: str | None = None

    @property
    def is_sequence(self) -> bool:
        """Whether its data objects are sequence files."""
        modality = modalities()[self.job.modality]
        base = modality.audits or modality.name
        return modality.family == "video-frame" or base == "PointCloudObjectTracking"

    @property
    def is_custom(self) -> bool:
        """Whether only the job itself knows what its labels mean."""
        return modalities()[self.job.modality].family == "custom"

    @property
    def is_segmentation(self) -> bool:
        """Whether its labels are a class for each pixel or point."""
        modality = modalities()[self.job.modality]
        return "SemanticSegmentation" in modality.name and not modality.judges


def steps_of(jobs: Sequence[MergeJob]) -> list[Step]:
    """A step for each job, level by level, in the order of the request."""
    by_name = {job.name: job for job in jobs}
    steps: dict[str, Step] = {}
    for job in sorted(jobs, key=lambda job: job.level):
        steps[job.name] = _step(job, by_name, steps)
    return list(steps.values())


def _step(job: MergeJob, by_name: Mapping[str, MergeJob], steps: Mapping[str, Step]) -> Step:
    sources = list(sources_of(job, by_name))
    clip = next((it.frames_prefix for it in (job, *sources) if it.frames_prefix), None)
    modality = modalities()[job.modality]
    if modality.audits is None:
        same = next((it for it in sources if it.attribute == job.attribute), None)
        if same is not None:
            layer = steps[same.name].layer
            return Step(job=job, layer=layer, kind=Kind.CONTINUES, clip=clip)
        return Step(job=job, layer=job, kind=Kind.LABELS, clip=clip)
    source = audited(job, by_name)
    layer = steps[source.name].layer if source else job
    if modality.judges:
        return Step(job=job, layer=job, kind=Kind.LABELS, judges=layer.attribute, clip=clip)
    return Step(job=job, layer=layer, kind=Kind.AUDITS, clip=clip)
