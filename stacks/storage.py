"""Storage: what people bring, and what the pipeline makes of it."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.grants import acknowledge, allow, allow_keys


class Storage(Construct):
    """The two buckets: `input` is only read here, `processing` holds everything we write."""

    def __init__(
        self, scope: Construct, id_: str, *, prefix: str, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, id_)
        name = f"{prefix}-{Aws.ACCOUNT_ID}-{Aws.REGION}"
        self.input = DataBucket(
            self, "Input", name=f"{name}-batch-input", removal_policy=removal_policy
        )
        self.processing = DataBucket(
            self, "Processing", name=f"{name}-batch-processing", removal_policy=removal_policy
        )

    def grant_use(self, grantee: iam.IGrantable) -> None:
        """Read both buckets and write the processing bucket; nothing is ever deleted.

        Written out, because `grant_read` and `grant_put` also allow versions, tags, locks and the
        buckets' own settings. Listing is what makes S3 say of a missing object that it is missing.
        Labels may be encrypted with a key that the job names.
        """
        objects = [self.input.arn_for_objects("*"), self.processing.arn_for_objects("*")]
        why = "A batch's objects may have any key."
        allow(grantee, ["s3:ListBucket"], [self.input.bucket_arn, self.processing.bucket_arn])
        allow(grantee, ["s3:GetObject"], objects, wildcards_because=why)
        allow(
            grantee,
            ["s3:AbortMultipartUpload", "s3:PutObject"],
            [self.processing.arn_for_objects("*")],
        )
        allow_keys(grantee, "kms:Decrypt")

    def grant_look(self, grantee: iam.IGrantable) -> None:
        """See the settings of both buckets that labeling jobs depend on."""
        allow(
            grantee,
            ["s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetEncryptionConfiguration"],
            [self.input.bucket_arn, self.processing.bucket_arn],
        )


class DataBucket(s3.Bucket):
    """A private bucket that the worker portal's pages may load from and save to.

    The CORS rule is the one that the developer guide asks of video frame and point cloud jobs
    (sms-video-overview), with the exposed header that image jobs need (sms-cors-update). The
    portal's host name is not known before a workforce exists, so the origin cannot be narrowed;
    every request still carries a signature.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(
            scope,
            id_,
            bucket_name=name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            removal_policy=removal_policy,
            cors=[
                s3.CorsRule(
                    allowed_headers=["*"],
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.PUT],
                    allowed_origins=["*"],
                    exposed_headers=["Access-Control-Allow-Origin"],
                    max_age=3000,
                )
            ],
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="unfinished-and-overwritten",
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(30),
                    expired_object_delete_marker=True,
                )
            ],
        )
        acknowledge(
            self,
            "Access logs cost more than the data here; who needs them turns on CloudTrail's "
            "data events for the bucket.",
            "AwsSolutions-S1",
        )
