"""Buckets, tables, queues and topics keep every property of their templates, changed ones too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.conftest import ClientFactory
from tests.emulator.small_stacks import Stacks, bucket, queue

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
TABLE = {
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "status", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def stacks(client: ClientFactory) -> Stacks:
    return Stacks(client("cloudformation"))


def table(**properties: Any) -> dict[str, Any]:
    return {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {**TABLE, **properties}}}


def index(name: str, projection: str = "KEYS_ONLY") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": projection},
    }


def test_a_bucket_has_what_its_template_says(stacks: Stacks, client: ClientFactory) -> None:
    s3 = client("s3")
    stacks.create(
        {
            "Bucket": bucket(
                "labels",
                BucketEncryption={
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
                    ]
                },
                CorsConfiguration={
                    "CorsRules": [
                        {
                            "AllowedHeaders": ["*"],
                            "AllowedMethods": ["GET"],
                            "AllowedOrigins": ["*"],
                            "ExposedHeaders": ["ETag"],
                            "MaxAge": "3000",
                        }
                    ]
                },
                LifecycleConfiguration={
                    "Rules": [
                        {
                            "Id": "old",
                            "Status": "Enabled",
                            "Prefix": "tmp/",
                            "ExpirationInDays": 7,
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                        }
                    ]
                },
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                PublicAccessBlockConfiguration={"BlockPublicAcls": "true"},
                Tags=[{"Key": "project", "Value": "labels"}],
                VersioningConfiguration={"Status": "Enabled"},
            )
        },
        Outputs={
            "Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}},
            "Name": {"Value": {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]}},
        },
    )

    encryption = s3.get_bucket_encryption(Bucket="labels")["ServerSideEncryptionConfiguration"]
    [default] = [rule["ApplyServerSideEncryptionByDefault"] for rule in encryption["Rules"]]
    assert default["SSEAlgorithm"] == "aws:kms"
    [cors] = s3.get_bucket_cors(Bucket="labels")["CORSRules"]
    assert (cors["ExposeHeaders"], cors["MaxAgeSeconds"]) == (["ETag"], 3000)
    [rule] = s3.get_bucket_lifecycle_configuration(Bucket="labels")["Rules"]
    assert (rule["ID"], rule["Filter"], rule["Expiration"]["Days"]) == (
        "old",
        {"Prefix": "tmp/"},
        7,
    )
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 3}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    ownership = s3.get_bucket_ownership_controls(Bucket="labels")["OwnershipControls"]
    assert ownership["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    block = s3.get_public_access_block(Bucket="labels")["PublicAccessBlockConfiguration"]
    assert block["BlockPublicAcls"] is True
    assert s3.get_bucket_tagging(Bucket="labels")["TagSet"] == [
        {"Key": "project", "Value": "labels"}
    ]
    assert s3.get_bucket_versioning(Bucket="labels")["Status"] == "Enabled"
    assert stacks.outputs() == {
        "Arn": "arn:aws:s3:::labels",
        "Name": "labels.s3.us-east-1.amazonaws.com",
    }


def test_a_bucket_loses_what_its_template_no_longer_says(
    stacks: Stacks, client: ClientFactory
) -> None:
    s3 = client("s3")
    cors = {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    stacks.create(
        {
            "Bucket": bucket(
                "labels", CorsConfiguration=cors, VersioningConfiguration={"Status": "Enabled"}
            )
        }
    )

    stacks.update({"Bucket": bucket("labels")})

    with pytest.raises(s3.exceptions.ClientError, match="NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket="labels")
    assert s3.get_bucket_versioning(Bucket="labels")["Status"] == "Suspended"


def test_a_bucket_policy_is_kept_and_goes_with_its_stack(
    stacks: Stacks, client: ClientFactory
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="labels")
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": "labels", "PolicyDocument": POLICY},
    }
    stacks.create({"Policy": policy})
    kept = json.loads(s3.get_bucket_policy(Bucket="labels")["Policy"])

    stacks.delete()

    assert kept == POLICY
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="labels")


def test_a_table_has_what_its_template_says(stacks: Stacks, client: ClientFactory) -> None:
    dynamodb = client("dynamodb")
    stacks.create(
        table(
            DeletionProtectionEnabled="false",
            GlobalSecondaryIndexes=[index("by-status")],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            SSESpecification={"SSEEnabled": True},
            Tags=[{"Key": "a", "Value": "1"}],
            TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
        ),
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}},
    )

    name = stacks.resources()["Table"]
    made = dynamodb.describe_table(TableName=name)["Table"]
    assert [item["IndexName"] for item in made["GlobalSecondaryIndexes"]] == ["by-status"]
    assert made["SSEDescription"]["Status"] == "ENABLED"
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert made["TableArn"] == stacks.outputs()["Arn"]
    assert backups(dynamodb, name) == "ENABLED"
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires")
    tags = dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "1"}]


def test_a_table_changes_without_losing_its_items(stacks: Stacks, client: ClientFactory) -> None:
    dynamodb = client("dynamodb")
    stacks.create(
        table(
            GlobalSecondaryIndexes=[index("gone"), index("changed")],
            SSESpecification={"SSEEnabled": True},
            Tags=[{"Key": "a", "Value": "1"}],
        )
    )
    name = stacks.resources()["Table"]
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "a"}, "status": {"S": "new"}})

    stacks.update(
        table(
            GlobalSecondaryIndexes=[index("changed", "ALL"), index("new")],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            Tags=[{"Key": "b", "Value": "2"}],
            TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
        )
    )

    assert stacks.resources()["Table"] == name
    made = dynamodb.describe_table(TableName=name)["Table"]
    indexes = {
        item["IndexName"]: item["Projection"]["ProjectionType"]
        for item in made["GlobalSecondaryIndexes"]
    }
    assert indexes == {"changed": "ALL", "new": "KEYS_ONLY"}
    assert made["ItemCount"] == 1
    assert backups(dynamodb, name) == "ENABLED"
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert expiry["TimeToLiveStatus"] == "ENABLED"
    tags = dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]


def test_a_queue_has_what_its_template_says_and_goes_back_to_defaults(
    stacks: Stacks, client: ClientFactory
) -> None:
    sqs = client("sqs")

    def attributes() -> dict[str, str]:
        url = stacks.resources()["Queue"]
        got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return dict(got)

    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 10}
    stacks.create(
        {
            "Dead": queue(MessageRetentionPeriod=1_209_600),
            "Queue": queue(
                DelaySeconds="7",
                RedrivePolicy=redrive,
                SqsManagedSseEnabled=True,
                VisibilityTimeout=360,
            ),
        }
    )
    made = attributes()
    redrive["maxReceiveCount"] = 3
    stacks.update({"Dead": queue(), "Queue": queue(RedrivePolicy=redrive, VisibilityTimeout=60)})
    changed = attributes()

    assert json.loads(made["RedrivePolicy"])["maxReceiveCount"] == 10
    assert made["SqsManagedSseEnabled"] == "true"
    assert (made["DelaySeconds"], made["VisibilityTimeout"]) == ("7", "360")
    assert json.loads(changed["RedrivePolicy"])["maxReceiveCount"] == 3
    assert (changed["DelaySeconds"], changed["VisibilityTimeout"]) == ("0", "60")


def test_queue_and_topic_policies_are_kept(stacks: Stacks, client: ClientFactory) -> None:
    resources = {
        "Queue": queue(),
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"PolicyDocument": POLICY, "Queues": [{"Ref": "Queue"}]},
        },
        "Topic": {"Type": "AWS::SNS::Topic"},
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"PolicyDocument": POLICY, "Topics": [{"Ref": "Topic"}]},
        },
    }
    stacks.create(resources)

    sent_to = client("sqs").get_queue_attributes(
        QueueUrl=stacks.resources()["Queue"], AttributeNames=["Policy"]
    )
    topic = client("sns").get_topic_attributes(TopicArn=stacks.resources()["Topic"])
    assert json.loads(sent_to["Attributes"]["Policy"]) == POLICY
    assert json.loads(topic["Attributes"]["Policy"]) == POLICY

    stacks.update({"Queue": queue(), "Topic": {"Type": "AWS::SNS::Topic"}})

    sent_to = client("sqs").get_queue_attributes(
        QueueUrl=stacks.resources()["Queue"], AttributeNames=["All"]
    )
    topic = client("sns").get_topic_attributes(TopicArn=stacks.resources()["Topic"])
    assert not sent_to["Attributes"].get("Policy")
    [statement] = json.loads(topic["Attributes"]["Policy"])["Statement"]
    assert statement["Sid"] == "__default_statement_ID"


def test_a_topic_and_its_subscriptions_change(stacks: Stacks, client: ClientFactory) -> None:
    sns = client("sns")

    def resources(title: str, **subscription: Any) -> dict[str, Any]:
        return {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": title}},
            "Mail": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "Topic"},
                    "Protocol": "email",
                    "Endpoint": "a@example.com",
                    **subscription,
                },
            },
        }

    stacks.create(resources("Batches"))
    before = stacks.resources()
    stacks.update(resources("All batches", FilterPolicy={"status": ["FAILED"]}))

    assert stacks.resources() == before
    topic = sns.get_topic_attributes(TopicArn=before["Topic"])["Attributes"]
    mail = sns.get_subscription_attributes(SubscriptionArn=before["Mail"])["Attributes"]
    assert topic["DisplayName"] == "All batches"
    assert json.loads(mail["FilterPolicy"]) == {"status": ["FAILED"]}

    stacks.update(resources("All batches", Endpoint="b@example.com"))

    [one] = sns.list_subscriptions_by_topic(TopicArn=before["Topic"])["Subscriptions"]
    assert one["Endpoint"] == "b@example.com"


def backups(dynamodb: Any, table_name: str) -> str:
    described = dynamodb.describe_continuous_backups(TableName=table_name)
    recovery = described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return str(recovery["PointInTimeRecoveryStatus"])
