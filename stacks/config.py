"""What may differ between two synths of the app."""

from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from constructs import Node

MOST_LEVELS = 10


@dataclass(frozen=True, kw_only=True)
class Config:
    """Choices of synth time; what can be chosen at deploy time is a template parameter.

    `levels` is the number of levels the state machine has. `api_logs` writes the API's requests to
    a log, for which API Gateway wants a role in its settings of the whole region: with this, the
    stack replaces that role, for everybody's APIs. `removal_policy` says what becomes of
    the buckets and of the table when the stack is deleted: labels have cost people's time, so they
    stay unless `-c removalPolicy=destroy` says otherwise. A creation that is rolled back takes
    them along all the same, since the next one could not make buckets of the same names.
    """

    levels: int = 3
    api_logs: bool = False
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

    def __post_init__(self) -> None:
        if not 1 <= self.levels <= MOST_LEVELS:
            raise ValueError(f"levels must be 1 to {MOST_LEVELS}, not {self.levels}")

    @classmethod
    def from_context(cls, node: Node) -> "Config":
        """Read `-c levels=5`, `-c removalPolicy=destroy` and `-c apiLogs=true`.

        Raises ValueError for what cannot be chosen.
        """
        return cls(
            levels=int(node.try_get_context("levels") or cls.levels),
            api_logs=_yes_or_no("apiLogs", node.try_get_context("apiLogs")),
            removal_policy=_removal_policy(node.try_get_context("removalPolicy") or "retain"),
        )


def _removal_policy(name: str) -> RemovalPolicy:
    policies = {"retain": Config.removal_policy, "destroy": RemovalPolicy.DESTROY}
    if name not in policies:
        raise ValueError(f"removalPolicy must be one of {', '.join(policies)}, not {name}")
    return policies[name]


def _yes_or_no(name: str, value: object) -> bool:
    """The command line gives texts, cdk.json may have either."""
    choices = {"none": False, "false": False, "true": True}
    if str(value).lower() not in choices:
        raise ValueError(f"{name} must be true or false, not {value}")
    return choices[str(value).lower()]
