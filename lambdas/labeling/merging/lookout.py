"""Which files are needed next: they are fetched while the objects before are put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from labeling.background import looking_ahead
from labeling.labels import LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.members import an_object, member
from labeling.labels.metadata import read_metadata
from labeling.merging.custom_answers import answers_uri
from labeling.merging.jobs import Step
from labeling.merging.sequences import read_sequence, selection_of
from labeling.merging.spool import SpooledLine, SpooledObject
from labeling.merging.workers import Workers
from labeling.modalities import PICTURES, modalities
from labeling.read_ahead import ReadAhead

MANIFESTS_AHEAD = 32
OBJECTS_AHEAD = 16
_IN_FILES = ("video-frame", "point-cloud")


class Lookout:
    """Goes through steps and objects as they are, and tells what it sees coming.

    Without `ahead` nobody is told. What is expected of an object is forgotten when the next one is
    asked for. `checked` says that labels are checked, which takes the sequence of each file.
    """

    def __init__(
        self, steps: Sequence[Step], ahead: ReadAhead | None, workers: Workers, *, checked: bool
    ) -> None:
        self._steps = steps
        self._ahead = ahead
        self._workers = workers
        self._checked = checked
        self._labeled: set[int] = set()

    def steps(self) -> Iterator[tuple[int, Step]]:
        """Each step with its place."""
        if self._ahead is None:
            yield from enumerate(self._steps)
            return
        for place, step in looking_ahead(enumerate(self._steps), self._manifest, MANIFESTS_AHEAD):
            yield place, step
            self._ahead.forget(("manifest", place))

    def objects(
        self, objects: Iterable[SpooledObject], *, sizes: bool = False
    ) -> Iterator[SpooledObject]:
        """With `sizes` the first frames of sequences are needed too, as `with_sizes` reads them."""
        if self._ahead is None:
            yield from objects
            return
        known = looking_ahead(objects, self._object, OBJECTS_AHEAD)
        if sizes:
            known = looking_ahead(known, self._first_frame, OBJECTS_AHEAD)
        for spooled in known:
            yield spooled
            self._labeled.discard(spooled.place)
            self._ahead.forget(("object", spooled.place))

    def _manifest(self, numbered: tuple[int, Step]) -> None:
        place, step = numbered
        assert self._ahead is not None
        if step.job.output_uri is not None:
            self._ahead.expect([step.job.output_uri], of=("manifest", place))

    def _object(self, spooled: SpooledObject) -> None:
        assert self._ahead is not None
        of = ("object", spooled.place)
        for line in spooled.lines:
            step = self._steps[line.step]
            if step.is_custom or _lies_in_files(step) or self._workers.may_look_up(step.job):
                members = _members(line)
                uris = list(self._files(step, members)) if _lies_in_files(step) else []
                if uris:
                    self._labeled.add(spooled.place)
                if step.is_custom and (answers := answers_uri(members, step.job.attribute)):
                    self._ahead.expect([answers], of=of)
                self._ahead.expect(uris, of=of)
                about = members.get(f"{step.job.attribute}-metadata")
                if members.get(step.job.attribute) is not None and isinstance(about, dict):
                    labeling_job = read_metadata(about).job_name
                    self._workers.expect(step.job, labeling_job, line.number, of=of)
        if any(self._steps[line.step].is_sequence for line in spooled.lines):
            self._ahead.expect([spooled.source], of=of)

    def _files(self, step: Step, members: Mapping[str, Any]) -> Iterator[str]:
        label = members.get(step.job.attribute)
        if not isinstance(label, str) or not label.endswith(".json"):
            return
        yield label
        try:
            selection = selection_of(members)
        except LabelsUnreadable:
            return
        if selection is not None:
            yield selection.frames_uri
        source = member(members, "source-ref")
        if self._checked and isinstance(source, str):
            yield source

    def _first_frame(self, spooled: SpooledObject) -> None:
        assert self._ahead is not None
        if spooled.place not in self._labeled:
            return
        try:
            sequence = read_sequence(spooled.source, self._ahead.read_bytes)
        except LabelsUnreadable:
            return  # whoever puts the object together says so
        if sequence.names and sequence.names[0].lower().endswith(PICTURES):
            first = f"{sequence.prefix}{sequence.names[0]}"
            self._ahead.expect([first], of=("object", spooled.place))


def _lies_in_files(step: Step) -> bool:
    return modalities()[step.job.modality].family in _IN_FILES and not step.is_segmentation


def _members(line: SpooledLine) -> Mapping[str, Any]:
    try:
        return an_object(read_json(line.text))
    except LabelsUnreadable:
        return {}
