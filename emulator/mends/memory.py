"""Memory: moto keeps every object it ever made, for a page that lists them.

Overwritten items, deleted messages and replaced S3 objects with their contents would stay as long
as the process does.
"""

from __future__ import annotations

from typing import Any

from moto.core.common_models import BaseModel


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:
    return object.__new__(cls)


def install() -> None:
    """Let go of what is not used."""
    BaseModel.__new__ = _untracked
