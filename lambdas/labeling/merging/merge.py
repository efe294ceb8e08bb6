"""The merge: what all jobs of a batch know of each data object, one object after another.

Objects are joined by what they are (their URI, the text itself, the folder of their frames) and
frames by their names; never by their places, as manifests are sampled and numbers of frames count
differently in input and output. Where an audit saw only some objects, or only some frames, its
labels replace those before it just there. Of two audits of the same frames, the one of the higher
level counts; on one level, the one that stands later in the request.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeAlias

from labeling.errors import LabelingError
from labeling.labels import Fetch, LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.members import an_object
from labeling.merging.assembly import assemble, unknown_frames
from labeling.merging.frame_pictures import take_pictures
from labeling.merging.jobs import MergeJob, Step, steps_of
from labeling.merging.lookout import Lookout
from labeling.merging.merged import MergedObject
from labeling.merging.object_state import ObjectReader
from labeling.merging.provenance import FindChecked
from labeling.merging.report import MergeReport
from labeling.merging.sequences import selection_of
from labeling.merging.spool import Spool, SpooledLine
from labeling.merging.workers import Listing, Workers
from labeling.read_ahead import ReadAhead

ReadLines: TypeAlias = Callable[[str], Iterable[str]]
"""The lines of an object in S3, streamed; raises `LabelingError` where it cannot be read."""


def merge(
    jobs: Sequence[MergeJob],
    *,
    read_lines: ReadLines,
    fetch: Fetch,
    report: MergeReport | None = None,
    checked: FindChecked | None = None,
    listing: Listing | None = None,
    ahead: ReadAhead | None = None,
) -> Generator[MergedObject, None, None]:
    """The merged data set of the jobs of a batch, in the order of the request: sequences first,
    then all others, each where the first job that knows it has it.

    `read_lines` reads output manifests and `fetch` what they refer to (`LabelingError`, `OSError`
    or `LookupError` where that cannot be read); pixels and points of segmentations are not
    fetched. `checked` says what came of checks, and `listing` finds worker responses: without
    them nothing is known of either. Where `read_lines` and `fetch` are those of `ahead`, files are
    read ahead, and so are those that `with_sizes` reads.

    What cannot be used stands in the `report`, and nothing fails: an object whose labels cannot be
    read is unlabeled, and of an audit whose labels cannot be read, those before it stay. No more
    is held in memory than one object, and what was read ahead; the manifests lie on the disk until
    the last object was taken, or the merge is closed.
    """
    report = MergeReport() if report is None else report
    steps = steps_of(jobs)
    workers = Workers(listing, fetch, report, ahead=ahead)
    reader = ObjectReader(steps, fetch, report, workers, checked)
    lookout = Lookout(steps, ahead, workers, checked=checked is not None)
    with Spool() as spool:
        for place, step in lookout.steps():
            report.of(step.job.name)
            _read(place, step, spool, read_lines, report)
        has_pictures = spool.has_pictures()
        for sequences in (True, False):
            found = spool.objects(sequences=sequences)
            for spooled in lookout.objects(found, sizes=sequences and not has_pictures):
                state = reader.read(spooled)
                if sequences and has_pictures:
                    take_pictures(state, spool, steps, reader, lookout)
                for name in unknown_frames(state):
                    report.add("", state.source, f"frame {name} is not in the sequence file")
                merged = assemble(state)
                report.objects += 1
                report.frames += len(merged.frames)
                report.annotations += sum(len(frame.annotations) for frame in merged.frames)
                yield merged


def _read(place: int, step: Step, spool: Spool, read_lines: ReadLines, report: MergeReport) -> None:
    """Puts each line of a job's output with its object."""
    job = step.job
    if job.output_uri is None:
        report.add(job.name, "", job.reason or "it has no output")
        return
    try:
        for number, line in enumerate(read_lines(job.output_uri), start=1):
            if line.strip():
                try:
                    _spool(SpooledLine(place, number, line), step, spool)
                except LabelsUnreadable as error:
                    report.of(job.name).unreadable += 1
                    where = error.within(line=number, manifest=job.output_uri)
                    report.add(job.name, "", str(where))
    except LabelingError as error:
        report.add(job.name, "", f"its output cannot be read: {error}")


def _spool(line: SpooledLine, step: Step, spool: Spool) -> None:
    members = an_object(read_json(line.text))
    is_text = members.get("source-ref") is None
    source = members.get("source" if is_text else "source-ref")
    if not isinstance(source, str):
        raise LabelsUnreadable("there is neither source-ref nor source")
    if (selection := selection_of(members)) is not None:
        source = selection.source
    # A text may read like the URI of an object.
    key = f"text {source}" if is_text else step.clip or source
    spool.add(line, key=key, source=source, is_text=is_text, is_sequence=step.is_sequence)
