"""What the assessment of an audit reads, fetched while the audits before it are compared."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from itertools import islice
from typing import Any

from labeling.background import looking_ahead
from labeling.gate.broken import BROKEN
from labeling.gate.doubts import has_frames
from labeling.gate.labelers import Labelers
from labeling.labels.metadata import read_metadata
from labeling.merging.sequences import selection_of
from labeling.model import Job
from labeling.naming import Places, child_id
from labeling.read_ahead import ReadAhead

LINES_AHEAD = 16
FIRST_LINES = 4  # most jobs have one


class AuditFiles:
    """The files of an audit `job` and of the labels of `audited` that it was shown."""

    def __init__(self, job: Job, audited: Job, *, ahead: ReadAhead, places: Places) -> None:
        child = child_id(job.batch_id, job.level, job.name)
        sampled = job.request.selection is not None and job.request.selection.always_sample
        self.job = job
        self.audited = audited
        # What was selected and what was not, where a control sample was.
        self.selected = places.selection(job.request.modality, child) if sampled else None
        self.left_out = places.left_out(job.request.modality, child) if sampled else None
        self.labelers = Labelers(audited, ahead=ahead)
        self.read_bytes = ahead.read_bytes
        self.read_lines = ahead.lines
        self._ahead = ahead

    def expect(self) -> None:
        """Its manifests are read soon, until it is forgotten."""
        uris = [self.job.output_uri, self.audited.output_uri]
        uris += filter(None, [self.selected, self.left_out])
        self._ahead.expect(uris, of=self.job.name)

    def expect_labels(self) -> None:
        """So are the labels of its first lines. What cannot be read says so when it is."""
        try:
            for line in islice(self.read_lines(self.job.output_uri), FIRST_LINES):
                self._expect_line(line, of=self.job.name)
        except BROKEN:
            pass

    def lines(self) -> Iterator[str]:
        """Of its output; raises ObjectUnreadable where there is none."""

        def expect(numbered: tuple[int, str]) -> None:
            number, line = numbered
            self._expect_line(line, of=(self.job.name, number))

        lines = enumerate(self.read_lines(self.job.output_uri))
        for number, line in looking_ahead(lines, expect, LINES_AHEAD):
            yield line
            self._ahead.forget((self.job.name, number))

    def forget(self) -> None:
        self._ahead.forget(self.job.name)

    def _expect_line(self, text: str, *, of: Hashable) -> None:
        try:
            line = json.loads(text)
            self._ahead.expect(self._files(line), of=of)
            about = line.get(f"{self.audited.request.label_attribute}-metadata")
            if isinstance(about, dict):
                self.labelers.expect(line, read_metadata(about).job_name, of=of)
        except BROKEN:
            pass

    def _files(self, line: Mapping[str, Any]) -> Iterator[str]:
        ours = self.audited.request.label_attribute
        theirs = self.job.request.label_attribute
        if line.get(ours) is None or line.get(theirs) is None:
            return
        part = selection_of(line)
        if part is not None:
            yield part.frames_uri
        for attribute in (ours, theirs):
            if has_frames(line, attribute):
                yield line[attribute]
