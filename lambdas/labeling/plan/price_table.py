"""What labeling costs and how long it takes, read from `prices.json`.

The sources, and what is assumed for want of one, stand in that file beside the numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

from labeling.modalities import Modality, modalities

POINT_CLOUDS = "point-cloud"


@dataclass(frozen=True)
class Range:
    """From the least to the most that is to be expected."""

    low: float
    high: float

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, factor: float) -> Range:
        return Range(self.low * factor, self.high * factor)

    def rounded(self, digits: int) -> dict[str, float]:
        return {"low": round(self.low, digits), "high": round(self.high, digits)}

    @classmethod
    def read(cls, entry: Any) -> Self:
        return cls(entry["low"], entry["high"])


NOTHING = Range(0, 0)


@cache
def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("prices.json").read_text())
    return loaded


def price_of_objects(batch_objects: int) -> Range:
    """USD for each of so many objects of a batch: at the prices of a month in which nothing else
    is labeled, to all at the price of a month's first."""
    prices = table()["prices"]["object"]
    cost, counted = 0.0, 0
    for tier in prices["tiers"]:
        upper = batch_objects if tier["upTo"] is None else min(batch_objects, tier["upTo"])
        cost += (upper - counted) * tier["usd"]
        counted = upper
    low = cost / batch_objects if batch_objects else prices["firstTier"]
    return Range(low, prices["firstTier"])


def price_of_point_clouds() -> Range:
    """USD for each frame."""
    return Range.read(table()["prices"]["pointCloudFrame"])


def seconds_of_person(modality: Modality) -> Range:
    """How long one person is busy with an object, or with a frame where labels are by frame."""
    labeled = modalities()[modality.audits] if modality.audits else modality
    seconds = Range.read(table()["seconds"][labeled.name])
    if modality.audits is None:
        return seconds
    share = Range.read(table()["verifications" if modality.verifies else "audits"])
    return Range(seconds.low * share.low, seconds.high * share.high)


def preprocessing_seconds(point_clouds: int) -> float:
    """Before workers see the first of so many point clouds."""
    entry = table()["preprocessing"]
    return float(point_clouds / entry["frames"] * entry["seconds"])
