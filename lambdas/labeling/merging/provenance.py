"""Where the annotations of one object come from: one stamp for all that have the same past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from labeling.labels import Label, Labels, Track
from labeling.merging.jobs import MergeJob
from labeling.merging.merged import MergedAnnotation, Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Something that the check called `check` found. `objects` are ids or names of tracks, and
    `frames` names of frames; where either is empty, all are meant."""

    check: str
    objects: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of the checks of the labels that one job gave one object: `checks` are the names
    of all that were made."""

    checks: tuple[str, ...]
    suspicions: tuple[Suspicion, ...] = ()


FindChecked: TypeAlias = Callable[[str, Mapping[str, Any]], Checked | None]
"""What came of the checks by the name of a job and a line of its output; None where none were
made."""


class _Passed:
    """Which checks a label has passed."""

    def __init__(self, checked: Checked) -> None:
        self._checks = checked.checks
        self._by_frame: dict[str | None, list[Suspicion]] = defaultdict(list)
        for suspicion in checked.suspicions:
            for frame in suspicion.frames or (None,):
                self._by_frame[frame].append(suspicion)

    def by(self, label: Label) -> tuple[str, ...]:
        suspicions = self._by_frame.get(None, [])
        if label.frame is not None and label.frame in self._by_frame:
            suspicions = [*suspicions, *self._by_frame[label.frame]]
        failed = {it.check for it in suspicions if _is_about(it, label.track)}
        if not failed:
            return self._checks
        return tuple(name for name in self._checks if name not in failed)


def _is_about(suspicion: Suspicion, track: Track | None) -> bool:
    if track is None or not suspicion.objects:
        return True
    return track.object_id in suspicion.objects or track.object_name in suspicion.objects


class Stamps:
    """The provenances of the labels that one job gave one object."""

    def __init__(
        self,
        job: MergeJob,
        labels: Labels,
        *,
        workers: tuple[str, ...] = (),
        checked: Checked | None = None,
    ) -> None:
        self._job = job
        self._labeling_job = labels.job_name or job.labeling_job
        self._created_at = labels.creation_date
        self._workers = workers
        self._passed = _Passed(checked) if checked else None
        self._made: dict[tuple[bool | None, str, tuple[str, ...] | None], Provenance] = {}
        self._plain = self._stamp(None, job.name, None)

    def first(self, label: Label) -> Provenance:
        """Of a label that was made from scratch."""
        if self._passed is None:
            return self._plain
        return self._stamp(None, self._job.name, self._passed.by(label))

    def audited(
        self, label: Label, before: MergedAnnotation | None, *, edited: bool | None
    ) -> Provenance:
        """Of a label in an audit's output; `before` is what it was made of, if it was left."""
        passed = self._passed.by(label) if self._passed else None
        if edited is not False or before is None:
            return self._stamp(edited, self._job.name, passed)
        past = before.provenance
        # What was left as it was has passed what it passed before.
        return self._stamp(edited, past.origin, past.checks if passed is None else passed)

    def whole(self) -> Provenance:
        """Of a label that only its job understands."""
        return self._plain

    def _stamp(
        self, edited: bool | None, origin: str, checks: tuple[str, ...] | None
    ) -> Provenance:
        key = (edited, origin, checks)
        if key not in self._made:
            self._made[key] = Provenance(
                job=self._job.name,
                level=self._job.level,
                labeling_job=self._labeling_job,
                origin=origin,
                edited=edited,
                workers=self._workers,
                checks=checks,
                created_at=self._created_at,
            )
        return self._made[key]
