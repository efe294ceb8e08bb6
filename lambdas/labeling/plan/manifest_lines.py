"""The lines of a manifest, read as bytes in one pass; what is kept does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from labeling.plan.findings import Findings
from labeling.plan.json_files import refuse_constant, refuse_half_characters
from labeling.plan.manifest_contents import Lines, Reference, Seen
from labeling.plan.point_clouds import (
    MOST_IMAGES,
    POINT_CLOUDS,
    bytes_of_point,
    cloud_findings,
    image_uris,
)
from labeling.problems import quote

# "Input Data": characters of a line, and of one of its attributes.
MOST_IN_LINE = 100_000
MOST_IN_ATTRIBUTE = 20_000
# Bytes: UTF-8 has at most four a character. Of longer lines only the beginning is kept.
_LONGEST_KEPT = 4 * MOST_IN_LINE
_BOM = b"\xef\xbb\xbf"
_REMEMBERED = 10_000
_SHAPES = 1_000
_NAMES_IN_SHAPE = 4_000
_SAMPLE = 20
_METADATA = "-metadata"
_MASKS = "groundtruth/semantic-segmentation"
_SOURCES = ("source", "source-ref")


class LineReader:
    """Reads one manifest."""

    def __init__(self, allowed_buckets: Collection[str]) -> None:
        self.findings = Findings("lines")
        self.findings_of_frames = Findings("lines")
        self._allowed = frozenset(allowed_buckets)
        self._lines = Lines()
        self._decode = json.JSONDecoder(parse_constant=refuse_constant).decode
        self._sources: dict[int, int] = {}
        self._bad_shapes: set[tuple[str, ...]] = set()
        self._metadata: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._all: list[Reference] | None = []
        self._sample: list[Reference] = []
        self._stride = 1

    def read(self, chunks: Iterable[bytes]) -> Lines:
        blank: int | None = None
        for number, raw in enumerate(_split(chunks), start=1):
            if number == 1 and raw.startswith(_BOM):
                raw = raw.removeprefix(_BOM)
                message = "Line 1 begins with a byte order mark: save the manifest as plain UTF-8."
                self.findings.add("bom", "line 1", message)
            if not raw or raw.isspace():
                blank = blank or number
                continue
            if blank is not None:
                message = f"Line {blank} is empty, and lines follow: leave empty lines out."
                self.findings.add("empty_line", f"line {blank}", message, warning=True)
                blank = None
            self._lines.objects += 1
            line = self._parsed(number, raw)
            if line is not None:
                self._look(number, raw, line)
        return self._lines

    def references(self) -> tuple[Reference, ...] | None:
        """All objects in files, where there are no more than a job may have; else None."""
        return None if self._all is None else tuple(self._all)

    def sample(self) -> tuple[Reference, ...]:
        """At most 20 of the objects in files, evenly spread."""
        found = self._sample
        if len(found) <= _SAMPLE:
            return tuple(found)
        return tuple(found[index * (len(found) - 1) // (_SAMPLE - 1)] for index in range(_SAMPLE))

    def _parsed(self, number: int, raw: bytes) -> dict[str, Any] | None:
        place = f"line {number}"
        try:
            text = raw.decode() if len(raw) <= _LONGEST_KEPT else ""
            if not text or len(text) > MOST_IN_LINE:
                message = f"Line {number} has more than {MOST_IN_LINE:,} characters: shorten it."
                self.findings.add("line_too_long", place, message)
                return None
            line = self._decode(text)
            refuse_half_characters(text, line)
        except UnicodeDecodeError as error:
            message = f"Line {number} is not UTF-8 ({error.reason}): save the manifest as UTF-8."
            self.findings.add("not_utf8", place, message)
            return None
        except (ValueError, RecursionError) as error:
            whole = " It looks like one document over many lines." if raw[:2] in _WHOLE else ""
            message = f"Line {number} is not JSON ({error}).{whole} Write one JSON object a line."
            self.findings.add("not_json", place, message)
            return None
        if not isinstance(line, dict):
            message = f"Line {number} is {quote(line)}: write one JSON object a line, {{…}}."
            self.findings.add("not_an_object", place, message)
            return None
        return line

    def _look(self, number: int, raw: bytes, line: dict[str, Any]) -> None:
        lines = self._lines
        shape = tuple(line)
        if None in line.values():
            shape = tuple(name for name in shape if line[name] is not None)
        seen = lines.shapes.get(shape)
        if (seen is None or shape in self._bad_shapes) and not self._has_good_shape(number, line):
            self._bad_shapes.add(shape)
        if seen is None:
            seen = Seen()
            if len(lines.shapes) < _SHAPES and sum(map(len, shape)) <= _NAMES_IN_SHAPE:
                lines.shapes[shape] = seen
                self._metadata[shape] = tuple(name for name in shape if name.endswith(_METADATA))
        seen.add(number)
        for name in self._metadata.get(shape, ()):
            if _is_colorless(line[name]):
                label = name.removesuffix(_METADATA)
                lines.colorless.setdefault(label, Seen()).add(number)
        if len(raw) > MOST_IN_ATTRIBUTE:
            self._sizes(number, line)
        uri, text = line.get("source-ref"), line.get("source")
        if uri is not None:
            lines.references.add(number)
            if text is None:
                self._reference(number, uri, line)
        elif text is not None:
            lines.texts.add(number)
            self._text(number, text)

    def _has_good_shape(self, number: int, line: dict[str, Any]) -> bool:
        """Looks at what depends on the names of a line's attributes alone."""
        place = f"line {number}"
        names = [name for name in line if name.startswith("$")]
        given = [name for name in _SOURCES if line.get(name) is not None]
        if not given:
            message = f"Line {number} names no object: give source-ref (a file in S3), or source."
            self.findings.add("no_source", place, message)
        elif len(given) > 1:
            message = f"Line {number} has both source and source-ref: give one of the two."
            self.findings.add("two_sources", place, message)
        if names:
            message = (
                f"Line {number}: the attribute {quote(names[0])} begins with $, which Ground Truth "
                "does not take: rename it."
            )
            self.findings.add("attribute_name", place, message)
        return len(given) == 1 and not names

    def _sizes(self, number: int, line: dict[str, Any]) -> None:
        for name, value in line.items():
            written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            if len(written) > MOST_IN_ATTRIBUTE:
                message = (
                    f"Line {number}: the attribute {quote(name)} has {len(written):,} characters, "
                    f"and may have {MOST_IN_ATTRIBUTE:,}: shorten it."
                )
                self.findings.add("attribute_too_long", f"line {number}", message)
                return

    def _text(self, number: int, text: object) -> None:
        if not isinstance(text, str):
            message = f"Line {number}: source is {quote(text)}, and must be a text."
            self.findings.add("source", f"line {number}", message)
            return
        if not text.strip():
            message = f"Line {number} has an empty source: there is nothing to label."
            self.findings.add("source_empty", f"line {number}", message, warning=True)
            return
        self._once(number, "source", text)

    def _reference(self, number: int, uri: object, line: dict[str, Any]) -> None:
        bucket, _, key = uri[5:].partition("/") if isinstance(uri, str) else ("", "", "")
        if not isinstance(uri, str) or not uri.startswith("s3://") or not bucket or not key:
            message = (
                f"Line {number}: source-ref is {quote(uri)}, and must be the S3 URI of a file "
                "(s3://bucket/key)."
            )
            self.findings.add("source_ref", f"line {number}", message)
            return
        if bucket not in self._allowed:
            message = (
                f"Line {number} names {quote(uri)}, in a bucket that the stack may not read: put "
                f"it into {' or '.join(f's3://{name}' for name in sorted(self._allowed))}."
            )
            self.findings.add("other_bucket", f"line {number}", message)
        if key.endswith("/"):
            message = (
                f"Line {number} names {quote(uri)}, which is a folder: give the address of a file."
            )
            self.findings.add("source_folder", f"line {number}", message)
            return
        dot = key.rfind(".")
        ending = key[dot:].lower() if dot > key.rfind("/") else ""
        seen = self._lines.endings.get(ending)
        if seen is None and len(self._lines.endings) < _SHAPES:
            seen = self._lines.endings.setdefault(ending[:20], Seen())
        if seen is not None:
            seen.add(number)
        self._once(number, "source-ref", uri)
        about = line.get("source-ref-metadata")
        if ending in POINT_CLOUDS:
            self._cloud(number, uri, about)
        is_next = (self._lines.references.count - 1) % self._stride == 0
        if is_next or self._all is not None:
            images = image_uris(about) if isinstance(about, dict) else ()
            point = bytes_of_point(about, uri) if isinstance(about, dict) else None
            reference = Reference(number, uri, tuple(islice(images, MOST_IMAGES)), point)
            self._keep(reference, is_next=is_next)

    def _once(self, number: int, name: str, source: str) -> None:
        key = hash(source)
        earlier = self._sources.get(key)
        if earlier is not None:
            message = (
                f"Line {number} has the same {name} as line {earlier}: it would be labeled, and "
                "paid for, twice."
            )
            self.findings.add("source_twice", f"line {number}", message, warning=True)
        elif len(self._sources) < _REMEMBERED:
            self._sources[key] = number

    def _cloud(self, number: int, uri: str, about: object) -> None:
        place = f"line {number}"
        if not isinstance(about, dict):
            message = (
                f"Line {number} needs source-ref-metadata: give an object with the point cloud's "
                "unix-timestamp."
            )
            self.findings_of_frames.add("no_metadata", place, message)
            return
        for finding in cloud_findings(about, uri):
            message = f"Line {number}: {finding.message}"
            self.findings_of_frames.add(finding.type, place, message, warning=finding.warning)

    def _keep(self, reference: Reference, *, is_next: bool) -> None:
        """As many as a job may have are kept, and every n-th; n doubles whenever twice the sample
        is reached."""
        if self._all is not None:
            self._all.append(reference)
            if len(self._all) > _REMEMBERED:
                self._all = None
        if not is_next:
            return
        self._sample.append(reference)
        if len(self._sample) > 2 * _SAMPLE:
            del self._sample[1::2]
            self._stride *= 2


def _is_colorless(about: object) -> bool:
    """Whether these are the metadata of a mask of which a class has no hex-color: without it an
    audit stops ("Verify and Adjust Labels")."""
    if not isinstance(about, dict) or about.get("type") != _MASKS:
        return False
    classes = about.get("internal-color-map")
    if not isinstance(classes, dict) or not classes:
        return True
    return not all(isinstance(one, dict) and one.get("hex-color") for one in classes.values())


_WHOLE = (b"[", b"[\r", b"{", b"{\r")


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends; of lines that are far too long, the beginning."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r")
        if len(rest) > _LONGEST_KEPT:
            rest = rest[: _LONGEST_KEPT + 1]
    yield rest.removesuffix(b"\r")
