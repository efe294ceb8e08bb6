"""How large the frames of clips are."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from labeling.errors import ObjectUnreadable
from labeling.labels import PictureSize
from labeling.merging import MergedFrame, MergedObject
from labeling.merging.picture_sizes import with_sizes


def clip(*sizes):
    return MergedObject(
        source="s3://in/clip.json",
        frames=tuple(
            MergedFrame(
                source="s3://in/clip.json",
                name=f"{n}.jpg",
                number=n,
                uri=f"s3://in/clip/{n}.jpg",
                size=size,
            )
            for n, size in enumerate(sizes)
        ),
    )


def picture(uri):
    file = BytesIO()
    Image.new("RGB", (64, 48)).save(file, "PNG")
    return file.getvalue()


def missing(uri):
    raise ObjectUnreadable(f"{uri}: there is no such object")


def sizes(found, fetch):
    [sized] = with_sizes([found], fetch)
    return [frame.size for frame in sized.frames]


def test_one_frame_tells_the_size_of_all_that_do_not_know_theirs():
    known = PictureSize(width=1, height=2)

    assert sizes(clip(None, known, None), picture) == [
        PictureSize(width=64, height=48),
        known,
        PictureSize(width=64, height=48),
    ]


@pytest.mark.parametrize("fetch", [missing, lambda uri: b"no picture"])
def test_a_frame_that_cannot_be_read_leaves_them_unknown(fetch):
    assert sizes(clip(None, None), fetch) == [None, None]
