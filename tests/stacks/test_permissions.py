"""Who may do what."""

import pytest

from tests.stacks.template import Template, as_list, text

ANSWERS = {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"}
EVERY_FUNCTION = {
    "api",
    "complete_batch",
    "fail_batch",
    "listener",
    "post_process_level",
    "transform_batch",
    "trigger_level",
    "wait_for_level",
}
PLANNERS = {"api", "transform_batch"}  # they look before anything is started


def test_only_the_listener_may_answer_task_tokens(template: Template) -> None:
    assert {
        function
        for function in template.functions
        for action, _ in template.allowed(function)
        if action in ANSWERS
    } == {"listener"}


@pytest.mark.parametrize(
    ("action", "functions"),
    [
        ("dynamodb:PutItem", EVERY_FUNCTION),
        ("s3:PutObject", EVERY_FUNCTION - {"wait_for_level"}),
        ("sagemaker:CreateLabelingJob", {"listener", "trigger_level"}),
        ("sagemaker:DescribeLabelingJob", PLANNERS | {"listener", "trigger_level"}),
        ("sagemaker:StopLabelingJob", {"listener", "trigger_level"}),
        ("iam:PassRole", {"listener", "trigger_level"}),
        ("sagemaker:ListLabelingJobs", PLANNERS | {"listener", "trigger_level"}),
        ("sagemaker:DescribeWorkteam", PLANNERS),
        ("sagemaker:DescribeSubscribedWorkteam", PLANNERS),
        ("cognito-idp:ListUsersInGroup", PLANNERS),
        ("servicequotas:GetServiceQuota", PLANNERS),
        ("lambda:GetFunctionConfiguration", PLANNERS),
        ("lambda:InvokeFunction", set()),
        ("iam:GetRole", PLANNERS),
        ("kms:DescribeKey", PLANNERS),
        ("kms:Decrypt", EVERY_FUNCTION - {"wait_for_level"}),
        ("kms:Encrypt", set()),
        ("s3:GetBucketCORS", PLANNERS),
        ("s3:GetBucketLocation", PLANNERS),
        ("s3:GetEncryptionConfiguration", PLANNERS),
        ("states:StartExecution", {"api", "listener"}),
        ("states:StopExecution", {"api", "listener"}),
        ("states:DescribeExecution", {"listener"}),
        ("states:ListExecutions", {"listener"}),
        ("sqs:SendMessage", {"api", "listener", "trigger_level", "wait_for_level"}),
        ("sqs:ReceiveMessage", {"listener"}),
        (
            "sns:Publish",
            {"api", "complete_batch", "fail_batch", "listener", "post_process_level"},
        ),
        ("s3:DeleteObject", set()),
        ("dynamodb:Scan", set()),
        ("sqs:PurgeQueue", set()),
    ],
)
def test_a_function_may_do_only_what_it_does(
    template: Template, action: str, functions: set[str]
) -> None:
    assert template.users_of(action) == functions


def test_no_function_is_allowed_a_whole_service(template: Template) -> None:
    broad = [
        (function, action)
        for function in template.functions
        for action, _ in template.allowed(function)
        if action.endswith("*")
    ]

    assert broad == []


def test_every_function_writes_to_its_own_log_and_to_no_other(template: Template) -> None:
    for function, properties in template.functions.items():
        logs = {res for action, res in template.allowed(function) if action.startswith("logs:")}
        assert logs == {text(properties["LoggingConfig"]["LogGroup"])}


def test_the_input_bucket_is_only_read_by_functions(template: Template) -> None:
    written = {
        resource
        for function in template.functions
        for action, resource in template.allowed(function)
        if action == "s3:PutObject"
    }

    assert written == {"<StorageProcessing>/*"}


def test_the_role_of_labeling_jobs_is_passed_to_nothing_but_ground_truth(
    template: Template,
) -> None:
    role = template.one("AWS::IAM::Role", having="GroundTruth")

    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    passing = [
        statement for _, statement in template.statements() if statement["Action"] == "iam:PassRole"
    ]
    assert len(passing) == 2
    for statement in passing:
        assert statement["Condition"] == {
            "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
        }


def test_labeling_jobs_only_read_the_input_bucket(template: Template) -> None:
    allowed = {
        (action, text(resource))
        for role, statement in template.statements()
        if role.startswith("GroundTruth")
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }

    assert {action for action, on in allowed if on.startswith("<StorageInput>")} == {
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
    }
    assert {on for action, on in allowed if action == "s3:PutObject"} == {"<StorageProcessing>/*"}


def test_the_role_of_labeling_jobs_invokes_functions_of_five_names_only(
    template: Template,
) -> None:
    invoked = {
        text(resource)
        for role, statement in template.statements()
        if role.startswith("GroundTruth") and statement["Action"] == "lambda:InvokeFunction"
        for resource in as_list(statement["Resource"])
    }

    place = "arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:"
    assert invoked == {
        f"{place}*{name}*"
        for name in ("GtRecipe", "LabelingFunction", "SageMaker", "Sagemaker", "sagemaker")
    }


def test_the_role_of_labeling_jobs_may_do_with_keys_what_the_guide_asks(
    template: Template,
) -> None:
    allowed = {
        action
        for role, statement in template.statements()
        if role.startswith("GroundTruth")
        for action in as_list(statement["Action"])
        if action.startswith("kms:")
    }

    assert allowed == {
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    }


def test_keys_are_used_for_objects_in_s3_only(template: Template) -> None:
    using = [
        statement
        for _, statement in template.statements()
        if any(
            action.startswith("kms:") and action != "kms:DescribeKey"
            for action in as_list(statement["Action"])
        )
    ]

    assert using
    for statement in using:
        service = statement["Condition"]["StringEquals"]["kms:ViaService"]
        assert text(service) == "s3.<AWS::Region>.amazonaws.com"


def test_any_work_team_of_the_account_is_described(template: Template) -> None:
    teams = {on for action, on in template.allowed("api") if action == "sagemaker:DescribeWorkteam"}

    assert teams == {"arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:workteam/*"}


def test_the_workflow_calls_its_six_functions_and_neither_listener_nor_api(
    template: Template,
) -> None:
    called = {
        text(resource)
        for role, statement in template.statements()
        if role.startswith("Workflow") and statement["Action"] == "lambda:InvokeFunction"
        for resource in as_list(statement["Resource"])
    }

    assert {name for name in called if not name.endswith(":*")} == {
        "<FunctionsCompleteBatch>",
        "<FunctionsFailBatch>",
        "<FunctionsPostProcessLevel>",
        "<FunctionsTransformBatch>",
        "<FunctionsTriggerLevel>",
        "<FunctionsWaitForLevel>",
    }


def test_only_the_gateway_may_call_the_api_function_directly(template: Template) -> None:
    permission = template.one("AWS::Lambda::Permission")

    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert text(permission["FunctionName"]) == "<FunctionsApi>"
    assert "<ApiRestApi>" in text(permission["SourceArn"])
