"""Input manifests: one pass over the lines, in constant memory, for all jobs that share one.

Rules of the page "Input Data" (manifest files) of the SageMaker developer guide, and of Ground
Truth's quotas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from labeling.errors import ObjectUnreadable, Problem
from labeling.modalities import PICTURES, Modality
from labeling.plan import manifest_files
from labeling.plan.findings import Finding, Loc
from labeling.plan.findings import problems as as_problems
from labeling.plan.manifest_contents import Lines, Reference, Seen
from labeling.plan.manifest_lines import LineReader
from labeling.plan.point_clouds import POINT_CLOUDS
from labeling.ports import Objects

# Quotas "Dataset objects per labeling job" (not adjustable), and, of video frames, sequences a
# manifest ("Input Data Quotas").
MOST_OBJECTS = 10_000
MOST_SEQUENCES = 10
VIDEOS = (".mp4", ".ogg", ".webm")
SEQUENCES = (".json",)
_SHOWN = 3
_ADDRESSES = ("source_ref", "source_folder", "other_bucket")


@dataclass(frozen=True, kw_only=True)
class ManifestFacts:
    """What was read of a manifest: `objects` lines, and what is wrong with them for any job.

    `sample` is at most 20 of the objects in files, evenly spread: all of them, where there are no
    more; `missing` are those that are not there. `findings_of_frames` matter only to those who
    label single point clouds, `large` files only to those who label pictures.
    """

    uri: str
    lines: Lines
    findings: tuple[Finding, ...]
    findings_of_frames: tuple[Finding, ...]
    sample: tuple[Reference, ...]
    large: tuple[Finding, ...] = ()
    missing: frozenset[str] = frozenset()

    @property
    def objects(self) -> int:
        return self.lines.objects

    @property
    def is_read(self) -> bool:
        return not any(finding.type == "unreadable" for finding in self.findings)

    @property
    def sequences(self) -> tuple[str, ...]:
        """The sample's sequence files, each once, without those that are not there."""
        uris = (one.uri for one in self.sample if one.uri not in self.missing)
        return tuple(dict.fromkeys(uri for uri in uris if uri.lower().endswith(SEQUENCES)))


def look(uri: str, *, objects: Objects, allowed_buckets: Collection[str]) -> ManifestFacts:
    """Reads a manifest once, and looks up the files that it names.

    Repeated objects are found for certain among the first 10,000 lines, as many as a job may have;
    of later lines those are found that repeat one of the first.
    """
    reader = LineReader(allowed_buckets)
    findings: list[Finding] = []
    try:
        lines = reader.read(objects.chunks(uri))
    except ObjectUnreadable as error:
        message = f"The manifest cannot be read: {error}. Upload it, or correct the address."
        return ManifestFacts(
            uri=uri,
            lines=Lines(),
            findings=(Finding("unreadable", message),),
            findings_of_frames=(),
            sample=(),
        )
    if not lines.objects:
        message = f"The manifest {uri} is empty: write one JSON object a line, one line an object."
        findings.append(Finding("empty", message))
    sample = reader.sample()
    files = manifest_files.look(
        reader.references(), sample, objects=objects, allowed_buckets=allowed_buckets
    )
    findings += reader.findings
    findings += files.findings
    return ManifestFacts(
        uri=uri,
        lines=lines,
        findings=tuple(findings),
        findings_of_frames=(*reader.findings_of_frames, *files.of_clouds),
        sample=sample,
        large=files.large,
        missing=files.missing,
    )


def problems(
    facts: ManifestFacts,
    *,
    modality: Modality,
    label_attribute: str,
    loc: Loc,
    audited_attribute: str | None = None,
    sampling_rate: int = 100,
) -> Iterator[Problem]:
    """What is wrong with a manifest as the input of a job of this modality.

    `audited_attribute` is the label attribute that the job audits, if it does.
    """
    for finding in facts.findings:
        # Of a task of one's own nobody but its template and functions know what an address is
        # good for, and functions may read other buckets.
        own = finding.type in _ADDRESSES and modality.family == "custom"
        yield (replace(finding, warning=True) if own else finding).at(loc)
    if modality.family == "image":
        yield from as_problems(facts.large, loc)
    yield from as_problems(_count(facts, modality, sampling_rate), loc)
    yield from problems_of_chain(
        facts,
        modality=modality,
        label_attribute=label_attribute,
        loc=loc,
        audited_attribute=audited_attribute,
    )


def problems_of_chain(
    facts: ManifestFacts,
    *,
    modality: Modality,
    label_attribute: str,
    loc: Loc,
    audited_attribute: str | None = None,
) -> Iterator[Problem]:
    """What is wrong with it for a job that gets these lines from another job, whose own problems
    they are otherwise."""
    if not facts.objects:
        return
    if is_single_cloud(modality):
        yield from as_problems(facts.findings_of_frames, loc)
    yield from as_problems(_sources(facts.lines, modality), loc)
    yield from as_problems(_formats(facts.lines, modality), loc)
    yield from as_problems(_labels(facts.lines, label_attribute, audited_attribute), loc)


def problems_of_masks(facts: ManifestFacts, *, label_attribute: str, loc: Loc) -> Iterator[Problem]:
    """What is wrong with masks that lines have already, for a job that audits them."""
    seen = facts.lines.colorless.get(label_attribute)
    if seen is not None:
        message = (
            f"{_lines(seen)} a mask {label_attribute} whose internal-color-map lacks the hex-color "
            "of a class, and Ground Truth cannot begin the audit of it: add hex-color, or take "
            f"{label_attribute} out of the line to have it labeled anew."
        )
        yield Problem(loc, "hex_color_missing", message)


def is_single_cloud(modality: Modality) -> bool:
    """Whether each line is a point cloud of its own, not a sequence of them."""
    return modality.family == "point-cloud" and "Tracking" not in modality.task_type


def has_sequences(modality: Modality) -> bool:
    """Whether each line names a sequence file."""
    return modality.of_frames and not is_single_cloud(modality)


def _sources(lines: Lines, modality: Modality) -> Iterator[Finding]:
    if modality.family == "custom":
        return
    if modality.family == "text":
        if lines.references.count:
            message = (
                f"{_lines(lines.references)} source-ref, and {modality.name} takes the text "
                'itself: give {"source": "…"}.'
            )
            yield Finding("source_ref_of_text", message)
        return
    if lines.texts.count:
        message = (
            f"{_lines(lines.texts)} source, and {modality.name} takes the address of a file in S3: "
            'give {"source-ref": "s3://…"}.'
        )
        yield Finding("source_of_file", message)


def _formats(lines: Lines, modality: Modality) -> Iterator[Finding]:
    formats = _formats_of(modality)
    if not formats:
        return
    bare = lines.endings.get("")
    wrong = {
        ending: seen for ending, seen in lines.endings.items() if ending and ending not in formats
    }
    if wrong:
        first = min(wrong.values(), key=lambda seen: seen.first)
        others = sum(seen.count for seen in wrong.values()) - 1
        more = f" So do {others:,} more." if others > 1 else " So does another." if others else ""
        names = ", ".join(sorted(wrong)[:_SHOWN])
        message = (
            f"Line {first.first} names a file of another format ({names}): {modality.name} takes "
            f"{', '.join(formats)}.{more}"
        )
        yield Finding("format", message)
    if bare:
        message = (
            f"{_lines(bare)} a source-ref without an ending: {modality.name} is made for "
            f"{', '.join(formats)}."
        )
        yield Finding("no_format", message, warning=True)


def _formats_of(modality: Modality) -> tuple[str, ...]:
    if has_sequences(modality):
        return SEQUENCES
    if is_single_cloud(modality):
        return POINT_CLOUDS
    return {"image": PICTURES, "video": VIDEOS}.get(modality.family, ())


def _count(facts: ManifestFacts, modality: Modality, rate: int) -> Iterator[Finding]:
    left = max(1, round(facts.objects * rate / 100))  # as labeling.sampling does
    of_them = f"{rate} % of {facts.objects:,} objects are {left:,}" if rate < 100 else ""
    if modality.family == "video-frame" and left > MOST_SEQUENCES:
        message = (
            f"{of_them or f'The manifest has {left:,} sequences'}, and a video job may have "
            f"{MOST_SEQUENCES}: make several jobs of it."
        )
        yield Finding("too_many_sequences", message)
    elif left > MOST_OBJECTS:
        message = (
            f"{of_them or f'The manifest has {left:,} objects'}, and a labeling job may have "
            f"{MOST_OBJECTS:,}: make several jobs of it."
        )
        yield Finding("too_many_objects", message)


def _labels(lines: Lines, label_attribute: str, audited_attribute: str | None) -> Iterator[Finding]:
    labeled = lines.with_attribute(label_attribute)
    if labeled.count == lines.objects:
        message = (
            f"Every line has {label_attribute} already, so nothing would be labeled: choose "
            "another labelAttributeName."
        )
        yield Finding("all_labeled", message)
    elif labeled.count:
        message = (
            f"{_lines(labeled)} {label_attribute} already: those will not be labeled. If they "
            "should, choose another labelAttributeName."
        )
        yield Finding("some_labeled", message, warning=True)
    if audited_attribute is None:
        return
    unlabeled = lines.without_attribute(audited_attribute)
    if unlabeled.count == lines.objects:
        message = f"No line has {audited_attribute}, the label that is to be audited."
        yield Finding("nothing_to_audit", message)
    elif unlabeled.count:
        verb = "has" if unlabeled.count == 1 else "have"
        message = (
            f"{unlabeled.count:,} of {lines.objects:,} lines {verb} no {audited_attribute}, the "
            f"first is line {unlabeled.first}: they are left out of the audit."
        )
        yield Finding("some_unlabeled", message, warning=True)


def _lines(seen: Seen) -> str:
    """`Line 7 has`, `12 lines, the first is line 7, have`."""
    if seen.count == 1:
        return f"Line {seen.first} has"
    return f"{seen.count:,} lines (the first is line {seen.first}) have"
