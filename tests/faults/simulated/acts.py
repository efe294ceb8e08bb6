"""What people and other users of the account do in a schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.ground_truth.errors import ServiceRefusal
from tests.emulator.ground_truth_world import labeling_job_request
from tests.faults.simulated.account import ACCOUNT, REGION
from tests.faults.simulated.batches import labels_uri
from tests.faults.simulated.whats import Act, What
from tests.unit.request_bodies import INPUTS

if TYPE_CHECKING:
    from tests.faults.simulation import Simulation

REST = timedelta(minutes=15)


def act(simulation: Simulation, one: Act) -> None:
    """Does it now; what cannot be done now is not done."""
    requests = simulation.requests
    request = requests[one.target % len(requests)]
    match one.what:
        case What.APPROVE:
            simulation.approve(request.batch_id)
        case What.APPROVE_HALF:
            simulation.approve(request.batch_id, 50)
        case What.STOP:
            simulation.stop(request.batch_id)
        case What.RETRY:
            simulation.retry(request.batch_id)
        case What.CREATE_AGAIN:
            simulation.create(request)
        case What.ABORT:
            simulation.abort(request.batch_id)
        case What.LISTENER_RESTS:
            simulation.post.pause()
            simulation.clock.call_at(simulation.clock.now() + REST, simulation.post.resume)
        case What.DAY_PASSES:
            simulation.pass_time(timedelta(hours=1 + one.target))
        case What.FOREIGN_EVENT:
            _foreign_event(simulation)
        case What.FOREIGN_JOB:
            _foreign_job(simulation, one)
        case _:
            _to_a_running_job(simulation, one)


def _foreign_event(simulation: Simulation) -> None:
    simulation.post.publish(
        {
            "source": "aws.sagemaker",
            "detail-type": "SageMaker Ground Truth Labeling Job State Change",
            "resources": [f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/not-ours"],
            "detail": {"LabelingJobStatus": "Completed"},
        }
    )


def _foreign_job(simulation: Simulation, one: Act) -> None:
    """Takes a place for a while."""
    name = f"other-{one.at}-{one.target}"
    engine, clock = simulation.account.engine, simulation.clock
    request = labeling_job_request(
        name,
        "VideoObjectTracking",
        team=simulation.account.team,
        manifest=f"{INPUTS}/b0-0-l1.manifest",
        categories=labels_uri(),
    )
    try:
        engine.faults.stall(name)
        engine.create_labeling_job(request)
    except ServiceRefusal:
        return
    clock.call_at(clock.now() + timedelta(minutes=4), lambda: engine.fail_job(name, "no more"))


def _to_a_running_job(simulation: Simulation, one: Act) -> None:
    running = [name for name in simulation.account.running() if not name.startswith("other")]
    if not running:
        return
    name, engine = running[one.target % len(running)], simulation.account.engine
    match one.what:
        case What.FAIL_JOB:
            engine.fail_job(name, "trouble was ordered")
        case What.EXPIRE_TASKS:
            engine.expire_tasks(name)
        case What.OUTSIDER_STOPS:
            try:
                engine.stop_labeling_job(name)
            except ServiceRefusal:
                return
        case other:
            raise NotImplementedError(other)
