"""The functions: one asset, the same variables, logs that end."""

from importlib.util import find_spec

from tests.stacks.template import Template, as_list, text

VARIABLES = {
    "FIRST_LEVEL_TEAM_ARN",
    "INPUT_BUCKET",
    "JOB_COMPLETION_TIMEOUT",
    "LABELING_ROLE_ARN",
    "LEVELS",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_SERVICE_NAME",
    "PREFIX",
    "PROCESSING_BUCKET",
    "QUEUE_URL",
    "SECOND_LEVEL_TEAM_ARN",
    "STATE_MACHINE_ARN",
    "STATUS_TOPIC_ARN",
    "TABLE_NAME",
}


def test_every_handler_exists(template: Template) -> None:
    missing = {
        properties["Handler"]
        for properties in template.functions.values()
        if find_spec(properties["Handler"].removesuffix(".handler")) is None
    }

    assert missing == set()


def test_all_functions_have_the_same_variables(template: Template) -> None:
    functions = list(template.functions.values())

    assert set(functions[0]["Environment"]["Variables"]) == VARIABLES
    for function in functions:
        assert function["Environment"] == functions[0]["Environment"]
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"


def test_functions_that_look_into_labels_have_the_libraries_for_it(template: Template) -> None:
    by_code: dict[str, set[str]] = {}
    for name, function in template.functions.items():
        by_code.setdefault(text(function["Code"]), set()).add(name)

    assert sorted(by_code.values(), key=min) == [
        {"api", "fail_batch", "listener", "wait_for_level"},
        {"complete_batch", "post_process_level", "transform_batch", "trigger_level"},
    ]


def test_the_merge_has_a_disk_for_manifests_and_exports(template: Template) -> None:
    disks = {
        name: function["EphemeralStorage"]["Size"] for name, function in template.functions.items()
    }

    assert disks.pop("complete_batch") == 4096
    assert set(disks.values()) == {512}


def test_the_state_machines_arn_is_known_to_the_functions_that_it_needs_first(
    template: Template,
) -> None:
    machine = template.one("AWS::StepFunctions::StateMachine")
    [arn] = {
        text(function["Environment"]["Variables"]["STATE_MACHINE_ARN"])
        for function in template.functions.values()
    }

    assert arn.split(":stateMachine:")[1] == text(machine["StateMachineName"])


def test_the_logging_level_decides_what_lambda_keeps_and_what_the_code_writes(
    template: Template,
) -> None:
    level = {"Fn::If": ["Debug", "DEBUG", "INFO"]}

    assert template.body["Conditions"]["Debug"] == {
        "Fn::Equals": [{"Ref": "LoggingLevel"}, "DEBUG"]
    }
    for function in template.functions.values():
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["LoggingConfig"]["ApplicationLogLevel"] == level
        assert function["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == level


def test_no_log_is_kept_for_ever(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup").values()

    assert {group["RetentionInDays"] for group in groups} == {90}


def test_nothing_is_deployed_that_runs_on_node(template: Template) -> None:
    runtimes = {
        runtime
        for function in template.of_type("AWS::Lambda::Function").values()
        for runtime in as_list(function["Runtime"])
    }
    types = {resource["Type"] for resource in template.body["Resources"].values()}

    assert runtimes == {"python3.13"}
    assert not any(type_.startswith("Custom::") for type_ in types)
