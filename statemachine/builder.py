"""The state machine `<prefix>-batch-process` for any number of levels, in Amazon States Language.

Each level is three states: start its jobs, wait until they are done, check and sample what they
made for the next level. JSONPath throughout. The input is `{"batchId": ...}` and stays that: what
belongs to a batch lies in the table and in S3, so nothing here grows with the batch.

`${Name}` stands for the ARN of the function `Name`.
"""

from typing import Any

State = dict[str, Any]

ORDINALS = (
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
)

INVOKE = "arn:aws:states:::lambda:invoke"
INVOKE_AND_WAIT = "arn:aws:states:::lambda:invoke.waitForTaskToken"

WAIT_SECONDS = 31_000_000
TASK_SECONDS = 1_000

RETRY = [
    {
        "Comment": "Lambda itself was in trouble. Ten times over about 18 minutes: "
        "2 + 4 + 8 + ... + 256 + 300 + 300 = 1110 s.",
        "ErrorEquals": [
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        ],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxDelaySeconds": 300,
        "MaxAttempts": 10,
    },
    {
        "Comment": "The function crashed, ran out of memory or out of time. Every function can be "
        "repeated; three times: 10 + 20 + 40 = 70 s of waiting.",
        "ErrorEquals": [
            "Lambda.Unknown",
            "Sandbox.Timedout",
            "Runtime.ExitError",
            "Runtime.OutOfMemory",
        ],
        "IntervalSeconds": 10,
        "BackoffRate": 2,
        "MaxAttempts": 3,
    },
    {
        "Comment": "Our own functions gave up for now: other writers in the way, or Ground Truth "
        "did not answer. Six times: 5 + 10 + 20 + 40 + 80 + 160 = 315 s.",
        "ErrorEquals": ["Conflict", "ServiceUnavailable"],
        "IntervalSeconds": 5,
        "BackoffRate": 2,
        "MaxAttempts": 6,
    },
]


def definition(levels: int) -> State:
    """The definition for batches of up to `levels` levels.

    Raises ValueError when there is no word for so many.
    """
    if not 1 <= levels <= len(ORDINALS):
        raise ValueError(f"levels must be 1 to {len(ORDINALS)}, not {levels}")
    states: dict[str, State] = {
        "TransformationStep": _task(
            "TransformBatch",
            next_="TriggerLabelingFirstLevel",
            comment="Checks the inputs and writes the batch's levels and jobs.",
        )
    }
    for level in range(1, levels + 1):
        states |= _level(level, last=level == levels)
    states |= _end()
    return {
        "Comment": f"Labeling batches of up to {levels} levels. Written by "
        "`python -m statemachine`: change statemachine/builder.py, not this.",
        "StartAt": "TransformationStep",
        "States": states,
    }


def _level(level: int, *, last: bool) -> dict[str, State]:
    word = ORDINALS[level - 1]
    check = f"CheckFor{word}LevelComplete"
    states = {
        f"TriggerLabeling{word}Level": _task(
            "TriggerLevel",
            level=level,
            next_=check,
            comment="Starts the level's jobs as far as there is room; the listener starts the "
            "rest as room appears.",
        )
    }
    if last:
        states[check] = _wait(level=level, next_="CopyLogsAndSendBatchCompleted")
        return states
    following = ORDINALS[level]
    send = f"Send{following}LevelSNSAndCheckResponse"
    choose = f"Is{following}LevelApprovalRequired"
    approval = f"WaitFor{following}LevelApproval"
    trigger = f"TriggerLabeling{following}Level"
    states[check] = _wait(level=level, next_=send)
    states[send] = _task(
        "PostProcessLevel",
        level=level + 1,
        next_=choose,
        comment="Checks and samples what the finished level made, and says whether somebody has "
        "to approve it first.",
        result_path="$.postProcessing",
        # the answer of lambda:invoke has the function's answer in its Payload
        result_selector={"approvalRequired.$": "$.Payload.approvalRequired"},
    )
    states[choose] = {
        "Type": "Choice",
        "Comment": "Only a level that the request lists in approveBeforeLevels waits for somebody.",
        "Choices": [
            {
                "Variable": "$.postProcessing.approvalRequired",
                "BooleanEquals": True,
                "Next": approval,
            }
        ],
        "Default": trigger,
    }
    states[approval] = _wait(
        level=level + 1,
        next_=trigger,
        comment="Until POST /batch-metadata/post. 31,000,000 s are 358 days, an execution may "
        "live 365.",
    )
    return states


def _end() -> dict[str, State]:
    return {
        "CopyLogsAndSendBatchCompleted": _task("CompleteBatch", next_="Complete"),
        "Complete": {"Type": "Succeed"},
        "BatchError": {
            **_task(
                "FailBatch",
                next_="BatchFailed",
                comment="Records the error and publishes it, unless the batch has moved on to "
                "another execution.",
                error={"error.$": "$.error"},
            ),
            "Catch": [
                {
                    "Comment": "The error to report stays the first one; the reconciler finds "
                    "the batch by its execution.",
                    "ErrorEquals": ["States.ALL"],
                    "ResultPath": None,
                    "Next": "BatchFailed",
                }
            ],
        },
        "BatchFailed": {
            "Type": "Fail",
            "Comment": "A failed batch is a failed execution. The cause is the whole error: one "
            "that has timed out has no Cause of its own, and a path to nothing would fail.",
            "ErrorPath": "$.error.Error",
            "CausePath": "States.JsonToString($.error)",
        },
    }


def _wait(
    *,
    level: int,
    next_: str,
    comment: str = "Until the level is done or has failed. 31,000,000 s are 358 days, the last "
    "net: an execution may live 365, and each job has its own time limit.",
) -> State:
    return {
        **_task("WaitForLevel", level=level, next_=next_, comment=comment, token=True),
        "TimeoutSeconds": WAIT_SECONDS,
    }


def _task(
    function: str,
    *,
    next_: str,
    comment: str | None = None,
    level: int | None = None,
    token: bool = False,
    error: State | None = None,
    result_path: str | None = None,
    result_selector: State | None = None,
) -> State:
    payload: State = {
        "batchId.$": "$.batchId",
        "execution.$": "$$.Execution.Name",
        "state.$": "$$.State.Name",
        "retryCount.$": "$$.State.RetryCount",
    }
    if level is not None:
        payload["level"] = level
    if token:
        payload["taskToken.$"] = "$$.Task.Token"
    payload |= error or {}
    return {
        "Type": "Task",
        **({"Comment": comment} if comment else {}),
        "Resource": INVOKE_AND_WAIT if token else INVOKE,
        "Parameters": {"FunctionName": f"${{{function}}}", "Payload": payload},
        **({"ResultSelector": result_selector} if result_selector else {}),
        "ResultPath": result_path,
        "TimeoutSeconds": TASK_SECONDS,
        "Retry": RETRY,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "BatchError"}],
        "Next": next_,
    }
