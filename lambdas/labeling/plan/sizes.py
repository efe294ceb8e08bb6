"""How much there is to label in each job of a batch: what an estimate begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Self

from labeling.modalities import Modality, modalities
from labeling.model import JobRequest, Selection, SelectionUnit
from labeling.plan.manifests import has_sequences
from labeling.plan.price_table import table
from labeling.sampling import AROUND

DAY = 86_400
_ALL = 100


@dataclass(frozen=True, kw_only=True)
class JobSize:
    """A job as an estimate sees it. `index` is its place in the request.

    `objects` are those of its manifest before sampling, and `frames` all of theirs; None: not
    known, or it is chained. A video frame or a point cloud is a frame; a single point cloud that is
    a line of its own counts as one without being counted. Times are seconds.
    """

    index: int
    name: str
    modality: str
    level: int
    workteam_arn: str
    objects: int | None = None
    frames: int | None = None
    chain_from: str | None = None
    rate: int = _ALL
    selection: Selection | None = None
    workers_per_object: int = 1
    lifetime: int = 10 * DAY
    max_objects: int | None = None
    max_percentage: int | None = None

    @classmethod
    def of(
        cls, index: int, job: JobRequest, *, objects: int | None = None, frames: int | None = None
    ) -> Self:
        return cls(
            index=index,
            name=job.name,
            modality=job.modality,
            level=job.level,
            workteam_arn=job.workteam_arn,
            objects=objects,
            frames=frames,
            chain_from=job.chain_from,
            rate=job.down_sampling_rate,
            selection=job.selection,
            workers_per_object=job.workers_per_object,
            lifetime=job.task_availability_lifetime,
            max_objects=job.max_human_labeled_objects,
            max_percentage=job.max_percentage_labeled,
        )

    @property
    def known(self) -> Modality:
        return modalities()[self.modality]


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What a job has to label, at the most: `objects`, in them `frames`, of which as many are
    billed. `assumed` is true where nobody has counted the frames."""

    objects: int
    frames: int
    assumed: bool = False


def amounts(jobs: Sequence[JobSize]) -> dict[int, Amount | None]:
    """By the job's index. None: the manifest that it begins with could not be read."""
    by_name = {job.name: job for job in jobs}
    found: dict[int, Amount | None] = {}
    for job in sorted(jobs, key=lambda job: job.level):
        found[job.index] = _amount(job, by_name, found)
    return found


def _amount(
    job: JobSize, by_name: Mapping[str, JobSize], found: Mapping[int, Amount | None]
) -> Amount | None:
    if job.chain_from is None:
        before = _of_manifest(job)
    else:
        source = by_name.get(job.chain_from)
        before = found.get(source.index) if source else None
    if before is None:
        return None
    if job.selection is not None and job.selection.unit is SelectionUnit.FRAME:
        return _of_frames(job, before, job.selection)
    objects = _limited(job, _sampled(before.objects, job))
    share = objects / before.objects if before.objects else 0
    return Amount(objects=objects, frames=ceil(before.frames * share), assumed=before.assumed)


def _of_frames(job: JobSize, before: Amount, selection: Selection) -> Amount:
    """Chosen frames may lie so that each is shown, and billed, with others around it."""
    chosen = _chosen(before.frames, selection)
    frames = min(before.frames, chosen * (2 * AROUND + 1))
    objects = _limited(job, min(before.objects, chosen))
    return Amount(objects=objects, frames=frames, assumed=before.assumed)


def _sampled(objects: int, job: JobSize) -> int:
    return kept(objects, job.rate) if job.selection is None else _chosen(objects, job.selection)


def _chosen(units: int, selection: Selection) -> int:
    """With the control sample of all others."""
    chosen = kept(units, selection.rate)
    control = kept(units - chosen, selection.always_sample) if selection.always_sample else 0
    return chosen + control


def _of_manifest(job: JobSize) -> Amount | None:
    if job.objects is None:
        return None
    if not has_sequences(job.known):
        return Amount(objects=job.objects, frames=job.objects)
    if job.frames is None:
        most = table()["unknownFrames"][job.known.family]
        return Amount(objects=job.objects, frames=job.objects * most, assumed=True)
    return Amount(objects=job.objects, frames=job.frames)


def kept(objects: int, rate: int) -> int:
    """How many of them a sampling rate (percent) keeps; never none of some."""
    return max(1, round(objects * rate / _ALL)) if objects else 0


def _limited(job: JobSize, objects: int) -> int:
    """What the job's stopping conditions leave."""
    most = objects if job.max_objects is None else min(objects, job.max_objects)
    if job.max_percentage is None:
        return most
    return min(most, ceil(objects * job.max_percentage / _ALL))
