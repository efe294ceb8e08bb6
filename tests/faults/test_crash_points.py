"""Every function, killed before and after every AWS call that it makes, once each.

The platform's own retries go on, and the batch ends as if nothing had been.
"""

from __future__ import annotations

import pytest

from tests.faults.campaign import Campaign
from tests.faults.points import CRASHES, Fault
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.figures import survivals

EVERY = 41
FUNCTIONS = {
    "Api",
    "TransformBatch",
    "TriggerLevel",
    "WaitForLevel",
    "PostProcessLevel",
    "CompleteBatch",
    "FailBatch",
    "Listener",
}


def test_every_function_is_among_the_crash_points(campaigns):
    reached = {
        point.call.function for scenario in SCENARIOS for point in campaigns(scenario).points
    }

    assert reached == FUNCTIONS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_an_undisturbed_batch_ends_as_it_should(scenario: Scenario, campaigns):
    ending = campaigns(scenario).undisturbed

    assert ending.shown["status"] == scenario.status
    assert ending.doubled == ending.dead_letters == 0


@pytest.mark.parametrize("fault", CRASHES, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_batch_ends_the_same_wherever_a_function_crashes(
    scenario: Scenario, fault: Fault, campaigns, record_property
):
    campaign: Campaign = campaigns(scenario)

    report = campaign.suffer(fault, campaign.sample(fault, EVERY))

    survivals(
        "crash points",
        points=report.points,
        survived=report.survived,
        doubled=report.doubled,
        record_property=record_property,
    )
    assert report.points > 0
    assert not report.troubles, str(report)
