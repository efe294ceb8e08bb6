"""A labeling service in memory; a test says how its jobs end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from labeling.adapters import aws
from labeling.adapters.labeling_job_request import create_request
from labeling.adapters.labeling_job_rules import violations
from labeling.errors import JobNameInUse, JobRefused, LabelingServiceError, QuotaReached
from labeling.modalities import modalities
from labeling.ports import LabelingJobSpec, LabelingJobState, LabelingJobStatus

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/labeling"


@dataclass
class _Made:
    spec: LabelingJobSpec
    state: LabelingJobState


class FakeLabelingService:
    """`quota` is how many jobs may run. `refuse` decides what else a creation answers:

    it gets the spec and returns the error to raise, or None. `down` fails every other call.
    """

    def __init__(self, now: Callable[[], datetime], *, quota: int = 100) -> None:
        self.quota = quota
        self.refuse: Callable[[LabelingJobSpec], LabelingServiceError | None] = lambda spec: None
        self.down: LabelingServiceError | None = None
        self._now = now
        self._made: dict[str, _Made] = {}

    # --- the port

    def violations(self, spec: LabelingJobSpec) -> list[str]:
        modality = modalities().get(spec.modality)
        if modality is None:
            return [f"there is no task type {spec.modality}"]
        request = create_request(spec, region=REGION, role_arn=ROLE)
        return violations(
            request,
            shape=aws.input_shape("sagemaker", "CreateLabelingJob"),
            modality=modality,
            region=REGION,
        )

    def create(self, spec: LabelingJobSpec) -> None:
        refusal = self.refuse(spec)
        if refusal is not None:
            raise refusal
        if broken := self.violations(spec):
            raise JobRefused("; ".join(broken))
        if spec.name.lower() in self._made:
            raise JobNameInUse(f"a labeling job named {spec.name} exists")
        if len(self.running_names()) >= self.quota:
            raise QuotaReached("the account has reached its number of running labeling jobs")
        state = LabelingJobState(
            name=spec.name,
            status=LabelingJobStatus.IN_PROGRESS,
            created_at=self._now(),
            tag=spec.tag,
        )
        self._made[spec.name.lower()] = _Made(spec, state)

    def describe(self, name: str) -> LabelingJobState | None:
        self._answer()
        made = self._made.get(name.lower())
        return made.state if made else None

    def stop(self, name: str) -> None:
        self._answer()
        made = self._made.get(name.lower())
        if made and not made.state.status.is_final:
            made.state = replace(made.state, status=LabelingJobStatus.STOPPING)

    def running(self) -> Iterator[LabelingJobState]:
        self._answer()
        for made in list(self._made.values()):
            if made.state.status is LabelingJobStatus.IN_PROGRESS:
                yield replace(made.state, tag=None)

    def any_running(self) -> bool:
        self._answer()
        return bool(self.running_names())

    # --- what a test sees and says

    def running_names(self) -> list[str]:
        """Of the jobs that are not over, in the order of their creation."""
        return [made.spec.name for made in self._made.values() if not made.state.status.is_final]

    def spec(self, name: str) -> LabelingJobSpec:
        """What the job was made from; KeyError for a job that was not made."""
        return self._made[name.lower()].spec

    def finish(
        self,
        name: str,
        status: LabelingJobStatus = LabelingJobStatus.COMPLETED,
        *,
        labeled: int = 1,
        unlabeled: int = 0,
        failed_objects: int = 0,
        reason: str = "",
    ) -> None:
        """The job ends so. It says nothing to anybody: events are the test's own."""
        made = self._made[name.lower()]
        made.state = replace(
            made.state,
            status=status,
            labeled=labeled,
            unlabeled=unlabeled,
            failed_objects=failed_objects,
            reason=reason,
        )

    def _answer(self) -> None:
        if self.down is not None:
            raise self.down
