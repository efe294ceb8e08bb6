"""One running local cloud a folder: the file that says where it is has room for one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class RunsAlready(Exception):
    """Another process keeps a local cloud running for this folder; the text says where."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Have the folder to oneself. The system ends this with the process, however that ends: what a
    killed one left is no hindrance.

    Raises:
        RunsAlready: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunsAlready(_where(folder)) from None
        yield
    finally:
        os.close(handle)


def _where(folder: Path) -> str:
    """What is known of the one that runs; it may be starting."""
    path = folder / "endpoints.json"
    try:
        return f"its API is {json.loads(path.read_text())['apiUrl']}, see {path}"
    except (OSError, ValueError, KeyError):
        return "it is still starting"
