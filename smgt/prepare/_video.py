"""Frames out of a clip of video, as JPEG files whose names sort as they follow each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from smgt._errors import InvalidInput, NotConfigured
from smgt.prepare._frames import MAX_FRAMES

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

QUALITY = 95  # of JPEG; workers draw on what they see, to the pixel
SLACK = 1e-3  # seconds by which times in a file are rounded

Progress = Callable[[int, int | None], None]
"""Called after each frame with how many there are, and how many there will be, if that is known."""


def video_frames(
    file: Path | str,
    *,
    to: Path | str,
    fps: float,
    limit: int | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write `fps` frames of each second of a clip to the folder `to`, at most `limit`; returns
    their paths, in order: `000001.jpg`, `000002.jpg`, …

    The folder must not hold anything yet; it is there when all frames are. Needs PyAV and Pillow
    (the extra `video`). Frames are upright as the camera's file says.
    """
    file, to = Path(file), Path(to)
    if fps <= 0 or (limit is not None and limit < 1):
        raise InvalidInput("`fps` and `limit` are more than nothing: give 1 or so.")
    if to.is_dir() and any(to.iterdir()):
        raise InvalidInput(
            f"{to} is not empty: frames of two clips would be mixed. Empty it, or name another one."
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    with (
        _opened(file) as (container, stream),
        TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as beside,
    ):
        expected = _expected(container, stream, fps, limit)
        _check(file, stream, fps, expected)
        folder = Path(beside) / "frames"
        folder.mkdir()
        count = 0
        for count, frame in enumerate(_sampled(container, stream, fps, limit), start=1):
            if count > MAX_FRAMES:
                raise _too_long(file, f"over {MAX_FRAMES}", fps)
            _save(frame, folder / f"{count:06d}.jpg")
            if progress:
                progress(count, expected)
        if not count:
            raise InvalidInput(f"{file} has no frame that can be decoded.")
        if to.is_dir():
            to.rmdir()
        folder.rename(to)
    return sorted(to.iterdir())


@contextmanager
def _opened(file: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its first stream of pictures."""
    try:
        import av
        import PIL.Image  # noqa: F401  (frames become its images)
    except ImportError as error:
        raise NotConfigured(
            f"Reading video needs PyAV and Pillow ({error}): pip install 'smgt-workflows[video]'."
        ) from error
    try:
        with av.open(str(file)) as container:
            if container.format.name == "image2" or container.format.name.endswith("_pipe"):
                raise InvalidInput(
                    f"{file} is a picture, not a video. For pictures there are `smgt prepare "
                    "images` (each by itself) and `smgt prepare frames` (the frames of one clip)."
                )
            if not container.streams.video:
                raise InvalidInput(f"{file} has no pictures in it, only sound or text.")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            yield container, stream
    except av.FFmpegError as error:
        reason = error.strerror or str(error)
        raise InvalidInput(f"{file} cannot be read as video: {reason}.") from error


def _expected(
    container: InputContainer, stream: VideoStream, fps: float, limit: int | None
) -> int | None:
    """How many frames there will be, as far as the file says how long it is."""
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / 1_000_000
    else:
        return limit
    frames = max(1, math.ceil((seconds - SLACK) * fps))
    return frames if limit is None else min(frames, limit)


def _check(file: Path, stream: VideoStream, fps: float, expected: int | None) -> None:
    rate = stream.average_rate
    if rate and fps > float(rate) * 1.01:
        raise InvalidInput(
            f"{file} has {float(rate):.4g} frames a second, fewer than the {fps:g} asked for. Give "
            f"at most {float(rate):.4g}."
        )
    if expected and expected > MAX_FRAMES:
        raise _too_long(file, str(expected), fps)


def _too_long(file: Path, frames: str, fps: float) -> InvalidInput:
    return InvalidInput(
        f"{frames} frames at {fps:g} a second are too many for one sequence of at most "
        f"{MAX_FRAMES}. Take fewer of {file} (a lower `fps`, or a `limit`), or cut it up."
    )


def _sampled(
    container: InputContainer, stream: VideoStream, fps: float, limit: int | None
) -> Iterator[VideoFrame]:
    """The first frame, and then the first one of each 1/fps seconds after it."""
    start: float | None = None
    taken = 0
    for number, frame in enumerate(container.decode(stream)):
        time = frame.time
        if time is None:  # a file without times: frames follow each other evenly
            time = number / float(stream.average_rate or fps)
        start = time if start is None else start
        if time - start < taken / fps - SLACK:
            continue
        taken += 1
        yield frame
        if taken == limit:
            return


def _save(frame: VideoFrame, path: Path) -> None:
    """Write a frame, turned as the file says the camera was held."""
    image: Any = frame.to_image()  # type: ignore[no-untyped-call]
    if frame.rotation:
        image = image.rotate(frame.rotation, expand=True)
    try:
        image.save(path, quality=QUALITY)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error
