"""The template's parameters: what whoever deploys may choose without synthesizing again."""

import json
from pathlib import Path

from aws_cdk import Aws, CfnCondition, CfnParameter, CfnRule, CfnRuleAssertion, Fn, Stack

TASK_TYPES = Path(__file__).resolve().parents[1] / "lambdas" / "labeling" / "task_types.json"
DAY = 24 * 60 * 60


class Parameters:
    """The parameters, with the rules that CloudFormation checks before it creates anything.

    They belong to the stack itself, not to a construct, so that they keep the names people type.
    """

    def __init__(self, stack: Stack) -> None:
        self._prefix = CfnParameter(
            stack,
            "Prefix",
            default="smgt-workflow",
            allowed_pattern="^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            max_length=18,  # <prefix>-<account>-<region>-batch-processing is a bucket: 63 at most
            constraint_description="lower-case words joined by hyphens, 18 characters at most",
            description="Begins the names of everything people see. Changing it replaces "
            "everything.",
        )
        self._user_pool_id = CfnParameter(
            stack,
            "CognitoUserPoolId",
            allowed_pattern=r"^[\w-]+_[0-9a-zA-Z]+$",
            max_length=55,
            constraint_description="the id of a user pool: its region, _, letters and digits",
            description="User pool of the private workforce of this account and region.",
        )
        self._user_pool_client_id = CfnParameter(
            stack,
            "CognitoUserPoolClientId",
            allowed_pattern=r"^[\w+]+$",
            max_length=128,
            constraint_description="the id of an app client of that user pool",
            description="App client of that user pool through which workers sign in.",
        )
        self._job_completion_timeout = CfnParameter(
            stack,
            "JobCompletionTimeout",
            type="Number",
            default=14 * DAY,
            min_value=60,
            max_value=30 * DAY,
            description="Seconds that a labeling job may take from its creation. Time in the "
            "queue does not count.",
        )
        logging_level = CfnParameter(
            stack,
            "LoggingLevel",
            default="PROD",
            allowed_values=["PROD", "DEBUG"],
            description="How much the Lambda functions log: PROD is INFO and above.",
        )
        notification_email = CfnParameter(
            stack,
            "NotificationEmail",
            default="",
            allowed_pattern=r"^$|^[^@\s]+@[^@\s]+$",
            constraint_description="an e-mail address, or nothing",
            description="Receives the status messages, after confirming the subscription. "
            "Optional.",
        )
        debug = CfnCondition(stack, "Debug", expression=Fn.condition_equals(logging_level, "DEBUG"))
        self.log_level = Fn.condition_if(debug.logical_id, "DEBUG", "INFO").to_string()
        self.email = notification_email.value_as_string
        self.has_email = CfnCondition(
            stack,
            "HasNotificationEmail",
            expression=Fn.condition_not(Fn.condition_equals(notification_email, "")),
        )
        regions = sorted(json.loads(TASK_TYPES.read_text())["regions"])
        CfnRule(
            stack,
            "RegionHasTaskTypes",
            assertions=[
                CfnRuleAssertion(
                    assert_=Fn.condition_contains(regions, Aws.REGION),
                    assert_description="Ground Truth has its built-in task types in these regions "
                    f"only: {', '.join(regions)}. Deploy to one of them.",
                )
            ],
        )

    @property
    def prefix(self) -> str:
        return self._prefix.value_as_string

    @property
    def user_pool_id(self) -> str:
        return self._user_pool_id.value_as_string

    @property
    def user_pool_client_id(self) -> str:
        return self._user_pool_client_id.value_as_string

    @property
    def job_completion_timeout(self) -> str:
        return self._job_completion_timeout.value_as_string
