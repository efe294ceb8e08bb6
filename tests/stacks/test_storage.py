"""Buckets and table."""

import pytest

from tests.stacks.template import Properties, Template, text


@pytest.fixture(params=["StorageInput", "StorageProcessing"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bucket(template: Template, name: str) -> Properties:
    return template.one("AWS::S3::Bucket", having=name)


def test_nobody_outside_can_reach_a_bucket(bucket: Properties) -> None:
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_a_bucket_is_encrypted_and_keeps_what_is_overwritten(bucket: Properties) -> None:
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_a_bucket_answers_only_over_tls(template: Template, name: str) -> None:
    policy = template.one("AWS::S3::BucketPolicy", having=name)

    denied = [
        statement["Condition"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Action"] == "s3:*"
        and {text(resource) for resource in statement["Resource"]} == {f"<{name}>", f"<{name}>/*"}
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied


def test_the_worker_portal_may_load_and_save_across_origins(bucket: Properties) -> None:
    assert bucket["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedHeaders": ["*"],
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedOrigins": ["*"],
            "ExposedHeaders": ["Access-Control-Allow-Origin"],
            "MaxAge": 3000,
        }
    ]


def test_unfinished_uploads_and_overwritten_objects_do_not_stay_for_ever(
    bucket: Properties,
) -> None:
    [rule] = bucket["LifecycleConfiguration"]["Rules"]

    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert "ExpirationInDays" not in rule


def test_labels_outlive_the_stack_but_not_a_first_deployment_that_failed(
    template: Template,
) -> None:
    policies = {
        resource["Type"]: (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for resource in template.body["Resources"].values()
    }

    assert policies["AWS::S3::Bucket"] == ("RetainExceptOnCreate", "Retain")
    assert policies["AWS::DynamoDB::Table"] == ("RetainExceptOnCreate", "Retain")


def test_the_table_can_be_set_back_to_any_second(template: Template) -> None:
    table = template.one("AWS::DynamoDB::Table")

    recovery = table["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_has_the_keys_that_the_code_reads_by(template: Template) -> None:
    table = template.one("AWS::DynamoDB::Table")

    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert indexes == {
        "batches-by-status": ["batchStatus", "createdAt"],
        "open-jobs": ["openStatus", "since"],
    }
