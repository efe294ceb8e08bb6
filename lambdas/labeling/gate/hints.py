"""What the people who audit are told to look at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from labeling.quality.findings import Finding

MOST_HINTS = 10
# Instructions of a label category file ("Labeling Category Configuration File with Label Category
# and Frame Attributes Reference"): under 255 and under 2,048 characters.
LONGEST_SHORT = 254
LONGEST_FULL = 2_047
_BEFORE = "Please look at these places first."


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A finding, the object that it is about, and the names of that object's frames."""

    object: str
    finding: Finding
    frames: Sequence[str]

    @property
    def sentence(self) -> str:
        finding = self.finding
        if not self.frames:
            return f"{self.object}: {finding.message}"
        first, last = self.frames[finding.first_frame], self.frames[finding.last_frame]
        where = first if first == last else f"{first} to {last}"
        return f"{self.object}, {where}: {finding.message}"


def worst_hints(hints: Iterable[Hint]) -> tuple[str, ...]:
    """Sentences about the most severe findings, worst first."""
    worst = sorted(hints, key=lambda hint: (-hint.finding.severity, hint.sentence))
    return tuple(hint.sentence for hint in worst[:MOST_HINTS])


def instructions(hints: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """`instructions` of a label category file: as many hints as fit before those `given`, of which
    nothing is cut off."""
    short = given.get("shortInstruction") or "Please look first where the full instructions say."
    own = given.get("fullInstruction", "")
    room = LONGEST_FULL - len(_BEFORE) - len(own) - 2
    shown = []
    for hint in hints:
        room -= len(hint) + 1
        if room < 0:
            break
        shown.append(hint)
    if own and not shown:
        return dict(given)
    full = "\n".join([_BEFORE, *shown])
    return {
        "shortInstruction": short[:LONGEST_SHORT],
        "fullInstruction": f"{full}\n\n{own}".rstrip(),
    }
