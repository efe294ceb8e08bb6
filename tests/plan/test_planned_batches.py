"""A plan refuses no valid batch, and finds nearly every fault before anybody is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

import smgt
from labeling.modalities import modalities
from tests.plan import page, table
from tests.plan.scenes import Laboratory, Scene, laboratory
from tests.plan.seeding import Outcome
from tests.plan.unusual import UNUSUAL

# Words that say what to do, or what would do.
REMEDY = re.compile(
    r"\b(add|an approval can|begin|choose|correct|deploy|did you mean|enable|give|invite|"
    r"known here|leave|make|must|name|needs?|only|pad|put|rename|save|send|shorten|show|takes?|"
    r"upload|use|write)\b",
    re.IGNORECASE,
)

# An audit that names a manifest also names no job; and of the region, the service has its say, too.
TWO_AT_ONCE = {"audit_of_a_manifest", "region_without_task_types"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    with laboratory() as made:
        yield made


@pytest.fixture(scope="module")
def outcomes(lab: Laboratory) -> list[Outcome]:
    return table.all_outcomes(lab)


@pytest.mark.parametrize("modality", modalities())
def test_no_valid_batch_is_refused(lab: Laboratory, modality: str) -> None:
    plan = lab.client.plan(lab.valid(modality))

    assert (plan.valid, plan.complete) == (True, True)
    assert (plan.errors, plan.warnings) == ((), ())
    assert plan.total.billed


@pytest.mark.parametrize("unusual", UNUSUAL, ids=lambda unusual: unusual.__name__)
def test_no_unusual_batch_is_refused(lab: Laboratory, unusual: Any) -> None:
    scene = Scene.of(lab, unusual.base, unusual.__name__)
    with scene.undo:
        unusual(scene)
        plan = lab.client.plan(scene.batch)

    assert (plan.valid, plan.complete, plan.errors) == (True, True, ())
    assert {warning.type for warning in plan.warnings} == unusual.warnings


def test_faults_are_found_before_anybody_is_paid(outcomes: list[Outcome]) -> None:
    print(table.table(outcomes))
    caught = [one for one in outcomes if one.is_caught]
    seen = [one for one in outcomes if one.mistakes]

    assert len(outcomes) >= 40
    assert len(caught) >= 0.95 * len(outcomes), list(table.missed(outcomes))
    assert sum(one.jobs for one in seen) == 0


def test_what_nobody_sees_is_known(outcomes: list[Outcome]) -> None:
    unseen = {one.fault.name for one in outcomes if not one.is_caught}

    assert unseen == {one.fault.name for one in outcomes if one.fault.why_unseen}


def test_messages_name_the_place_and_say_what_to_do(outcomes: list[Outcome]) -> None:
    caught = [one for one in outcomes if one.is_caught]

    elsewhere = {
        one.fault.name: one.mistakes for one in caught if one.mistake.where != one.fault.at
    }
    helpless = [one.mistake.message for one in caught if not REMEDY.search(one.mistake.message)]
    assert elsewhere == {}
    assert helpless == []


def test_a_fault_is_told_of_once(outcomes: list[Outcome]) -> None:
    """What follows from a mistake is no mistake of its own; some faults are two at once."""
    told = {one.fault.name: len(one.mistakes) for one in outcomes if len(one.mistakes) > 1}

    assert set(told) <= TWO_AT_ONCE


def test_the_page_shows_the_example_and_the_table(lab: Laboratory, outcomes: list[Outcome]) -> None:
    current = page.with_parts(example=page.example(lab), faults=table.table(outcomes))

    assert page.PAGE.read_text() == current, "run python -m tests.plan.table --write"


def test_a_dry_run_says_what_a_create_does(lab: Laboratory) -> None:
    batch = deepcopy(lab.valid("VideoObjectTrackingAudit"))
    batch["labelingJobs"][1]["jobLevel"] = 3
    batch["approveBeforeLevels"] = [9]

    with pytest.raises(smgt.InvalidRequest) as refused:
        lab.client.create(batch)

    assert refused.value.errors == lab.client.plan(batch).errors
