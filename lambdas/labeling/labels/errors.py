"""What is wrong with a file of labels, and where."""

from __future__ import annotations

from typing import Self

from labeling.errors import LabelingError


class LabelsUnreadable(LabelingError):
    """A file of labels that is not what Ground Truth writes.

    It names the `manifest` and its `line` (from 1), the `file` that the line refers to where the
    mistake is in there, the `frame` (its name, or its place in the list, from 0), the `member`, and
    `what` is wrong with it. Whoever finds the mistake knows only the member: each caller adds what
    it knows with `within`.
    """

    def __init__(
        self,
        what: str,
        *,
        member: str = "",
        frame: str | int | None = None,
        file: str = "",
        line: int | None = None,
        manifest: str = "",
    ) -> None:
        self.what = what
        self.member = member
        self.frame = frame
        self.file = file
        self.line = line
        self.manifest = manifest
        super().__init__(self._sentence())

    def within(
        self,
        *,
        member: str = "",
        frame: str | int | None = None,
        file: str = "",
        line: int | None = None,
        manifest: str = "",
    ) -> Self:
        """The same mistake, seen from further outside; what is known already stays."""
        return type(self)(
            self.what,
            member=_path(member, self.member),
            frame=frame if self.frame is None else self.frame,
            file=self.file or file,
            line=line if self.line is None else self.line,
            manifest=self.manifest or manifest,
        )

    def _sentence(self) -> str:
        places = [
            self.manifest,
            f"line {self.line}" if self.line is not None else "",
            self.file,
            f"frame {self.frame}" if self.frame is not None else "",
            self.member,
        ]
        place = ", ".join(place for place in places if place)
        return f"{place}: {self.what}" if place else self.what


def _path(outer: str, inner: str) -> str:
    if not outer or not inner or inner.startswith("["):
        return f"{outer}{inner}"
    return f"{outer}.{inner}"
