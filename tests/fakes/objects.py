"""S3 in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from labeling.errors import ObjectUnreadable

URLS_LIVE = timedelta(hours=1)


class FakeObjects:
    """`texts` is what lies where, by URI."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.texts: dict[str, str] = {}
        self._now = now

    def read(self, uri: str) -> str:
        try:
            return self.texts[uri]
        except KeyError:
            raise ObjectUnreadable(f"{uri}: there is no such object") from None

    def lines(self, uri: str) -> Iterator[str]:
        for line in self.read(uri).split("\n"):
            text = line.removesuffix("\r")
            if text:
                yield text

    def write(self, uri: str, text: str) -> None:
        self.texts[uri] = text

    def write_lines(self, uri: str, lines: Iterable[str]) -> None:
        self.texts[uri] = "".join(f"{line}\n" for line in lines)

    def write_once(self, uri: str, text: str) -> str:
        return self.texts.setdefault(uri, text)

    def signed_url(self, uri: str) -> str:
        return f"https://{uri.removeprefix('s3://')}?X-Amz-Signature=signed"

    def urls_expire_at(self) -> datetime:
        return self._now() + URLS_LIVE
