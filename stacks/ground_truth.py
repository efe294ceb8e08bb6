"""GroundTruth: what labeling jobs may do, and who may make them."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.grants import allow, allow_keys, keys_of
from stacks.storage import Storage

# What a custom job's functions must have in their names: AmazonSageMakerGroundTruthExecution lets
# labeling jobs invoke no others ("Create an Execution Role to Start a Labeling Job").
FUNCTION_NAMES = ("GtRecipe", "LabelingFunction", "SageMaker", "Sagemaker", "sagemaker")


class GroundTruth(Construct):
    """The role that labeling jobs work in.

    It holds what the developer guide lists for task types without streaming
    (sms-security-permission-execution-role), narrowed to our buckets: the functions are those of
    custom jobs, the keys those that jobs or buckets name.
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
        # sms-security-kms-permissions: what a job needs of the key of its output
        allow_keys(
            self.role,
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        )
        self._grant_describe_keys(self.role)
        allow(
            self.role,
            ["lambda:InvokeFunction"],
            self._custom_functions(),
            wildcards_because="Custom jobs bring functions of these names.",
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
        self._grant_list_jobs(grantee)
        allow(
            grantee,
            ["iam:PassRole"],
            [self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )

    def grant_describe_jobs(self, grantee: iam.IGrantable) -> None:
        """Find out how labeling jobs are."""
        self._grant_on_jobs(grantee, "sagemaker:DescribeLabelingJob")

    def grant_look(self, grantee: iam.IGrantable) -> None:
        """See whether jobs could run: the role, quotas, names that are taken, functions, keys."""
        self.grant_describe_jobs(grantee)
        self._grant_list_jobs(grantee)
        allow(grantee, ["iam:GetRole"], [self.role.role_arn])
        allow(
            grantee,
            ["servicequotas:GetServiceQuota"],
            ["*"],
            wildcards_because="GetServiceQuota has no resource-level permissions.",
        )
        allow(
            grantee,
            ["lambda:GetFunctionConfiguration"],
            self._custom_functions(),
            wildcards_because="Custom jobs bring functions of these names.",
        )
        self._grant_describe_keys(grantee)

    def _grant_describe_keys(self, grantee: iam.IGrantable) -> None:
        allow(
            grantee,
            ["kms:DescribeKey"],
            [keys_of(grantee)],
            wildcards_because="A job may name any key of the account for its labels.",
        )

    def _grant_list_jobs(self, grantee: iam.IGrantable) -> None:
        allow(
            grantee,
            ["sagemaker:ListLabelingJobs"],
            ["*"],
            wildcards_because="ListLabelingJobs has no resource-level permissions.",
        )

    def _custom_functions(self) -> list[str]:
        return [self._arn("lambda", f"function:*{name}*") for name in FUNCTION_NAMES]

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
