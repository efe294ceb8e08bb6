"""The template as a whole."""

import json
import re
from typing import Any

import pytest
import yaml
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs
from syrupy.assertion import SnapshotAssertion

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.deployment import DeploymentFailed
from stacks import synthesized
from tests.stacks.conftest import ROOT, Assembly
from tests.stacks.template import Template, text

REGIONS = [  # where Ground Truth's built-in task types exist
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
]
INTRINSICS = {"Ref", "Fn::GetAtt", "Fn::If", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"}


def test_the_template_changes_only_on_purpose(
    template: Template, snapshot: SnapshotAssertion
) -> None:
    shown = yaml.dump(_shortened(template.body), default_flow_style=None, width=100)

    assert shown == snapshot


def test_synthesis_needs_no_network_no_credentials_and_no_home(assembly: Assembly) -> None:
    # the fixture took all three away
    assert "error" not in assembly.output.lower()


def test_one_template_serves_every_region_and_account(template: Template) -> None:
    body = json.dumps({name: part for name, part in template.body.items() if name != "Rules"})

    assert [region for region in REGIONS if region in body] == []
    assert re.findall(r":\d{12}:", body) == []


def test_a_region_without_task_types_is_refused_by_name(template: Template) -> None:
    [rule] = template.body["Rules"].values()
    [assertion] = rule["Assertions"]

    assert assertion["Assert"] == {"Fn::Contains": [REGIONS, {"Ref": "AWS::Region"}]}
    assert "us-west-2. Deploy to one of them." in assertion["AssertDescription"]


def test_the_readme_names_the_regions() -> None:
    readme = (ROOT / "README.md").read_text()

    assert [region for region in REGIONS if f"`{region}`" not in readme] == []


def test_nothing_is_made_in_another_region() -> None:
    with (
        LocalCloud(workers="none", clock=VirtualClock(), region="eu-north-1") as cloud,
        pytest.raises(DeploymentFailed, match="Deploy to one of them"),
    ):
        cloud.deploy_app(synthesized.assembly())


def test_cdk_nag_has_nothing_to_say(assembly: Assembly) -> None:
    report = json.loads((assembly.directory / "validation-report.json").read_text())

    assert report["pluginReports"] == []


def test_cfn_lint_finds_nothing_in_any_of_the_twelve_regions(template: Template) -> None:
    found = cfnlint.lint(
        json.dumps(template.body),
        config=ManualArgs(
            regions=REGIONS,
            ignore_checks=["W3005"],  # CDK writes dependencies that a reference implies already
        ),
    )

    assert [str(match) for match in found] == []


def test_the_local_cloud_deploys_this_template_up_to_the_asset(template: Template) -> None:
    local = Template.read(synthesized.template())

    assert _without_asset(local) == _without_asset(template)


def _without_asset(template: Template) -> str:
    return re.sub(r"\b[0-9a-f]{64}\b", "asset", json.dumps(template.body, sort_keys=True))


def _shortened(value: Any) -> Any:
    """The template for a reviewer: references by name, the workflow and the asset left out."""
    match value:
        case {"DefinitionString": _}:
            rest = {key: part for key, part in value.items() if key != "DefinitionString"}
            return {"DefinitionString": "batch-process.asl.json", **_shortened(rest)}
        case dict() if len(value) == 1 and value.keys() <= INTRINSICS:
            return re.sub(r"\b[0-9a-f]{64}\b", "asset", text(value))
        case dict():
            return {key: _shortened(part) for key, part in value.items()}
        case list():
            return [_shortened(part) for part in value]
        case str():
            return re.sub(r"\b[0-9a-f]{64}\b", "asset", value)
        case _:
            return value
