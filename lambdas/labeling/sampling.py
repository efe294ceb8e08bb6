"""Which objects of a manifest go on to the next level: seeded, and never none of them."""

from __future__ import annotations

import random

# Of a selection of frames, those that are shown on each side of a chosen one: enough to tell where
# an object came from and goes.
AROUND = 2


def kept(count: int, rate: int, *, seed: str) -> frozenset[int]:
    """The indices (0-based) of the objects that are kept, of `count`.

    `rate` is the percentage kept, 1–100. The same seed keeps the same objects; at least one is
    kept where there is one.
    """
    if rate >= 100 or count == 0:
        return frozenset(range(count))
    size = max(1, round(count * rate / 100))
    return frozenset(random.Random(seed).sample(range(count), size))
