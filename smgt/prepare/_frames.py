"""The frames of a clip: images of a folder, in the order in which workers will see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from smgt._errors import InvalidInput

MAX_FRAMES = 2000
FRAME_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
SHOWN = 5  # names in a message


def frames(folder: Path | str, *, every: int = 1, limit: int | None = None) -> list[Path]:
    """The images of a folder in order, every `every`-th of them, at most `limit`.

    Workers see frames in the binary order of their names, so names must sort as they count:
    `frame2.jpg` and `frame10.jpg` are refused, `frame02.jpg` and `frame10.jpg` are not.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder. Give the folder that holds the frames.")
    if every < 1 or (limit is not None and limit < 1):
        raise InvalidInput("`every` and `limit` count frames: give 1 or more.")
    found = [path for path in folder.iterdir() if path.suffix.lower() in FRAME_SUFFIXES]
    if not found:
        raise InvalidInput(f"{folder} holds no frames. Frames are .jpg, .jpeg or .png files.")
    shown = sorted(found, key=lambda path: path.name.encode())
    counted = sorted(shown, key=lambda path: _counted(path.name))
    for one, other in zip(shown, counted, strict=True):
        if one != other:
            raise InvalidInput(
                f"The frames of {folder} would be shown out of order: {one.name} sorts before "
                f"{other.name}. Pad the numbers with zeros to one length, like 000001.jpg."
            )
    taken = shown[::every][:limit]
    if len(taken) > MAX_FRAMES:
        raise InvalidInput(
            f"{len(taken)} frames are too many for one sequence of at most {MAX_FRAMES}. Take "
            "fewer (`every`, `limit`), or make several sequences."
        )
    return taken


def check_images(clip: Iterable[Path]) -> None:
    """Refuse files that are named like images and are none: a job fails on the first of them."""
    broken = [path.name for path in clip if not _begins_as_an_image(path)]
    if broken:
        more = f" and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
        raise InvalidInput(
            f"{', '.join(broken[:SHOWN])}{more}: neither JPEG nor PNG inside. Convert them, or "
            "take them out of the folder."
        )


def _begins_as_an_image(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(max(map(len, BEGINNINGS)))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from error
    return any(head.startswith(beginning) for beginning in BEGINNINGS)


def _counted(name: str) -> list[tuple[str, int]]:
    """A key by which names sort as people count: digits as numbers, the rest as text; numbers
    among texts where their digits are."""
    return [
        ("0", int(part)) if part.isdecimal() else (part, 0)
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
