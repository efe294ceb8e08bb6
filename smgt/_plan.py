"""What a batch would cost and what is wrong with it, as the API's plan says it.

Tolerates fields that are new, fields that lack, and numbers in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smgt._errors import Mistake


@dataclass(frozen=True, kw_only=True)
class Span:
    """From a low estimate to a high one."""

    low: float
    high: float

    @classmethod
    def from_json(cls, answer: Any) -> Span | None:
        if not isinstance(answer, Mapping):
            return None
        low, high = _number(answer.get("low")), _number(answer.get("high"))
        if low is None and high is None:
            return None
        return cls(
            low=low if low is not None else high or 0.0,
            high=high if high is not None else low or 0.0,
        )


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much work something is; None where it cannot be known before it runs.

    `billed` are the objects that AWS charges for: of video each frame is one. `cost` is in US
    dollars, `hours` are from its start to its end under the account's quotas.
    """

    objects: int | None = None
    billed: int | None = None
    cost: Span | None = None
    hours: Span | None = None

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Amount:
        return cls(
            objects=_whole(answer.get("objects")),
            billed=_whole(answer.get("billedObjects")),
            cost=Span.from_json(answer.get("costUsd")),
            hours=Span.from_json(answer.get("hours")),
        )


@dataclass(frozen=True, kw_only=True)
class LevelPlan:
    """The jobs of a level by their names, each with its amount, and that of the whole level."""

    number: int
    jobs: Mapping[str, Amount]
    total: Amount

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> LevelPlan:
        return cls(
            number=_whole(answer.get("level")) or 0,
            jobs={
                str(job.get("jobName", "")): Amount.from_json(job)
                for job in _mappings(answer.get("jobs"))
            },
            total=Amount.from_json(answer),
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What creating a batch would do. Nothing has been started.

    `valid`: it has no errors, so creating it would start it. `complete`: every check was made;
    else some could not be, and a warning says which. `raw` is the API's own answer.
    """

    batch_id: str
    valid: bool
    complete: bool = True
    errors: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    levels: tuple[LevelPlan, ...] = ()
    total: Amount = field(default_factory=Amount)
    assumptions: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Plan:
        errors = tuple(map(Mistake.from_json, _mappings(answer.get("errors"))))
        given = answer.get("estimate")
        estimate: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        total = estimate.get("total")
        return cls(
            batch_id=str(answer.get("batchId") or ""),
            valid=bool(answer.get("valid", not errors)),
            complete=bool(answer.get("complete", True)),
            errors=errors,
            warnings=tuple(map(Mistake.from_json, _mappings(answer.get("warnings")))),
            levels=tuple(map(LevelPlan.from_json, _mappings(estimate.get("levels")))),
            total=Amount.from_json(total if isinstance(total, Mapping) else {}),
            assumptions=tuple(map(str, estimate.get("assumptions") or ())),
            raw=answer,
        )


def _mappings(entries: Any) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in entries or () if isinstance(entry, Mapping)]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else round(number)
