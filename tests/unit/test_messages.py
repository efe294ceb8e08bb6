from __future__ import annotations

import json

import pytest

from labeling.messages import (
    Check,
    ExecutionEnded,
    LabelingJobEnded,
    StartJobs,
    Tick,
    UnreadableMessage,
    Wake,
    caught_error,
    parse,
)

# As the developer guide prints it ("Monitor Labeling Job Status").
JOB_EVENT = {
    "version": "0",
    "id": "111e1111-11d1-111f-b111-1111b11dcb11",
    "detail-type": "SageMaker Ground Truth Labeling Job State Change",
    "source": "aws.sagemaker",
    "account": "111122223333",
    "time": "2018-10-06T12:26:13Z",
    "region": "us-east-1",
    "resources": ["arn:aws:sagemaker:us-east-1:111122223333:labeling-job/test-labeling-job"],
    "detail": {"LabelingJobStatus": "Completed"},
}
EXECUTION_EVENT = {
    "detail-type": "Step Functions Execution Status Change",
    "source": "aws.states",
    "resources": ["arn:aws:states:us-east-1:111122223333:execution:p-batch-process:b-01234567"],
    "detail": {
        "name": "b-01234567",
        "status": "TIMED_OUT",
        "input": '{"batchId": "b"}',
        "error": "States.Timeout",
        "cause": None,
    },
}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (JOB_EVENT, LabelingJobEnded(labeling_job="test-labeling-job")),
        (
            EXECUTION_EVENT,
            ExecutionEnded(
                batch_id="b", execution="b-01234567", status="TIMED_OUT", reason="States.Timeout"
            ),
        ),
        ({"type": "wake", "batchId": "b"}, Wake(batch_id="b")),
        ({"type": "check", "batchId": "b"}, Check(batch_id="b")),
        ({"type": "start"}, StartJobs()),
        ({"type": "tick"}, Tick()),
    ],
)
def test_every_message_of_the_queue_is_read(body, message):
    assert parse(json.dumps(body)) == message


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "null",
        "{}",
        '{"type": "sing"}',
        '{"type": "wake"}',
        json.dumps(JOB_EVENT | {"resources": []}),
        json.dumps(JOB_EVENT | {"resources": ["arn:aws:sagemaker:us-east-1:1:workteam/x"]}),
        json.dumps(JOB_EVENT | {"source": "aws.s3"}),
        json.dumps(EXECUTION_EVENT | {"detail": {"name": "b", "status": "FAILED", "input": "x"}}),
    ],
)
def test_what_nobody_sends_is_unreadable(body):
    with pytest.raises(UnreadableMessage):
        parse(body)


def test_a_lambda_error_is_read_out_of_its_cause():
    cause = json.dumps({"errorMessage": "no such manifest", "errorType": "InvalidBatch"})

    assert caught_error({"Error": "InvalidBatch", "Cause": cause}) == (
        "InvalidBatch",
        "no such manifest",
    )


def test_the_cause_of_a_failed_token_is_a_sentence_already():
    assert caught_error({"Error": "LabelingJobFailed", "Cause": "lane: expired"}) == (
        "LabelingJobFailed",
        "lane: expired",
    )


def test_an_error_without_a_cause_has_an_empty_one():
    assert caught_error({"Error": "States.Timeout"}) == ("States.Timeout", "")
