"""Sequence files, manifests and label category files, and what is refused before any call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smgt import InvalidInput, prepare


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("0002.jpg", "0001.jpg", "0010.JPEG", "notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def names(frames: list[Path]) -> list[str]:
    return [frame.name for frame in frames]


def test_frames_are_the_images_of_a_folder_in_order(folder: Path) -> None:
    assert names(prepare.frames(folder)) == ["0001.jpg", "0002.jpg", "0010.JPEG"]


def test_half_the_frame_rate_takes_every_second_frame(folder: Path) -> None:
    assert names(prepare.frames(folder, every=2)) == ["0001.jpg", "0010.JPEG"]
    assert names(prepare.frames(str(folder), limit=1)) == ["0001.jpg"]


def test_names_without_leading_zeros_are_refused_with_the_pair_that_shows_it(
    tmp_path: Path,
) -> None:
    for number in (1, 2, 10):
        (tmp_path / f"frame{number}.png").touch()

    with pytest.raises(InvalidInput, match=r"frame10\.png sorts before frame2\.png\. Pad"):
        prepare.frames(tmp_path)


def test_names_of_other_kinds_are_in_order_among_numbers(tmp_path: Path) -> None:
    found = ["-cover.jpg", "0001.jpg", "0002².jpg", "0010.jpg", "end.jpg"]
    for name in found:
        (tmp_path / name).touch()

    assert names(prepare.frames(tmp_path)) == found


def test_a_folder_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no frames"):
        prepare.frames(tmp_path)
    with pytest.raises(InvalidInput, match="is not a folder"):
        prepare.frames(tmp_path / "none")


@pytest.mark.parametrize("options", [{"every": 0}, {"limit": 0}])
def test_no_frames_cannot_be_asked_for(folder: Path, options: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match="give 1 or more"):
        prepare.frames(folder, **options)


def test_more_frames_than_a_sequence_holds_are_refused(tmp_path: Path) -> None:
    for number in range(2001):
        (tmp_path / f"{number:06d}.jpg").touch()

    with pytest.raises(InvalidInput, match="2001 frames are too many"):
        prepare.frames(tmp_path)
    assert len(prepare.frames(tmp_path, every=2)) == 1001
    with pytest.raises(InvalidInput, match="2001 frames are over"):
        prepare.sequence([f"{n}.jpg" for n in range(2001)], prefix="s3://b/p")


def test_a_sequence_file_has_the_keys_that_ground_truth_reads() -> None:
    document = prepare.sequence(
        ["f/a.jpg", "f/b.jpg", "f/c.jpg"],
        prefix="s3://bucket/clip",
        start=100,
        frames_per_second=0.5,
    )

    assert document == {
        "seq-no": 1,
        "prefix": "s3://bucket/clip/",
        "number-of-frames": 3,
        "frames": [
            {"frame-no": 1, "frame": "a.jpg", "unix-timestamp": 100},
            {"frame-no": 2, "frame": "b.jpg", "unix-timestamp": 102},
            {"frame-no": 3, "frame": "c.jpg", "unix-timestamp": 104},
        ],
    }


def test_frames_have_no_time_unless_the_first_one_has() -> None:
    document = prepare.sequence(["a.jpg"], prefix="s3://bucket/clip/", number=7)

    assert document["seq-no"] == 7
    assert document["frames"] == [{"frame-no": 1, "frame": "a.jpg"}]


@pytest.mark.parametrize(
    ("clip", "prefix", "said"),
    [
        ([], "s3://b/p", "at least one frame"),
        (["x/a.jpg", "y/a.jpg"], "s3://b/p", "same name"),
        (["a.jpg"], "s3://b/", "below a prefix"),
        (["a.jpg"], "folder", "below a prefix"),
    ],
)
def test_a_sequence_that_ground_truth_would_refuse_is_refused(
    clip: list[str], prefix: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        prepare.sequence(clip, prefix=prefix)


def test_a_manifest_has_a_line_for_each_sequence() -> None:
    text = prepare.manifest(["s3://b/1.json", "s3://b/2.json"])

    assert [json.loads(line) for line in text.splitlines()] == [
        {"source-ref": "s3://b/1.json"},
        {"source-ref": "s3://b/2.json"},
    ]
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ([], "at least one"),
        (["s3://b/x.json"] * 11, "11 sequences are too many"),
        (["clip.json"], "not the address of a file in S3"),
    ],
)
def test_a_manifest_that_ground_truth_would_refuse_is_refused(
    addresses: list[str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        prepare.manifest(addresses)


def images(folder: Path, count: int) -> list[Path]:
    """Files that begin as images do, JPEG and PNG by turns."""
    for number in range(count):
        jpeg = number % 2 == 0
        path = folder / f"{number:03d}.{'jpg' if jpeg else 'png'}"
        path.write_bytes(b"\xff\xd8\xff\xe0" if jpeg else b"\x89PNG\r\n\x1a\n")
    return prepare.frames(folder)


def test_a_clip_is_all_that_a_job_needs_below_one_prefix(tmp_path: Path) -> None:
    frames = images(tmp_path, 2)

    clip = prepare.clip(frames, prefix="s3://bucket/clips/one/", name="one")

    assert clip.files == {
        "frames/000.jpg": frames[0],
        "frames/001.png": frames[1],
        "one.json": json.dumps(clip.sequence, indent=2) + "\n",
        "one.manifest": '{"source-ref": "s3://bucket/clips/one/one.json"}\n',
    }
    assert clip.sequence["prefix"] == "s3://bucket/clips/one/frames/"
    assert clip.manifest_uri == "s3://bucket/clips/one/one.manifest"
    assert prepare.clip(frames, prefix="s3://bucket/clips/one", name="one") == clip


def test_frames_that_are_no_images_are_named(tmp_path: Path) -> None:
    frames = images(tmp_path, 8)
    for frame in frames[1:]:
        frame.write_bytes(b"GIF89a")

    with pytest.raises(
        InvalidInput,
        match=r"^001\.png, 002\.jpg, .*005\.png and 2 more: neither JPEG nor PNG inside",
    ):
        prepare.clip(frames, prefix="s3://b/p", name="x")
    frames[3].unlink()
    with pytest.raises(InvalidInput, match=r"003\.png cannot be read: No such file"):
        prepare.check_images(frames)


@pytest.mark.parametrize("name", ["", "a/b", "-a", "a b"])
def test_a_clip_has_a_name_that_needs_no_care(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="letters, digits"):
        prepare.clip(images(tmp_path, 1), prefix="s3://b/p", name=name)


def test_a_clip_cannot_lie_in_the_root_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"Write s3://bucket/prefix/"):
        prepare.clip(images(tmp_path, 1), prefix="/home/clips", name="x")
