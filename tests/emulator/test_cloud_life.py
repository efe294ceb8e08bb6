"""A local cloud starts with the real templates, serves them, and stops without a trace."""

from __future__ import annotations

import json
import os
import socket
import threading

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.endpoints import Endpoints
from labeling import wiring
from stacks.synthesized import assembly


def get(endpoints: Endpoints, path: str, *, signed: bool = True) -> httpx.Response:
    url = endpoints.api_url + path
    request = AWSRequest(method="GET", url=url)
    if signed:
        keys = Credentials(endpoints.access_key_id, endpoints.secret_access_key)
        SigV4Auth(keys, "execute-api", endpoints.region).add_auth(request)
    return httpx.get(url, headers=dict(request.headers.items()))


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_real_templates_are_served_in_any_region(region: str) -> None:
    with LocalCloud(clock=VirtualClock(), region=region) as cloud:
        [stack] = cloud.deploy_app(assembly(), {"Prefix": "labels"})

        batches = get(cloud.endpoints, "/batch/show")
        teams = get(cloud.endpoints, "/workforce/show").json()
        unsigned = get(cloud.endpoints, "/batch/show", signed=False)

    assert stack.outputs["StateMachineArn"].endswith(
        f":{region}:123456789012:stateMachine:labels-batch-process"
    )
    assert batches.json()["IN_PROGRESS"] == []
    members = {team["workteamName"]: team["members"] for team in teams["workteams"]}
    assert list(members) == ["labels-first-level", "labels-second-level"]
    assert all(len(names) == 2 for names in members.values())
    assert unsigned.status_code == 403
    assert json.loads(unsigned.text)["errors"] == []


def test_it_stops_without_a_trace() -> None:
    environment, threads = dict(os.environ), set(threading.enumerate())
    now = wiring.now

    for _ in range(2):
        cloud = LocalCloud(workers="scripted").start()
        endpoint = cloud.endpoints.aws_endpoint_url
        assert wiring.now is not now
        cloud.stop()
        cloud.stop()

    assert dict(os.environ) == environment
    assert wiring.now is now
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= threads
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(endpoint.rpartition(":")[2])))


def test_a_port_that_is_taken_leaves_no_half_of_it_running() -> None:
    environment = dict(os.environ)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for ports in ({"port": port}, {"api_port": port}):
            with pytest.raises(OSError, match="in use"):
                LocalCloud(**ports).start()

    assert dict(os.environ) == environment
    with LocalCloud() as cloud:
        assert cloud.endpoints.api_url == ""
