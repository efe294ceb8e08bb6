"""Notifications: what becomes of a batch, said to people and to programs."""

from aws_cdk import ArnFormat, Aws, CfnCondition, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.grants import allow


class Notifications(Construct):
    """The status topic, with an e-mail subscription where an address was given.

    The alarm of the dead-letter queue comes here too: who is told of batches wants to know that
    one may be stuck, and a topic that nobody follows would be none.
    """

    def __init__(self, scope: Construct, id_: str, *, email: str, has_email: CfnCondition) -> None:
        super().__init__(scope, id_)
        self.topic = sns.Topic(self, "Status", display_name="Labeling batches", enforce_ssl=True)
        # A topic with a policy of its own takes alarms only when the policy says so.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        subscription = sns.CfnSubscription(
            self, "Email", topic_arn=self.topic.topic_arn, protocol="email", endpoint=email
        )
        subscription.cfn_options.condition = has_email

    def grant_publish(self, grantee: iam.IGrantable) -> None:
        """Publish to the status topic, and to the topic that a request names instead of it."""
        topics = Stack.of(self).format_arn(
            service="sns", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME
        )
        allow(
            grantee,
            ["sns:Publish"],
            [topics],
            wildcards_because="`destinationSnsArn` of a request may be any topic of this account "
            "and region.",
        )
