"""What an AWS account has, as far as labeling jobs need it: looked at, never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class CorsRule:
    """One rule of a bucket's CORS configuration: what pages of other origins may do."""

    methods: frozenset[str]
    origins: frozenset[str] = frozenset({"*"})  # where those pages come from; `*` is any text
    headers: frozenset[str] = frozenset()  # that a request may have; `*` is any
    exposed: frozenset[str] = frozenset()  # headers of an answer that a page may see


@dataclass(frozen=True, kw_only=True)
class BucketState:
    """A bucket of the account. `kms_key` is the id or ARN of the key that encrypts what is
    written without a word of keys; None: a key of S3's own."""

    name: str
    region: str
    cors: tuple[CorsRule, ...] = ()
    kms_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeyState:
    """A KMS key. `encrypts` is true for symmetric keys that encrypt and decrypt, the only ones
    that S3 can use."""

    arn: str
    region: str
    enabled: bool
    encrypts: bool


@dataclass(frozen=True, kw_only=True)
class TakenNames:
    """Names that labeling jobs of the account have already, written as they were asked for.

    `complete` is false when there were more jobs than could be looked through.
    """

    names: frozenset[str]
    complete: bool = True


class Account(Protocol):
    """The account and region that labeling jobs run in.

    Every call raises NotLookedAt when access is denied, or the service is down or throttles. What
    seldom changes (all but names and running jobs) may be as old as five minutes.
    """

    def bucket(self, name: str) -> BucketState | None:
        """None: there is no such bucket. Another account's is refused, as without permission."""
        ...

    def key(self, id_or_arn: str) -> KeyState | None:
        """A KMS key by its id, ARN, alias (`alias/…`) or the alias's ARN. None: there is none."""
        ...

    def function_exists(self, arn: str) -> bool:
        """Whether there is this Lambda function, and this version of it if the ARN names one."""
        ...

    def role_trusts_ground_truth(self, arn: str) -> bool | None:
        """Whether `sagemaker.amazonaws.com` may assume this role. None: there is no such role."""
        ...

    def running_jobs_quota(self) -> int:
        """How many labeling jobs may run at once (Service Quotas, L-150039CA)."""
        ...

    def running_jobs(self) -> int:
        """How many labeling jobs are InProgress, at most a thousand."""
        ...

    def names_taken(self, names: Collection[str]) -> TakenNames:
        """Which of these names labeling jobs have, compared without case. At most ten calls.

        A batch's own jobs are among them once they were made: ask before.
        """
        ...

    def forget(self) -> None:
        """Have everything looked at anew from now on: somebody is about to put it right."""
        ...
