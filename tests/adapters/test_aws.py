"""Clients of AWS services: what they write to the log."""

from __future__ import annotations

import logging

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from labeling.adapters import aws

TOKEN = "AQCEAAAAKgAAAAMAAAAA-the-token-of-a-waiting-state"


@pytest.fixture
def _talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loggers as a function finds them, before anything has set a level."""
    for name in aws.TALKATIVE:
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
        logging.getLogger(name).manager._clear_cache()  # type: ignore[attr-defined]
    aws.session.cache_clear()


@pytest.mark.usefixtures("_talkative")
def test_no_token_and_no_credentials_get_into_a_log_of_everything(
    services: AwsServices, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the-token-of-the-session")
    caplog.set_level(logging.DEBUG)
    states = aws.client("stepfunctions", region=services.region)

    with pytest.raises(ClientError):
        states.send_task_success(taskToken=TOKEN, output="{}")

    logging.getLogger("labeling").debug("something of ours")
    assert "something of ours" in caplog.text
    assert TOKEN not in caplog.text
    assert "the-token-of-the-session" not in caplog.text
