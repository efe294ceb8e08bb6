"""Real clips of video, encoded from frames of the example."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from examples.driving.labels import FRAMES

SIZE = (160, 90)


def film(path: Path, *, frames: int = 20, rate: int = 10, format: str = "mp4") -> Path:
    """The first frames of the driving clip, made small, as an MPEG-4 video of this frame rate. In
    the format `m4v` it is nothing but pictures: no times, and no word of how long it is."""
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 2_000_000
        for source in sorted(FRAMES.iterdir())[:frames]:
            with Image.open(source) as image:
                frame = av.VideoFrame.from_image(image.convert("RGB").resize(SIZE))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def held_upright(path: Path) -> Path:
    """The same clip as a telephone writes it that was held upright: turned by the matrix in the
    track's header (ISO/IEC 14496-12, `tkhd`), a quarter clockwise when shown."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40  # version 0: forty bytes come before it
    one, minus_one, w = 1 << 16, (1 << 32) - (1 << 16), 1 << 30
    turned = (0, one, 0, minus_one, 0, 0, SIZE[1] << 16, 0, w)
    content[matrix : matrix + 36] = b"".join(number.to_bytes(4, "big") for number in turned)
    path.write_bytes(content)
    return path
