"""Whether files exist and how large they are, with as few calls as possible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile

from labeling.errors import ObjectUnreadable
from labeling.plan.findings import Finding, Findings
from labeling.plan.json_files import bucket_of
from labeling.ports import Objects

# A folder of its own for each camera is usual, one for each frame would take too many listings.
MOST_FOLDERS = 20
# 50 calls of ListObjectsV2; whoever keeps more beside the frames need not wait for the end.
MOST_LISTED = 50_000
_SHOWN = 3


@dataclass(kw_only=True)
class Presence:
    """`sizes` are those of what is there, in bytes; `unknown` are those for which the listing was
    too long."""

    sizes: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def empty(self) -> list[str]:
        return [uri for uri, size in self.sizes.items() if not size]


def look(wanted: Collection[str], *, objects: Objects, most_listed: int | None = None) -> Presence:
    """Lists the folders of these URIs instead of asking for each of them; gives up after so many
    entries.

    Raises ObjectUnreadable.
    """
    seen = Presence()
    left = MOST_LISTED if most_listed is None else most_listed
    for uris in _by_folder(sorted(set(wanted), key=str.encode)):
        sizes, last, listed = _sizes(uris, objects, left)
        left -= listed
        for uri in uris:
            if uri in sizes:
                seen.sizes[uri] = sizes[uri]
            elif last is not None and uri.encode() > last:
                seen.unknown.append(uri)
            else:
                seen.missing.append(uri)
    return seen


def findings(
    wanted: Collection[str],
    *,
    what: str,
    objects: Objects,
    bytes_of_point: Mapping[str, int] | None = None,
) -> Iterator[Finding]:
    """`what` they are the files of, such as "The sequence file s3://…"; `bytes_of_point` is known
    of point clouds, by URI."""
    try:
        seen = look(wanted, objects=objects)
    except ObjectUnreadable as error:
        message = f"{what} names files that cannot be listed: {error}. Correct the address."
        yield Finding("frames_not_listed", message)
        return
    if seen.missing:
        message = (
            f"{what} names {_count(seen.missing, 'file')} that {_are(seen.missing)} not there: "
            f"{_some(seen.missing)}. Upload {_them(seen.missing)}, or correct prefix and names."
        )
        yield Finding("frame_missing", message)
    if seen.empty:
        message = (
            f"{what} names {_count(seen.empty, 'file')} of 0 bytes: {_some(seen.empty)}. "
            f"Upload {_them(seen.empty)} again."
        )
        yield Finding("frame_empty", message)
    parts = Findings("files")
    for uri, point in (bytes_of_point or {}).items():
        if is_cut_off(seen.sizes.get(uri, 0), point):
            parts.add(
                "frame_cut_off", uri, f"{what} names {uri}: {cut_off(seen.sizes[uri], point)}"
            )
    yield from parts
    if seen.unknown:
        message = (
            f"{what}: whether {len(seen.unknown):,} of its files are there was not looked up, for "
            f"there are over {MOST_LISTED:,} other objects beside them. Give the frames a folder "
            "of their own."
        )
        yield Finding("frames_not_looked_up", message, warning=True)


def is_cut_off(size: int, point: int) -> bool:
    """Whether so many bytes are no whole number of points of so many bytes each."""
    return size % point != 0


def cut_off(size: int, point: int) -> str:
    return (
        f"its {size:,} bytes are no whole number of points of {point} bytes, as its format has "
        "them. Upload it again, or correct format."
    )


def _by_folder(uris: list[str]) -> Iterator[list[str]]:
    """The URIs that one listing shows together, each list in the order of bytes."""
    buckets: dict[str, list[str]] = {}
    for uri in uris:
        buckets.setdefault(bucket_of(uri), []).append(uri)
    for of_bucket in buckets.values():
        folders: dict[str, list[str]] = {}
        for uri in of_bucket:
            folders.setdefault(f"{uri.rpartition('/')[0]}/", []).append(uri)
        if len(folders) > MOST_FOLDERS:
            yield of_bucket
        else:
            yield from folders.values()


def _sizes(
    uris: list[str], objects: Objects, most: int
) -> tuple[dict[str, int], bytes | None, int]:
    """The sizes of those that exist, how far the listing was read if not to its end, and how many
    entries it had so far."""
    names, end = set(uris), uris[-1].encode()
    sizes: dict[str, int] = {}
    count = 0
    if most <= 0:
        return sizes, b"", count
    for entry in objects.listing(_beginning(uris[0], uris[-1])):
        count += 1
        if entry.uri in names:
            sizes[entry.uri] = entry.size
        if entry.uri.encode() >= end:
            break
        if count == most:
            return sizes, entry.uri.encode(), count
    return sizes, None, count


def _beginning(first: str, last: str) -> str:
    """What two URIs have in common, and so all that come between them."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _count(uris: list[str], noun: str) -> str:
    return f"1 {noun}" if len(uris) == 1 else f"{len(uris):,} {noun}s"


def _are(uris: list[str]) -> str:
    return "is" if len(uris) == 1 else "are"


def _them(uris: list[str]) -> str:
    return "it" if len(uris) == 1 else "them"


def _some(uris: list[str]) -> str:
    shown = ", ".join(islice(uris, _SHOWN))
    return shown if len(uris) <= _SHOWN else f"{shown} and {len(uris) - _SHOWN:,} more"
