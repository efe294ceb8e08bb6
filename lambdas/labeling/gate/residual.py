"""How many units are wrong of those that nobody looked at again: what the control sample tells."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

_Z = 1.959963984540054  # of a normal distribution, 97.5 %


@dataclass(frozen=True, kw_only=True)
class Residual:
    """`wrong` of `looked_at` control units were changed by people; `left` units nobody looked at.

    `rate`, `low` and `high` are the share of wrong units among those left: the estimate and its
    95 % interval (Wilson 1927, "Probable inference, the law of succession, and statistical
    inference"), for which the control sample must have been drawn at random from the same units.
    """

    looked_at: int
    wrong: int
    left: int

    @property
    def rate(self) -> float:
        return self.wrong / self.looked_at

    @property
    def low(self) -> float:
        return max(0.0, self._centre - self._reach)

    @property
    def high(self) -> float:
        return min(1.0, self._centre + self._reach)

    @property
    def _centre(self) -> float:
        return (self.rate + _Z**2 / (2 * self.looked_at)) / (1 + _Z**2 / self.looked_at)

    @property
    def _reach(self) -> float:
        count, rate = self.looked_at, self.rate
        spread = sqrt(rate * (1 - rate) / count + _Z**2 / (4 * count**2))
        return _Z * spread / (1 + _Z**2 / count)

    def as_answer(self) -> dict[str, Any]:
        return {
            "controlUnits": self.looked_at,
            "controlUnitsChanged": self.wrong,
            "unitsNotLookedAt": self.left,
            "errorRate": round(self.rate, 4),
            "errorRateLow": round(self.low, 4),
            "errorRateHigh": round(self.high, 4),
        }


def residual(*, looked_at: int, wrong: int, left: int) -> Residual | None:
    """None without a control sample: then nobody can tell."""
    return Residual(looked_at=looked_at, wrong=wrong, left=left) if looked_at else None
