"""Whether the files of a sequence exist, with as few calls as possible."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from labeling.errors import ObjectUnreadable
from labeling.plan.findings import Finding
from labeling.plan.json_files import bucket_of
from labeling.ports import Objects

# A folder of its own for each camera is usual, one for each frame would take too many listings.
MOST_FOLDERS = 20
# 50 calls of ListObjectsV2; whoever keeps more beside the frames need not wait for the end.
MOST_LISTED = 50_000
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Presence:
    """`unknown` are those for which the listing was too long."""

    missing: tuple[str, ...]
    empty: tuple[str, ...]
    unknown: int


def look(wanted: Collection[str], *, objects: Objects) -> Presence:
    """Lists the folders of these URIs instead of asking for each of them.

    Raises ObjectUnreadable.
    """
    missing: list[str] = []
    empty: list[str] = []
    unknown = 0
    for uris in _by_folder(sorted(set(wanted), key=str.encode)):
        sizes, last = _sizes(uris, objects)
        for uri in uris:
            if uri in sizes:
                if not sizes[uri]:
                    empty.append(uri)
            elif last is not None and uri.encode() > last:
                unknown += 1
            else:
                missing.append(uri)
    return Presence(missing=tuple(missing), empty=tuple(empty), unknown=unknown)


def findings(wanted: Collection[str], *, what: str, objects: Objects) -> Iterator[Finding]:
    """`what` they are the files of, such as "The sequence file s3://…"."""
    try:
        seen = look(wanted, objects=objects)
    except ObjectUnreadable as error:
        yield Finding("frames_not_listed", f"{what} names files that cannot be listed: {error}.")
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
    if seen.unknown:
        message = (
            f"{what}: whether {seen.unknown:,} of its files are there was not looked up, for there "
            f"are over {MOST_LISTED:,} other objects beside them. Give the frames a folder of "
            "their own."
        )
        yield Finding("frames_not_looked_up", message, warning=True)


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


def _sizes(uris: list[str], objects: Objects) -> tuple[dict[str, int], bytes | None]:
    """The sizes of those that exist, and how far the listing was read if not to its end."""
    names, end = set(uris), uris[-1].encode()
    sizes: dict[str, int] = {}
    listing = objects.listing(_beginning(uris[0], uris[-1]))
    for count, entry in enumerate(listing, start=1):
        if entry.uri in names:
            sizes[entry.uri] = entry.size
        if entry.uri.encode() >= end:
            break
        if count == MOST_LISTED:
            return sizes, entry.uri.encode()
    return sizes, None


def _beginning(first: str, last: str) -> str:
    """What two URIs have in common, and so all that come between them."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _count(uris: tuple[str, ...], noun: str) -> str:
    return f"1 {noun}" if len(uris) == 1 else f"{len(uris):,} {noun}s"


def _are(uris: tuple[str, ...]) -> str:
    return "is" if len(uris) == 1 else "are"


def _them(uris: tuple[str, ...]) -> str:
    return "it" if len(uris) == 1 else "them"


def _some(uris: tuple[str, ...]) -> str:
    shown = ", ".join(islice(uris, _SHOWN))
    return shown if len(uris) <= _SHOWN else f"{shown} and {len(uris) - _SHOWN:,} more"
