"""Frames out of real video: which ones, what they look like, and what is refused."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from examples.driving.labels import FRAMES
from smgt import InvalidInput, NotConfigured, prepare
from tests.client.films import SIZE, film, held_upright

SOURCES = sorted(FRAMES.iterdir())[:20]  # those that the clip is made of


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, ten frames a second."""
    return film(tmp_path_factory.mktemp("film") / "clip.mp4")


def difference(path: Path, source: Path) -> float:
    """How much two images differ, 0 to 255, in the mean over pixels."""
    with Image.open(path) as one, Image.open(source) as other:
        small = other.convert("RGB").resize(one.size)
        return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), small)).mean) / 3


def nearest(path: Path) -> int:
    """The frame of the example that an image shows, counted from 0."""
    return min(range(len(SOURCES)), key=lambda n: difference(path, SOURCES[n]))


def test_frames_are_taken_evenly_and_named_so_that_they_sort(clip: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []

    frames = prepare.video_frames(
        clip, to=tmp_path / "new/frames", fps=2.5, progress=lambda *step: steps.append(step)
    )

    assert [frame.name for frame in frames] == [f"00000{n}.jpg" for n in range(1, 6)]
    assert frames == prepare.frames(tmp_path / "new/frames")
    assert [nearest(frame) for frame in frames] == [0, 4, 8, 12, 16]
    assert steps == [(n, 5) for n in range(1, 6)]
    with Image.open(frames[0]) as image:
        assert image.size == SIZE
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["frames"]


def test_the_rate_of_the_clip_itself_takes_every_frame(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert len(prepare.video_frames(clip, to=tmp_path / "all", fps=10)) == 20
    assert len(prepare.video_frames(str(clip), to=str(tmp_path / "empty"), fps=10, limit=3)) == 3


def test_what_a_telephone_filmed_upright_is_upright(tmp_path: Path) -> None:
    clip = held_upright(film(tmp_path / "clip.mp4", frames=1))

    [frame] = prepare.video_frames(clip, to=tmp_path / "frames", fps=1)

    with Image.open(frame) as image, Image.open(SOURCES[0]) as source:
        assert image.size == SIZE[::-1]
        source.rotate(-90, expand=True).save(tmp_path / "turned.png")
    assert difference(frame, tmp_path / "turned.png") < 12


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fps": 0}, "more than nothing"),
        ({"fps": 1, "limit": 0}, "more than nothing"),
        ({"fps": 25}, r"10 frames a second, fewer than the 25 asked for\. Give at most 10"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    clip: Path, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        prepare.video_frames(clip, to=tmp_path / "frames", **options)
    assert list(tmp_path.iterdir()) == []


def test_more_frames_than_a_sequence_holds_are_refused_before_any_is_taken(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smgt.prepare._video.MAX_FRAMES", 9)

    with pytest.raises(
        InvalidInput, match=r"^10 frames at 5 a second are too many .* of at most 9"
    ):
        prepare.video_frames(clip, to=tmp_path / "frames", fps=5)
    assert list(tmp_path.iterdir()) == []
    assert len(prepare.video_frames(clip, to=tmp_path / "frames", fps=5, limit=9)) == 9


def test_a_film_that_does_not_say_how_long_it_is_is_read_until_it_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = film(tmp_path / "clip.m4v", frames=8, format="m4v")
    steps: list[tuple[int, int | None]] = []

    frames = prepare.video_frames(
        clip, to=tmp_path / "all", fps=10, progress=lambda *step: steps.append(step)
    )

    assert len(frames) == 8
    monkeypatch.setattr("smgt.prepare._video.MAX_FRAMES", 3)
    with pytest.raises(InvalidInput, match="over 3 frames at 10 a second"):
        prepare.video_frames(clip, to=tmp_path / "some", fps=10)
    assert not (tmp_path / "some").exists()


def test_frames_of_two_clips_are_never_mixed(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "000001.jpg").touch()

    with pytest.raises(InvalidInput, match="is not empty"):
        prepare.video_frames(clip, to=tmp_path, fps=1)


def test_a_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no film")

    with pytest.raises(InvalidInput, match=r"notes\.mp4 cannot be read as video: Invalid data"):
        prepare.video_frames(tmp_path / "notes.mp4", to=tmp_path / "frames", fps=1)
    with pytest.raises(InvalidInput, match=r"none\.mp4 cannot be read as video: No such file"):
        prepare.video_frames(tmp_path / "none.mp4", to=tmp_path / "frames", fps=1)


def test_without_the_library_people_are_told_what_to_install(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_av(name: str, *rest: Any, **more: Any) -> Any:
        if name == "av":
            raise ModuleNotFoundError("No module named 'av'", name="av")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_av)

    with pytest.raises(NotConfigured, match=r"pip install 'smgt-workflows\[video\]'"):
        prepare.video_frames(clip, to=tmp_path / "frames", fps=1)


def test_a_picture_is_not_taken_for_a_video(tmp_path: Path) -> None:
    for name in ("photo.jpg", "photo.png"):
        Image.new("RGB", (32, 32)).save(tmp_path / name)
        with pytest.raises(InvalidInput, match=rf"{name} is a picture, not a video.*`smgt prepare"):
            prepare.video_frames(tmp_path / name, to=tmp_path / "frames", fps=1)
    assert not (tmp_path / "frames").exists()
