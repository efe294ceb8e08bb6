"""Which adapter stands behind which port in the Lambdas. Clients are made on their first use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from labeling.naming import Places
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

    return DynamoBatches.from_settings(settings(), now=lambda: now())


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

    return S3Objects.from_settings(settings(), now=lambda: now())


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

    return CognitoWorkforce.from_settings(settings(), now=lambda: now())


@cache
def account() -> ports.Account:
    from labeling.adapters.account import AwsAccount

    return AwsAccount.from_settings(settings(), now=lambda: now())


class LambdaPorts:
    """The ports together, for the use cases that need most of them."""

    @property
    def batches(self) -> ports.Batches:
        return batches()

    @property
    def labeling(self) -> ports.LabelingService:
        return labeling()

    @property
    def workflow(self) -> ports.Workflow:
        return workflow()

    @property
    def objects(self) -> ports.Objects:
        return objects()

    @property
    def notifier(self) -> ports.Notifier:
        return notifier()

    @property
    def queue(self) -> ports.Queue:
        return queue()

    @property
    def workforce(self) -> ports.Workforce:
        return workforce()

    @property
    def account(self) -> ports.Account:
        return account()

    @property
    def places(self) -> Places:
        return places()

    @property
    def table_name(self) -> str:
        return settings().table_name

    @property
    def levels(self) -> int:
        return settings().levels

    @property
    def job_completion_timeout(self) -> timedelta:
        return timedelta(seconds=settings().job_completion_timeout)

    def now(self) -> datetime:
        return now()


def places() -> Places:
    return Places(processing_bucket=settings().processing_bucket)


def forget() -> None:
    """Makes settings and clients anew on their next use: for another environment in one process."""
    from labeling.adapters import aws

    for made in (
        settings,
        batches,
        labeling,
        workflow,
        objects,
        notifier,
        queue,
        workforce,
        account,
    ):
        made.cache_clear()
    aws.session.cache_clear()
