"""What may be chosen when the app is synthesized."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from stacks.app import synth
from stacks.config import Config
from statemachine.builder import definition
from tests.stacks.template import Template


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


def test_without_a_word_there_are_three_levels_and_the_data_stays() -> None:
    assert Config.from_context(context()) == Config()
    assert Config().levels == 3


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"levels": "0"}, "levels must be 1 to 10, not 0"),
        ({"levels": "11"}, "levels must be 1 to 10, not 11"),
        ({"removalPolicy": "snapshot"}, "removalPolicy must be one of retain, destroy"),
    ],
)
def test_what_cannot_be_chosen_is_said(choice: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Config.from_context(context(**choice))


def _is_kept(resource: dict[str, Any]) -> bool:
    return resource.get("DeletionPolicy") == "Retain"
