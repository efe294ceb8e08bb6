"""Kinds of faults, a module a subject: each changes a valid batch in one place.

faults = Subject("Names")

@faults.of("BoundingBox", at=f"{FIRST}.jobName")
def underscore(scene: Scene) -> None:
    "a job's name with an underscore"
    scene.first["jobName"] = "first_job"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

from tests.plan.scenes import Scene

Seed = Callable[[Scene], None]

_MODULES = (
    "names",
    "chains",
    "attributes",
    "options",
    "people",
    "account",
    "labels",
    "questions",
    "audits",
    "manifests",
    "objects",
    "sequences",
    "clouds",
    "templates",
    "contents",
)


@dataclass(frozen=True)
class Fault:
    """`words` say what is wrong, `base` is the modality of the valid batch, `at` the place that
    the plan should name. `why_unseen` says why nobody can see it before people have worked; faults
    without it should be caught."""

    name: str
    words: str
    base: str
    at: str
    seed: Seed
    why_unseen: str = ""


@dataclass
class Subject:
    """Faults of the same things."""

    title: str
    faults: list[Fault] = field(default_factory=list)

    def of(self, base: str, *, at: str, why_unseen: str = "") -> Callable[[Seed], Seed]:
        def add(seed: Seed) -> Seed:
            assert seed.__doc__
            name, words = seed.__name__, " ".join(seed.__doc__.split())
            self.faults.append(Fault(name, words, base, at, seed, why_unseen))
            return seed

        return add


def subjects() -> list[Subject]:
    return [import_module(f"{__name__}.{name}").faults for name in _MODULES]


def all_faults() -> list[Fault]:
    return [fault for subject in subjects() for fault in subject.faults]
