"""A fault is seeded into a valid batch, which is then created: what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import smgt
from smgt import Mistake
from tests.plan.faults import Fault
from tests.plan.scenes import Laboratory, Scene


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`mistakes` are what the API answered, empty where it took the batch. `jobs` counts the
    labeling jobs that were created then, `labeled` the objects that people worked on in vain."""

    fault: Fault
    mistakes: tuple[Mistake, ...]
    jobs: int
    labeled: int = 0

    @property
    def is_caught(self) -> bool:
        return bool(self.mistakes) and not self.jobs

    @property
    def mistake(self) -> Mistake:
        """The one at the place of the fault, or else the first."""
        at = [mistake for mistake in self.mistakes if mistake.where == self.fault.at]
        return (at or list(self.mistakes))[0]


def outcome(fault: Fault, lab: Laboratory) -> Outcome:
    """Changes the batch, creates it, and puts everything back. A batch that is taken runs to its
    end."""
    scene = Scene.of(lab, fault.base, fault.name)
    with scene.undo:
        fault.seed(scene)
        lab.forget_calls()
        try:
            lab.client.create(scene.batch)
        except smgt.Refused as refused:
            mistakes = refused.errors or (Mistake("", refused.message),)
            return Outcome(fault=fault, mistakes=mistakes, jobs=lab.labeling_jobs())
        lab.run()
        scene.undo.callback(lab.empty)
        return Outcome(fault=fault, mistakes=(), jobs=lab.labeling_jobs(), labeled=lab.labeled())
