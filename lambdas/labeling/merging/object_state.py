"""One data object while it is put together from the lines that jobs have written about it."""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field

from labeling.labels import Fetch, LabeledObject, LabelsUnreadable, read_line
from labeling.merging.custom_answers import CustomAnswers
from labeling.merging.jobs import Kind, Step
from labeling.merging.layer_state import LayerState
from labeling.merging.provenance import FindChecked, Stamps
from labeling.merging.report import MergeReport
from labeling.merging.sequences import Sequence, chosen_frames, read_sequence, selection_of
from labeling.merging.spool import SpooledLine, SpooledObject
from labeling.merging.workers import Workers


@dataclass(slots=True)
class ObjectState:
    """`layers` by the place of the step that labels them. `sequence` is None where the object is
    none, and where its sequence file cannot be read."""

    source: str
    is_text: bool
    layers: dict[int, LayerState] = field(default_factory=dict)
    sequence: Sequence | None = None


class ObjectReader:
    """Makes data objects of lines; what it cannot use stands in the report."""

    def __init__(
        self,
        steps: SequenceOf[Step],
        fetch: Fetch,
        report: MergeReport,
        workers: Workers,
        checked: FindChecked | None,
    ) -> None:
        self._steps = steps
        self._fetch = fetch
        self._report = report
        self._workers = workers
        self._checked = checked
        self._answers = CustomAnswers(fetch, report)
        self._places = {step.job.name: place for place, step in enumerate(steps)}

    def read(self, spooled: SpooledObject) -> ObjectState:
        """The object as all of its lines say."""
        state = ObjectState(source=spooled.source, is_text=spooled.is_text)
        done: set[int] = set()
        for line in spooled.lines:
            step = self._steps[line.step]
            place = self._places[step.layer.name]
            layer = state.layers.setdefault(place, LayerState(self._steps[place]))
            if self._read(line, step, state.source, layer, again=line.step in done):
                done.add(line.step)
        self._read_sequence(state, spooled)
        return state

    def _read(
        self, line: SpooledLine, step: Step, source: str, layer: LayerState, *, again: bool
    ) -> bool:
        """Takes the labels of a line; says whether it has any. `again` is true if another line of
        the job had some."""
        job, summary = step.job, self._report.of(step.job.name)
        try:
            found = read_line(
                line.text,
                job.attribute,
                # Pixels and points stay where they are.
                fetch=None if step.is_segmentation else self._fetch,
                number=line.number,
                file=job.output_uri or "",
            )
            chosen = self._chosen(found)
        except LabelsUnreadable as error:
            summary.unreadable += 1
            self._report.add(job.name, source, str(error))
            layer.unlabeled = layer.unlabeled or f"its labels cannot be read: {error}"
            return False
        if reason := found.unlabeled.get(job.attribute):
            summary.unlabeled += 1
            layer.unlabeled = layer.unlabeled or reason
            return False
        # An audit may have seen a clip in several lines, each with other frames of it.
        if again and chosen is None:
            what = f"it is there more than once: line {line.number} is not used"
            self._report.add(job.name, source, what)
        else:
            self._take(found, step, layer, chosen)
        return True

    def _take(
        self,
        found: LabeledObject,
        step: Step,
        layer: LayerState,
        chosen: frozenset[str] | None,
    ) -> None:
        if step.kind is Kind.CONTINUES and layer.is_labeled:
            return
        job, summary = step.job, self._report.of(step.job.name)
        labels = found[job.attribute]
        if step.is_custom:
            labels = self._answers.put_into(labels, found, job.name)
        stamps = Stamps(
            job,
            labels,
            workers=self._workers.of(job, labels.job_name, found.number),
            checked=self._checked(job.name, found.line) if self._checked else None,
        )
        summary.labeled += 1
        if step.kind is not Kind.AUDITS:
            summary.annotations += layer.label(labels, stamps)
            return
        changes = layer.audit(labels, stamps, chosen)
        within = changes.within
        summary.annotations += within.left + within.changed + within.added
        summary.frames += changes.frames
        summary.changes += within
        summary.changes_beside += changes.beside.edits

    def _chosen(self, found: LabeledObject) -> frozenset[str] | None:
        selection = selection_of(found.line)
        return None if selection is None else chosen_frames(selection, self._fetch)

    def _read_sequence(self, state: ObjectState, spooled: SpooledObject) -> None:
        if not any(self._steps[line.step].is_sequence for line in spooled.lines):
            return
        try:
            state.sequence = read_sequence(state.source, self._fetch)
        except LabelsUnreadable as error:
            what = f"only its labeled frames are known: {error}"
            self._report.add("", state.source, what)
