"""GroundTruth: what labeling jobs may do, and who may make them."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.grants import allow
from stacks.storage import Storage


class GroundTruth(Construct):
    """The role that labeling jobs work in.

    It holds what the developer guide lists for built-in task types without streaming
    (sms-security-permission-execution-role), narrowed to our buckets.
    """

    def __init__(self, scope: Construct, id_: str, *, storage: Storage) -> None:
        super().__init__(scope, id_)
        self.role = iam.Role(
            self,
            "Role",
            description="Read the objects to label, write the labels.",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        )
        buckets = (storage.input, storage.processing)
        allow(
            self.role,
            ["s3:GetBucketLocation", "s3:ListBucket"],
            [bucket.bucket_arn for bucket in buckets],
        )
        allow(
            self.role,
            ["s3:GetObject"],
            [bucket.arn_for_objects("*") for bucket in buckets],
            wildcards_because="A batch's objects may have any key.",
        )
        allow(
            self.role,
            ["s3:AbortMultipartUpload", "s3:PutObject"],
            [storage.processing.arn_for_objects("*")],
        )
        allow(
            self.role,
            [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            [self._arn("logs", "log-group:/aws/sagemaker/*")],
            wildcards_because="Ground Truth has several log groups and names them itself.",
        )
        allow(
            self.role,
            ["cloudwatch:PutMetricData"],
            ["*"],
            wildcards_because="PutMetricData has no resource-level permissions.",
        )

    def grant_run_jobs(self, grantee: iam.IGrantable) -> None:
        """Create, describe, list and stop labeling jobs; aws-cdk-lib has no construct for them."""
        self._grant_on_jobs(
            grantee,
            "sagemaker:AddTags",  # names the attempt that a job was made for
            "sagemaker:CreateLabelingJob",
            "sagemaker:DescribeLabelingJob",
            "sagemaker:StopLabelingJob",
        )
        allow(
            grantee,
            ["sagemaker:ListLabelingJobs"],
            ["*"],
            wildcards_because="ListLabelingJobs has no resource-level permissions.",
        )
        allow(
            grantee,
            ["iam:PassRole"],
            [self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )

    def grant_describe_jobs(self, grantee: iam.IGrantable) -> None:
        """Find out how labeling jobs are."""
        self._grant_on_jobs(grantee, "sagemaker:DescribeLabelingJob")

    def _grant_on_jobs(self, grantee: iam.IGrantable, *actions: str) -> None:
        allow(
            grantee,
            actions,
            [self._arn("sagemaker", "labeling-job/*")],
            wildcards_because="Labeling jobs have the names that requests give them.",
        )

    def _arn(self, service: str, resource: str) -> str:
        return Stack.of(self).format_arn(
            service=service, resource=resource, arn_format=ArnFormat.NO_RESOURCE_NAME
        )
