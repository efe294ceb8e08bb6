"""`python -m benchmarks.quality.unseen`: the same measures where nothing was tuned.

Real clips changed (`variants`), and made scenes (`worlds`) at 1 to 30 frames a second, with seeds
that are used nowhere else. Some minutes; prints tables, writes out/bench/quality-unseen.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.quality import clips, measure
from benchmarks.quality.faults import FAULTS
from benchmarks.quality.measure import NOTHING, Flags, Recall
from benchmarks.quality.variants import VARIANTS
from benchmarks.quality.worlds import RATES, WORLDS
from labeling.quality.check import check
from labeling.quality.tracks import Tracks

OUT = Path("out/bench/quality-unseen.json")
SEEDS = (901, 902, 903)
TRIALS = 30


@dataclass(frozen=True)
class Changed:
    """One clip, changed: findings where nothing was put in, and recall by kind."""

    flags: Flags
    recall: Mapping[str, Recall]


def flags_of_worlds() -> dict[str, dict[str, Flags]]:
    """By scene, then by frames a second."""
    found: dict[str, dict[str, Flags]] = {}
    for name, world in WORLDS.items():
        for rate in RATES:
            scenes = [world(rate, np.random.default_rng([seed, 5])) for seed in SEEDS]
            total = Flags(
                sum(len(check(scene).findings) for scene in scenes),
                sum(len(scene.frames) for scene in scenes),
            )
            found.setdefault(name, {})[f"{rate:g}"] = total
    return found


def changed_clips() -> dict[str, dict[str, Changed]]:
    """By change, then by clip; and the clips as published, gaps and tracks of one box included."""
    real = clips.clean()
    raw = {"driving (BDD100K)": clips.driving(), "vehicles (Ground Truth)": clips.vehicles()}
    found = {}
    for name, change in VARIANTS.items():
        print(f"{name} …", file=sys.stderr, flush=True)
        found[name] = {clip: _measured(change(tracks)) for clip, tracks in real.items()}
    found["size unknown"] = {
        clip: _measured(tracks, size_known=False) for clip, tracks in real.items()
    }
    found["as published"] = {clip: _measured(tracks) for clip, tracks in raw.items()}
    return found


def _measured(tracks: Tracks, *, size_known: bool = True) -> Changed:
    kinds = [kind for kind in FAULTS if kind != "never-labeled"]
    return Changed(
        Flags(len(check(tracks).findings), len(tracks.frames)),
        {
            kind: measure.recall(tracks, kind, trials=TRIALS, seed=SEEDS[0], size_known=size_known)
            for kind in kinds
        },
    )


def show_worlds(worlds: Mapping[str, Mapping[str, Flags]]) -> None:
    print("findings per 1,000 frames, at so many frames a second:")
    print(" " * 35 + "".join(f"{rate:>8g}" for rate in RATES))
    for name, by_rate in worlds.items():
        numbers = "".join(f"{flags.per_thousand:8.1f}" for flags in by_rate.values())
        print(f"{name:35}{numbers}")
    together = [
        sum(per_rate, Flags(0, 0)).per_thousand
        for per_rate in zip(*(by_rate.values() for by_rate in worlds.values()), strict=True)
    ]
    print(f"{'all':35}" + "".join(f"{share:8.1f}" for share in together))


def show_changed(changed: Mapping[str, Mapping[str, Changed]]) -> None:
    for name, by_clip in changed.items():
        for clip, one in by_clip.items():
            weak = {
                kind: f"{recall.named / recall.injected:.2f}"
                for kind, recall in one.recall.items()
                if recall.injected and recall.named < 0.9 * recall.injected
            }
            count = f"{one.flags.findings:3} in {one.flags.frames:3}"
            print(f"{name:24} {clip.split()[0]:12} {count} under 0.9: {weak or 'none'}")
    for kind in FAULTS:
        every = (one.recall.get(kind, NOTHING) for by in changed.values() for one in by.values())
        total = sum(every, NOTHING)
        if total.injected:
            print(f"{kind:28} {total.named / total.injected:.3f} of {total.injected}")


def main() -> int:
    worlds, changed = flags_of_worlds(), changed_clips()
    show_worlds(worlds)
    show_changed(changed)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    document = {"worlds": worlds, "changed": changed}
    OUT.write_text(json.dumps(document, default=vars, indent=1) + "\n")
    print(f"Written to {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
