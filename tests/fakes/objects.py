"""S3 in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from labeling.errors import ObjectUnreadable
from labeling.ports import ObjectEntry

CHUNK = 1024
URLS_LIVE = timedelta(hours=1)


class FakeObjects:
    """`texts` is what lies where, by URI; `binaries` is what is no text."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.texts: dict[str, str] = {}
        self.binaries: dict[str, bytes] = {}
        self._now = now

    def read(self, uri: str) -> str:
        try:
            return self.read_bytes(uri).decode()
        except UnicodeDecodeError as error:
            raise ObjectUnreadable(f"{uri} is not UTF-8 text") from error

    def read_bytes(self, uri: str) -> bytes:
        if not self.exists(uri):
            raise ObjectUnreadable(f"{uri}: there is no such object")
        return self._body(uri)

    def chunks(self, uri: str) -> Iterator[bytes]:
        body = self.read_bytes(uri)
        for start in range(0, len(body), CHUNK):
            yield body[start : start + CHUNK]

    def exists(self, uri: str) -> bool:
        return uri in self.texts or uri in self.binaries

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        for uri in sorted({*self.texts, *self.binaries}, key=str.encode):
            if uri.startswith(prefix_uri):
                yield ObjectEntry(uri, len(self._body(uri)))

    def lines(self, uri: str) -> Iterator[str]:
        for line in self.read(uri).split("\n"):
            text = line.removesuffix("\r")
            if text:
                yield text

    def write(self, uri: str, text: str) -> None:
        self.texts[uri] = text

    def write_lines(self, uri: str, lines: Iterable[str]) -> None:
        self.texts[uri] = "".join(f"{line}\n" for line in lines)

    def write_chunks(self, uri: str, chunks: Iterable[bytes]) -> None:
        written = b"".join(chunks)
        self.binaries.pop(uri, None)
        self.texts.pop(uri, None)
        try:
            self.texts[uri] = written.decode()
        except UnicodeDecodeError:
            self.binaries[uri] = written

    def write_once(self, uri: str, text: str) -> str:
        return self.texts.setdefault(uri, text)

    def signed_url(self, uri: str) -> str:
        return f"https://{uri.removeprefix('s3://')}?X-Amz-Signature=signed"

    def urls_expire_at(self) -> datetime:
        return self._now() + URLS_LIVE

    def _body(self, uri: str) -> bytes:
        return self.binaries[uri] if uri in self.binaries else self.texts[uri].encode()
