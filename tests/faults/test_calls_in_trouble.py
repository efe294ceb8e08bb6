"""Every AWS call of every function once in trouble: its answer lost, done twice, throttled, in
conflict with another transaction. The batch ends as if nothing had been."""

from __future__ import annotations

import pytest

from tests.faults.campaign import Campaign
from tests.faults.points import TROUBLES, Fault
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.figures import survivals

EVERY = 97


@pytest.mark.parametrize("fault", TROUBLES, ids=str)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_batch_ends_the_same_whichever_call_is_in_trouble(
    scenario: Scenario, fault: Fault, campaigns, record_property
):
    campaign: Campaign = campaigns(scenario)

    report = campaign.suffer(fault, campaign.sample(fault, EVERY))

    survivals(
        "calls in trouble",
        points=report.points,
        survived=report.survived,
        doubled=report.doubled,
        record_property=record_property,
    )
    assert not report.troubles, str(report)
