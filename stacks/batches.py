"""Batches: the one table. A batch is one partition."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.grants import acknowledge_wildcards


class Batches(Construct):
    """The state of every batch, with an index by status and one of the jobs that wait."""

    def __init__(self, scope: Construct, id_: str, *, removal_policy: RemovalPolicy) -> None:
        super().__init__(scope, id_)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_string("pk"),
            sort_key=_string("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal_policy,
        )
        self._add_index("batches-by-status", partition="batchStatus", sort="createdAt")
        self._add_index("open-jobs", partition="openStatus", sort="since")

    def grant_use(self, grantee: iam.IGrantable) -> None:
        """Items by key and by query, alone and in transactions; no scans, no table settings."""
        self.table.grant(
            grantee,
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        )
        acknowledge_wildcards(
            grantee,
            [f"{self.table.table_arn}/index/*"],
            "Both indexes of the table, and it has no others.",
        )

    def _add_index(self, name: str, *, partition: str, sort: str) -> None:
        self.table.add_global_secondary_index(
            index_name=name,
            partition_key=_string(partition),
            sort_key=_string(sort),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
