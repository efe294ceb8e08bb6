from __future__ import annotations

from typing import Any

import pytest
from moto.sns import sns_backends

from tests.emulator.conftest import ClientFactory

LIMIT = 262_144


@pytest.fixture
def sns(client: ClientFactory) -> Any:
    return client("sns")


@pytest.fixture
def topic(sns: Any) -> str:
    arn: str = sns.create_topic(Name="status")["TopicArn"]
    return arn


def published(topic: str) -> list[str]:
    messages = sns_backends["123456789012"]["us-east-1"].topics[topic].sent_notifications
    return [message for _, message, *_ in messages]


def test_a_message_may_have_256_kib(sns: Any, topic: str) -> None:
    sns.publish(TopicArn=topic, Message="x" * LIMIT)

    assert published(topic) == ["x" * LIMIT]


def test_the_size_of_a_message_is_counted_in_bytes(sns: Any, topic: str) -> None:
    with pytest.raises(sns.exceptions.InvalidParameterException, match="too long"):
        sns.publish(TopicArn=topic, Message="ä" * (LIMIT // 2 + 1))

    assert published(topic) == []


def test_attributes_count_too(sns: Any, topic: str) -> None:
    attributes = {"status": {"DataType": "String", "StringValue": "SUCCESS"}}

    with pytest.raises(sns.exceptions.InvalidParameterException, match="too long"):
        sns.publish(TopicArn=topic, Message="x" * (LIMIT - 10), MessageAttributes=attributes)

    assert published(topic) == []


@pytest.mark.parametrize("subject", ["two\nlines", "", "x" * 101])
def test_a_subject_is_one_short_line(sns: Any, topic: str, subject: str) -> None:
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Subject"):
        sns.publish(TopicArn=topic, Message="done", Subject=subject)

    assert published(topic) == []
