"""The files that a manifest names: whether they are there, and how large they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from labeling.errors import ObjectUnreadable
from labeling.plan import presence
from labeling.plan.findings import Finding, Findings
from labeling.plan.json_files import bucket_of
from labeling.plan.manifest_contents import Reference
from labeling.plan.presence import Presence, cut_off, is_cut_off
from labeling.ports import Objects

# "Input Data Quotas": 40 MB of a picture. Taken as millions of bytes, which suits both meanings.
LARGEST_PICTURE = 40_000_000
# Whoever keeps much beside the files need not wait for the end of the listing.
_LISTED_BESIDE = 5_000
_MOST_IMAGES = 10_000


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is wrong with the files for any job; with those of single point clouds (`of_clouds`);
    and with those that are too `large` for pictures. `missing` are those that are not there."""

    findings: tuple[Finding, ...]
    missing: frozenset[str]
    of_clouds: tuple[Finding, ...] = ()
    large: tuple[Finding, ...] = ()


def look(
    references: Sequence[Reference] | None,
    sample: Sequence[Reference],
    *,
    objects: Objects,
    allowed_buckets: Collection[str],
) -> FileFacts:
    """Lists the folders of `references`. Where these are None, too many for a job, or lie among
    very many other objects, only those of the `sample` are asked for, one by one."""
    chosen = sample if references is None else references
    lines = {uri: line for line, uri in _named(chosen, sample) if bucket_of(uri) in allowed_buckets}
    seen = Presence(unknown=list(lines))
    if references is not None:
        try:
            most = 2 * len(lines) + _LISTED_BESIDE
            seen = presence.look(lines, objects=objects, most_listed=most)
        except ObjectUnreadable:
            pass  # who may not list the bucket may still ask for each of them
    found = Findings("lines")
    looked_up = len(lines) - len(seen.unknown)
    missing = [(lines[uri], uri) for uri in seen.missing]
    if seen.unknown:
        unknown = set(seen.unknown)
        for line, uri in _named(sample, sample):
            if uri in unknown:
                looked_up += 1
                missing += _asked_for(line, uri, objects, found)
    for line, uri in sorted(missing):
        some = "" if looked_up == len(lines) else f" ({looked_up:,} files were looked up)"
        message = (
            f"Line {line} names {uri}, and there is no such object{some}: upload it, or correct "
            "the address."
        )
        found.add("object_missing", f"line {line}", message)
    for line, uri in sorted((lines[uri], uri) for uri in seen.empty):
        message = f"Line {line} names {uri}, which has 0 bytes: upload it again."
        found.add("object_empty", f"line {line}", message)
    return FileFacts(
        findings=tuple(found),
        missing=frozenset(uri for _, uri in missing),
        of_clouds=tuple(_cut_off(chosen, seen.sizes)),
        large=tuple(_large(chosen, seen.sizes)),
    )


def _named(
    references: Sequence[Reference], sample: Sequence[Reference]
) -> Iterator[tuple[int, str]]:
    """Files, each with its line: objects, and camera images, of which those of the first and of
    the last of the sample will do where there are very many."""
    for reference in references:
        yield reference.line, reference.uri
    many = references is sample or sum(len(one.images) for one in references) > _MOST_IMAGES
    for reference in (*sample[:1], *sample[1:][-1:]) if many else references:
        for image in reference.images:
            yield reference.line, image


def _asked_for(line: int, uri: str, objects: Objects, found: Findings) -> Iterator[tuple[int, str]]:
    """The file, if it is not there."""
    try:
        if not objects.exists(uri):
            yield line, uri
    except ObjectUnreadable as error:
        message = (
            f"Line {line} names an object that cannot be read: {error}. Upload it, or correct the "
            "address."
        )
        found.add("object_unreadable", f"line {line}", message)


def _cut_off(references: Sequence[Reference], sizes: Mapping[str, int]) -> Iterator[Finding]:
    found = Findings("lines")
    for one in references:
        size = sizes.get(one.uri, 0)
        if one.bytes_of_point and is_cut_off(size, one.bytes_of_point):
            message = f"Line {one.line} names {one.uri}: {cut_off(size, one.bytes_of_point)}"
            found.add("object_cut_off", f"line {one.line}", message)
    yield from found


def _large(references: Sequence[Reference], sizes: Mapping[str, int]) -> Iterator[Finding]:
    found = Findings("lines")
    for one in references:
        size = sizes.get(one.uri, 0)
        if size > LARGEST_PICTURE:
            message = (
                f"Line {one.line} names {one.uri}, which has {size / 1e6:,.1f} MB, and a picture "
                f"may have {LARGEST_PICTURE / 1e6:.0f}: make it smaller."
            )
            found.add("picture_too_large", f"line {one.line}", message)
    yield from found
