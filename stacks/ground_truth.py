"""GroundTruth: what labeling jobs may do, and who may make them."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

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
        for bucket in (storage.input, storage.processing):
            self._allow(["s3:GetBucketLocation", "s3:ListBucket"], bucket.bucket_arn)
            self._allow(
                ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                bucket.arn_for_objects("*"),
            )
        self._allow(
            [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            self._arn("logs", "log-group:/aws/sagemaker/*"),
        )
        self._allow(["cloudwatch:PutMetricData"], "*")  # has no resource-level permissions

    def grant_run_jobs(self, grantee: iam.IGrantable) -> None:
        """Create, describe and stop labeling jobs; aws-cdk-lib has no construct for them."""
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[
                    "sagemaker:AddTags",  # names the attempt that a job was made for
                    "sagemaker:CreateLabelingJob",
                    "sagemaker:DescribeLabelingJob",
                    "sagemaker:StopLabelingJob",
                ],
                resources=[self._arn("sagemaker", "labeling-job/*")],
            )
        )
        self.role.grant_pass_role(grantee.grant_principal)

    def grant_list_jobs(self, grantee: iam.IGrantable) -> None:
        """List the account's labeling jobs, which is how lost events are found."""
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["sagemaker:ListLabelingJobs"],
                resources=["*"],  # has no resource-level permissions
            )
        )

    def _allow(self, actions: list[str], resource: str) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))

    def _arn(self, service: str, resource: str) -> str:
        return Stack.of(self).format_arn(
            service=service, resource=resource, arn_format=ArnFormat.NO_RESOURCE_NAME
        )
