"""Figures that a test records and that the session's end shows, summed up by their kind."""

from __future__ import annotations

from collections.abc import Callable

PROPERTY = "survivals"
HELD = "held"


def survivals(
    kind: str,
    *,
    points: int,
    survived: int,
    doubled: int,
    record_property: Callable[[str, object], None],
) -> None:
    """So many faults of a kind (`crash points`), how many of them changed nothing, and how many
    messages came twice for it."""
    record_property(PROPERTY, [kind, points, survived, doubled])


def held(kind: str, *, played: int, record_property: Callable[[str, object], None]) -> None:
    """So many of a kind (`schedules`) were played, and every invariant held in all of them."""
    record_property(HELD, [kind, played])
