"""What many names of labeling jobs have in common, so that one list finds them."""

from __future__ import annotations

from collections.abc import Collection


def common_part(names: Collection[str]) -> str:
    """The longest text that is in every one of these names, in lower or upper case as they have
    it; empty when there is none."""
    shortest = min(names, key=len, default="")
    for length in range(len(shortest), 0, -1):
        for start in range(len(shortest) - length + 1):
            part = shortest[start : start + length]
            if all(part in name for name in names):
                return part
    return ""
