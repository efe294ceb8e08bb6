"""Which adapter stands behind which port in the Lambdas. Clients are made on their first use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from labeling.settings import settings

if TYPE_CHECKING:
    from labeling import ports


def system_time() -> datetime:
    return datetime.now(UTC)


# The local cloud puts its own clock here.
now: Callable[[], datetime] = system_time


@cache
def batches() -> ports.Batches:
    from labeling.adapters.dynamodb import DynamoBatches

    return DynamoBatches.from_settings(settings())


@cache
def labeling() -> ports.LabelingService:
    from labeling.adapters.ground_truth import GroundTruth

    return GroundTruth.from_settings(settings())


@cache
def workflow() -> ports.Workflow:
    from labeling.adapters.step_functions import StepFunctions

    return StepFunctions.from_settings(settings())


@cache
def objects() -> ports.Objects:
    from labeling.adapters.s3 import S3Objects

    return S3Objects.from_settings(settings())


@cache
def notifier() -> ports.Notifier:
    from labeling.adapters.sns import SnsNotifier

    return SnsNotifier.from_settings(settings())


@cache
def queue() -> ports.Queue:
    from labeling.adapters.sqs import SqsQueue

    return SqsQueue.from_settings(settings())


@cache
def workforce() -> ports.Workforce:
    from labeling.adapters.workforce import CognitoWorkforce

    return CognitoWorkforce.from_settings(settings())
