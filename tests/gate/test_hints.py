"""What people who audit are told."""

from __future__ import annotations

import pytest

from labeling.gate.hints import LONGEST_FULL, instructions

HINTS = [f"clip.json, {number:03}.jpg: " + "x" * 100 for number in range(10)]


@pytest.mark.parametrize("length", [0, 1, 500, 1_800, 1_890, 1_900, 2_000, LONGEST_FULL])
def test_hints_never_cut_off_what_people_are_told_anyway(length):
    own = "y" * length

    said = instructions(HINTS, {"shortInstruction": "Be exact.", "fullInstruction": own})

    assert said["fullInstruction"].endswith(own)
    assert len(said["fullInstruction"]) <= LONGEST_FULL
    assert said["shortInstruction"] == "Be exact."


def test_the_worst_hints_come_first_and_as_many_as_fit():
    said = instructions(HINTS, {"fullInstruction": "y" * 1_700})["fullInstruction"]

    assert [hint for hint in HINTS if hint in said] == HINTS[:2]
