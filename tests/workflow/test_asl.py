"""The state machine's definition: its contract with the functions, for any number of levels."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeling import errors, naming
from statemachine.__main__ import WRITTEN, text
from statemachine.builder import INVOKE, INVOKE_AND_WAIT, ORDINALS, State, definition

FUNCTIONS = {
    "TransformBatch",
    "TriggerLevel",
    "WaitForLevel",
    "PostProcessLevel",
    "CompleteBatch",
    "FailBatch",
}
# Step Functions' and Lambda's own names: "Handle Lambda service exceptions" in the developer guide
# of Step Functions, and what Lambda reports of a function that ended without an answer
THEIR_NAMES = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    "States.ALL",
}
WAY = [
    "TransformationStep",
    "TriggerLabelingFirstLevel",
    "CheckForFirstLevelComplete",
    "SendSecondLevelSNSAndCheckResponse",
    "TriggerLabelingSecondLevel",
    "CheckForSecondLevelComplete",
    "SendThirdLevelSNSAndCheckResponse",
    "TriggerLabelingThirdLevel",
    "CheckForThirdLevelComplete",
    "CopyLogsAndSendBatchCompleted",
    "Complete",
]
PASSED_ON = ["batchId.$", "execution.$", "retryCount.$", "state.$"]


@pytest.fixture(params=[1, 2, 3, 5, 10], ids="{}-levels".format)
def levels(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def states(levels: int) -> dict[str, State]:
    found: dict[str, State] = definition(levels)["States"]
    return found


def test_the_written_file_is_what_the_builder_makes() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == text(), "run `python -m statemachine`"


def test_a_batch_without_approval_passes_these_states_in_this_order() -> None:
    assert list(_way(definition(3)["States"])) == WAY


def test_approval_leads_through_a_token_state_before_the_level_starts() -> None:
    states = definition(3)["States"]

    for word, level in (("Second", 2), ("Third", 3)):
        choice = states[states[f"Send{word}LevelSNSAndCheckResponse"]["Next"]]
        waiting = states[choice["Choices"][0]["Next"]]
        assert choice["Choices"][0]["Next"] == f"WaitFor{word}LevelApproval"
        assert choice["Default"] == waiting["Next"] == f"TriggerLabeling{word}Level"
        assert waiting["Parameters"]["Payload"]["level"] == level


def test_every_state_that_is_named_exists_and_every_state_is_reached(
    states: dict[str, State],
) -> None:
    named = {"TransformationStep"} | {name for state in states.values() for name in _nexts(state)}

    assert named == set(states)


def test_every_task_catches_into_batch_error_and_batch_error_into_the_fail_state(
    states: dict[str, State],
) -> None:
    for name, state in _tasks(states):
        [caught] = state["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        assert caught["Next"] == ("BatchFailed" if name == "BatchError" else "BatchError")
    assert states["BatchError"]["Next"] == "BatchFailed"
    assert states["BatchFailed"]["Type"] == "Fail"


def test_the_error_that_failed_a_batch_survives_a_failing_batch_error(
    states: dict[str, State],
) -> None:
    [caught] = states["BatchError"]["Catch"]

    assert caught["ResultPath"] is None
    assert states["BatchError"]["ResultPath"] is None
    assert states["BatchFailed"]["ErrorPath"] == "$.error.Error"


def test_every_name_that_is_caught_or_retried_is_an_error_of_ours_or_documented(
    states: dict[str, State],
) -> None:
    names = {
        name
        for _, state in _tasks(states)
        for rule in [*state["Retry"], *state["Catch"]]
        for name in rule["ErrorEquals"]
    }

    ours = {n for n in names - THEIR_NAMES if issubclass(getattr(errors, n), errors.LabelingError)}
    assert names - THEIR_NAMES == ours


def test_the_sums_in_the_comments_are_right(states: dict[str, State]) -> None:
    for rule in states["TransformationStep"]["Retry"]:
        waits = [
            min(
                rule["IntervalSeconds"] * rule["BackoffRate"] ** attempt,
                rule.get("MaxDelaySeconds", 10**9),
            )
            for attempt in range(rule["MaxAttempts"])
        ]
        assert f"= {sum(waits)} s" in rule["Comment"]


def test_every_function_learns_batch_execution_state_and_try(states: dict[str, State]) -> None:
    for _, state in _tasks(states):
        payload = state["Parameters"]["Payload"]
        assert sorted(payload.keys() & set(PASSED_ON)) == PASSED_ON
        assert payload["batchId.$"] == "$.batchId"


def test_only_waiting_states_have_a_token_and_they_wait_most_of_a_year(
    states: dict[str, State],
) -> None:
    for name, state in _tasks(states):
        waits = re.fullmatch(r"CheckFor\w+LevelComplete|WaitFor\w+LevelApproval", name) is not None
        assert (state["Resource"] == INVOKE_AND_WAIT) == waits
        assert ("taskToken.$" in state["Parameters"]["Payload"]) == waits
        assert state["TimeoutSeconds"] == (31_000_000 if waits else 1_000)
        assert waits or state["Resource"] == INVOKE


def test_each_level_has_its_own_number_in_every_payload(states: dict[str, State]) -> None:
    for name, state in _tasks(states):
        level = state["Parameters"]["Payload"].get("level")
        word = re.search("|".join(ORDINALS), name)
        assert level == (ORDINALS.index(word.group()) + 1 if word else None)


def test_nothing_in_the_execution_grows_with_the_batch(states: dict[str, State]) -> None:
    for name, state in _tasks(states):
        if name.startswith("Send"):
            assert state["ResultSelector"] == {"approvalRequired.$": "$.Payload.approvalRequired"}
        else:
            assert state["ResultPath"] is None


def test_every_placeholder_is_a_function_of_the_stack(levels: int) -> None:
    asked_for = set(re.findall(r"\$\{(\w+)}", json.dumps(definition(levels))))

    # one level has nothing to check for a level after it
    assert asked_for == FUNCTIONS - ({"PostProcessLevel"} if levels == 1 else set())


def test_every_state_says_why_it_is_there_or_its_name_does() -> None:
    unexplained = {name for name, s in definition(3)["States"].items() if "Comment" not in s}

    assert unexplained == {"Complete", "CopyLogsAndSendBatchCompleted"}


def test_the_words_for_levels_are_those_of_the_answers() -> None:
    assert tuple(word.capitalize() for word in naming.LEVEL_WORDS) == ORDINALS


@pytest.mark.parametrize("levels", [0, 11])
def test_a_number_of_levels_without_a_word_is_refused(levels: int) -> None:
    with pytest.raises(ValueError, match="levels must be 1 to 10"):
        definition(levels)


def test_the_builder_needs_nothing_but_python() -> None:
    tree = ast.parse((Path(WRITTEN).parent / "builder.py").read_text())

    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported == {"typing"}
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Import)]


def _tasks(states: dict[str, State]) -> Iterator[tuple[str, State]]:
    return ((name, state) for name, state in states.items() if state["Type"] == "Task")


def _nexts(state: State) -> Iterator[str]:
    rules: list[dict[str, Any]] = [state, *state.get("Choices", []), *state.get("Catch", [])]
    yield from (rule["Next"] for rule in rules if "Next" in rule)
    if "Default" in state:
        yield state["Default"]


def _way(states: dict[str, State]) -> Iterator[str]:
    """The states of a batch that nobody has to approve, choices left out."""
    name = "TransformationStep"
    while name:
        state = states[name]
        if state["Type"] != "Choice":
            yield name
        name = state.get("Default") or state.get("Next", "")
