"""What may differ between two synths of the app."""

from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from constructs import Node

MOST_LEVELS = 10


@dataclass(frozen=True, kw_only=True)
class Config:
    """Choices of synth time; what can be chosen at deploy time is a template parameter.

    `levels` is the number of levels the state machine has. `removal_policy` says what becomes of
    the buckets and of the table when the stack is deleted: labels have cost people's time, so they
    stay unless `-c removalPolicy=destroy` says otherwise.
    """

    levels: int = 3
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN

    def __post_init__(self) -> None:
        if not 1 <= self.levels <= MOST_LEVELS:
            raise ValueError(f"levels must be 1 to {MOST_LEVELS}, not {self.levels}")

    @classmethod
    def from_context(cls, node: Node) -> "Config":
        """Read `-c levels=5` and `-c removalPolicy=destroy`; raises ValueError for others."""
        return cls(
            levels=int(node.try_get_context("levels") or cls.levels),
            removal_policy=_removal_policy(node.try_get_context("removalPolicy") or "retain"),
        )


def _removal_policy(name: str) -> RemovalPolicy:
    policies = {"retain": RemovalPolicy.RETAIN, "destroy": RemovalPolicy.DESTROY}
    if name not in policies:
        raise ValueError(f"removalPolicy must be one of {', '.join(policies)}, not {name}")
    return policies[name]
