"""What the CDK writes is deployed as `cdk deploy` does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.deployment import DeploymentFailed, Deployments
from tests.emulator.small_stacks import ROLE, bucket, queue

HASH = "ab" * 32


@pytest.fixture
def deployments(services: AwsServices) -> Deployments:
    return Deployments(services.client, account_id=services.account_id, region=services.region)


def template(resources: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"Resources": resources, "Parameters": parameters}


def assembly(folder: Path, stacks: dict[str, dict[str, Any]], **depends: list[str]) -> Path:
    """A folder like cdk.out, with one asset that no file lies behind."""
    artifacts: dict[str, Any] = {
        "assets": {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}},
        "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
    }
    for name, document in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(document))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": ["assets", *depends.get(name, [])],
        }
    asset = {
        "source": {"path": f"asset.{HASH}", "packaging": "zip"},
        "destinations": {"here": {"objectKey": f"{HASH}.zip"}},
    }
    (folder / "assets.json").write_text(json.dumps({"files": {HASH: asset}}))
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def function() -> dict[str, Any]:
    code = {
        "S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
        "S3Key": f"{HASH}.zip",
    }
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": code,
            "Handler": "labeling.handlers.api.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.13",
        },
    }


def test_an_app_is_deployed_with_its_functions_and_without_their_code(
    deployments: Deployments, services: AwsServices, tmp_path: Path
) -> None:
    app = assembly(tmp_path, {"workflow": template({"Role": ROLE, "Function": function()})})

    [stack] = deployments.deploy_app(app, {})

    name = stack.resources["Function"]
    deployed = services.client("lambda").get_function_configuration(FunctionName=name)
    assert deployed["Handler"] == "labeling.handlers.api.handler"
    assert deployed["CodeSize"] < 200
    assert stack.name == "workflow"


def test_stacks_are_deployed_in_order_each_with_its_own_parameters(
    deployments: Deployments, tmp_path: Path
) -> None:
    prefix = {"Type": "String"}
    cron = {"Type": "String", "Default": "rate(1 hour)"}
    app = assembly(
        tmp_path,
        {
            "reporting": template({"Queue": queue()}, Prefix=prefix, Cron=cron),
            "workflow": template({"Queue": queue()}, Prefix=prefix),
        },
        reporting=["workflow"],
    )

    stacks = deployments.deploy_app(app, {"Prefix": "a", "Cron": "rate(1 day)"})

    assert [(stack.name, dict(stack.parameters)) for stack in stacks] == [
        ("workflow", {"Prefix": "a"}),
        ("reporting", {"Prefix": "a", "Cron": "rate(1 day)"}),
    ]


def test_an_offered_parameter_is_taken_by_those_who_declare_it(
    deployments: Deployments, tmp_path: Path
) -> None:
    pool = {"CognitoUserPoolId": {"Type": "String"}}
    app = assembly(
        tmp_path,
        {"a": template({"Queue": queue()}), "b": template({"Queue": queue()}, **pool)},
    )

    stacks = deployments.deploy_app(app, {}, offered={"CognitoUserPoolId": "pool"})

    assert {stack.name: dict(stack.parameters) for stack in stacks} == {
        "a": {},
        "b": {"CognitoUserPoolId": "pool"},
    }


def test_a_parameter_that_no_stack_knows_is_refused(
    deployments: Deployments, tmp_path: Path
) -> None:
    app = assembly(tmp_path, {"workflow": template({"Queue": queue()})})

    with pytest.raises(
        DeploymentFailed, match=r"workflow: Parameters: \[Prefx\] do not exist in the template"
    ):
        deployments.deploy_app(app, {"Prefx": "a"})


def test_templates_that_check_the_bootstrap_version_find_it(deployments: Deployments) -> None:
    version = {
        "Type": "AWS::SSM::Parameter::Value<String>",
        "Default": "/cdk-bootstrap/hnb659fds/version",
    }
    old = {"Fn::Contains": [["1", "2", "3", "4", "5"], {"Ref": "BootstrapVersion"}]}
    rule = {"Assertions": [{"Assert": {"Fn::Not": [old]}, "AssertDescription": "too old"}]}
    document = {**template({"Queue": queue()}, BootstrapVersion=version), "Rules": {"Check": rule}}

    stack = deployments.deploy("jobs", document, {})

    assert list(stack.resources) == ["Queue"]


def test_a_second_deployment_updates_and_keeps_parameters(deployments: Deployments) -> None:
    def with_delay(seconds: int) -> dict[str, Any]:
        return template(
            {"Queue": queue(DelaySeconds=seconds, QueueName={"Ref": "Name"})},
            Name={"Type": "String"},
        )

    first = deployments.deploy("jobs", with_delay(1), {"Name": "jobs"})
    same = deployments.deploy("jobs", with_delay(1), {})
    second = deployments.deploy("jobs", with_delay(2), {})

    assert first == same
    assert (second.stack_id, second.parameters) == (first.stack_id, {"Name": "jobs"})


def test_what_failed_is_named_with_its_reason_and_can_be_deployed_again(
    deployments: Deployments,
) -> None:
    with pytest.raises(DeploymentFailed) as failed:
        deployments.deploy("jobs", template({"Bucket": bucket("Wrong Name")}), {})

    stack = deployments.deploy("jobs", template({"Bucket": bucket("right-name")}), {})

    assert str(failed.value).startswith("jobs is ROLLBACK_COMPLETE:\n  Bucket (AWS::S3::Bucket): ")
    assert "Invalid bucket name" in str(failed.value)
    assert stack.resources == {"Bucket": "right-name"}


def test_a_failed_update_tells_its_own_reasons_only(deployments: Deployments) -> None:
    deployments.deploy("jobs", template({"Queue": queue()}), {})
    for name in ("Wrong One", "Wrong Two"):
        with pytest.raises(DeploymentFailed) as failed:
            deployments.deploy("jobs", template({"Queue": queue(), "Bucket": bucket(name)}), {})

    assert str(failed.value).startswith("jobs is UPDATE_ROLLBACK_COMPLETE:")
    assert "Wrong Two" in str(failed.value)
    assert "Wrong One" not in str(failed.value)


def test_a_destroyed_stack_leaves_nothing_but_the_asset_bucket(
    deployments: Deployments, services: AwsServices
) -> None:
    deployments.deploy("jobs", template({"Queue": queue(), "Bucket": bucket("labels")}), {})

    deployments.destroy("jobs")
    deployments.destroy("jobs")

    buckets = services.client("s3").list_buckets()["Buckets"]
    assert [item["Name"] for item in buckets] == [deployments.asset_bucket]
    assert "QueueUrls" not in services.client("sqs").list_queues()


def test_a_bucket_that_is_not_empty_stops_the_destruction(
    deployments: Deployments, services: AwsServices
) -> None:
    deployments.deploy("jobs", template({"Bucket": bucket("labels")}), {})
    services.client("s3").put_object(Bucket="labels", Key="a", Body=b"1")

    with pytest.raises(
        DeploymentFailed, match=r"jobs is DELETE_FAILED:\n  Bucket .*BucketNotEmpty"
    ):
        deployments.destroy("jobs")


def test_another_region_has_an_asset_bucket_of_its_own(clean_process: None) -> None:
    with AwsServices(region="eu-central-1") as services:
        deployments = Deployments(
            services.client, account_id=services.account_id, region="eu-central-1"
        )

        stack = deployments.deploy("jobs", template({"Bucket": bucket("labels")}), {})

        assert ":eu-central-1:" in stack.stack_id
        where = services.client("s3").get_bucket_location(Bucket="labels")
        assert where["LocationConstraint"] == "eu-central-1"
