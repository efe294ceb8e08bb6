"""The pictures of frames in a folder, small enough to be put into a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path, PurePosixPath

from smgt._errors import InvalidInput

try:
    from PIL import Image
except ImportError as error:  # the extra `drawing`
    _WITHOUT: ImportError | None = error
else:
    _WITHOUT = None

_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff"}
WIDTH = 640


class FrameFolder:
    """A folder with pictures, in folders of their own or not. Raises `InvalidInput` for what is no
    folder, or where Pillow is not installed."""

    def __init__(self, folder: Path) -> None:
        if _WITHOUT is not None:
            raise InvalidInput("--frames needs Pillow: pip install pillow.") from _WITHOUT
        if not folder.is_dir():
            raise InvalidInput(f"{folder} is no folder.")
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
        self._paths = {path.relative_to(folder).as_posix(): path for path in found}
        self._names: dict[str, Path | None] = {}
        for path in found:
            # a name that two folders have leads nowhere
            self._names[path.name] = None if path.name in self._names else path

    def path(self, frame: str) -> Path | None:
        """The picture of the frame of this name."""
        name = PurePosixPath(frame)
        return self._paths.get(frame) or self._names.get(name.name)

    def size(self) -> tuple[float, float] | None:
        """Width and height in pixels, where the first, the middle and the last picture agree."""
        paths = list(self._paths.values())
        some = {paths[0], paths[len(paths) // 2], paths[-1]} if paths else set()
        sizes = {self._size(path) for path in some}
        return sizes.pop() if len(sizes) == 1 else None

    def thumbnail(self, frame: str) -> tuple[str, tuple[float, float]] | None:
        """The frame's picture as a `data:` address of a JPEG, and its true width and height."""
        path = self.path(frame)
        if path is None:
            return None
        try:
            with Image.open(path) as opened:
                size = (float(opened.width), float(opened.height))
                opened.draft("RGB", (WIDTH, WIDTH))
                picture = opened.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        picture.thumbnail((WIDTH, WIDTH))
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=72)
        return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}", size

    def _size(self, path: Path) -> tuple[float, float] | None:
        try:
            with Image.open(path) as picture:
                return (float(picture.width), float(picture.height))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
