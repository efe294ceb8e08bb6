"""What may be chosen when the app is synthesized."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from stacks.app import build, check, new_app, synth
from stacks.config import Config
from statemachine.builder import definition
from tests.stacks.template import Template, text


def context(**values: str) -> Any:
    """A construct's node as `-c name=value` leaves it."""

    class Node:
        def try_get_context(self, name: str) -> str | None:
            return values.get(name)

    return cast(Any, Node())


def test_a_deployment_may_have_five_levels_and_take_its_data_along(tmp_path: Path) -> None:
    config = Config.from_context(context(levels="5", removalPolicy="destroy"))

    template = Template.read(synth(tmp_path, config=config))

    machine = template.one("AWS::StepFunctions::StateMachine")
    assert json.loads(machine["DefinitionString"]) == definition(5)
    assert template.functions["api"]["Environment"]["Variables"]["LEVELS"] == "5"
    kept = {r["Type"] for r in template.body["Resources"].values() if _is_kept(r)}
    assert kept.isdisjoint({"AWS::S3::Bucket", "AWS::DynamoDB::Table"})


def test_requests_to_the_api_can_be_logged(tmp_path: Path) -> None:
    app = new_app(outdir=tmp_path, bundle=False)
    stack = build(app, Config.from_context(context(apiLogs="true")))
    check(app)

    app.synth()

    template = Template.read(tmp_path / stack.template_file)
    stage = template.one("AWS::ApiGateway::Stage")
    [settings] = stage["MethodSettings"]
    assert "<ApiAccessLog>" in text(stage["AccessLogSetting"]["DestinationArn"])
    assert settings["LoggingLevel"] == "ERROR"
    assert settings["DataTraceEnabled"] is False  # bodies are not written to logs
    assert "CloudWatchRole" in text(template.one("AWS::ApiGateway::Account")["CloudWatchRoleArn"])


def test_without_a_word_there_are_three_levels_and_the_data_stays() -> None:
    assert Config.from_context(context()) == Config()
    assert Config().levels == 3
    assert Config().api_logs is False


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"levels": "0"}, "levels must be 1 to 10, not 0"),
        ({"levels": "11"}, "levels must be 1 to 10, not 11"),
        ({"apiLogs": "some"}, "apiLogs must be true or false, not some"),
        ({"removalPolicy": "snapshot"}, "removalPolicy must be one of retain, destroy"),
    ],
)
def test_what_cannot_be_chosen_is_said(choice: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Config.from_context(context(**choice))


def _is_kept(resource: dict[str, Any]) -> bool:
    return "Retain" in resource.get("DeletionPolicy", "")
