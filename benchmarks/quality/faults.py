"""Faults put into a clip on purpose, each kind as a person or a tool makes it.

Every fault takes a table, a source of chance and the tracks it must leave alone, and answers the
faulty table and what it did, or None where it finds no place. Where a fault could not be told
from the truth by anybody (an object that stands still is frozen, say) the place does not count:
each function says which places do. Sizes are the side of a square as large as the box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from numpy.random import Generator

from benchmarks.quality import box_faults, track_faults
from benchmarks.quality.places import Injected
from benchmarks.quality.table import Table

Injection = Callable[[Table, Generator, Set[int]], Injected]

FAULTS: Mapping[str, Injection] = {
    injection.__name__.replace("_", "-"): injection
    for injection in (
        track_faults.gap,
        box_faults.position_jump,
        box_faults.size_jump,
        box_faults.aspect_jump,
        track_faults.identity_switch,
        track_faults.identity_break,
        track_faults.duplicate_with_another_id,
        track_faults.duplicate_row,
        track_faults.stray_track,
        box_faults.frozen_box,
        track_faults.late_start,
        track_faults.early_end,
        box_faults.stuck_past_border,
        box_faults.out_of_frame,
        box_faults.no_size,
        box_faults.class_change,
        box_faults.attribute_flicker,
        track_faults.empty_frame,
        track_faults.never_labeled,
    )
}
