"""The API's handler on ports in memory, called as API Gateway calls it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labeling import wiring
from labeling.handlers import api
from tests.fakes import World
from tests.fakes import world as make_world
from tests.unit.clips import write_clip
from tests.unit.request_bodies import SETTINGS

EVENTS = Path(__file__).parents[1] / "events"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

Call = Callable[..., "Answer"]


class Context:
    function_name = "Api"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:Api"
    aws_request_id = REQUEST_ID


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture(name="world")
def _world(monkeypatch: pytest.MonkeyPatch) -> World:
    """What the handler is wired to."""
    world = make_world()
    write_clip(world)
    for port in (
        "account",
        "batches",
        "labeling",
        "notifier",
        "objects",
        "queue",
        "workflow",
        "workforce",
    ):
        monkeypatch.setattr(wiring, port, lambda port=port: getattr(world, port))
    monkeypatch.setattr(wiring, "places", lambda: world.places)
    monkeypatch.setattr(wiring, "now", world.now)
    for module in (api, wiring):
        monkeypatch.setattr(module, "settings", lambda: SETTINGS)
    return world


@pytest.fixture
def call(world: World) -> Call:
    """A request through API Gateway's event, and what the handler answers."""
    recorded = json.loads((EVENTS / "apiGatewayProxyEvent.json").read_text())

    def call(
        method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        event = copy.deepcopy(recorded)
        event |= {"httpMethod": method, "path": path, "resource": path}
        event["requestContext"] |= {"httpMethod": method, "path": f"/prod{path}", "stage": "prod"}
        event["queryStringParameters"] = query
        lists = {name: [value] for name, value in (query or {}).items()}
        event["multiValueQueryStringParameters"] = lists or None
        event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
        answer = api.handler(event, Context())  # type: ignore[arg-type]
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], answer["body"], headers)

    return call
