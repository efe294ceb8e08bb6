"""What the account must have: role, buckets, keys, functions, region, topic."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import iam_backends

from labeling.modalities import regions
from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("The account")
KEY = f"{FIRST}.kmsKeyId"
INPUT = f"{FIRST}.inputConfig"


@faults.of("BoundingBox", at="")
def no_role(scene: Scene) -> None:
    """the labeling role is gone"""
    roles = iam_backends[scene.cloud.endpoints.account_id]["aws"].roles
    key = next(key for key, role in roles.items() if role.name == _role(scene))
    role = roles.pop(key)
    scene.afterwards(lambda: roles.update({key: role}))


@faults.of("BoundingBox", at="")
def role_without_trust(scene: Scene) -> None:
    """the labeling role trusts another service than Ground Truth's"""
    iam, name = scene.cloud.client("iam"), _role(scene)
    before = json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])
    wrong = before.replace("sagemaker.amazonaws.com", "ec2.amazonaws.com")

    def set_to(policy: str) -> None:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=policy)

    set_to(wrong)
    scene.afterwards(lambda: set_to(before))


@faults.of("BoundingBox", at=INPUT)
def no_cors(scene: Scene) -> None:
    """the input bucket has no CORS rule, so workers' pages show no picture"""
    before = scene.lab.s3.get_bucket_cors(Bucket=scene.lab.bucket)["CORSRules"]
    scene.lab.s3.delete_bucket_cors(Bucket=scene.lab.bucket)
    _put_back_cors(scene, before)


@faults.of("VideoObjectTracking", at=INPUT)
def cors_without_put(scene: Scene) -> None:
    """the input bucket's CORS rule lets pages only read, and clips need more"""
    before = scene.lab.s3.get_bucket_cors(Bucket=scene.lab.bucket)["CORSRules"]
    only_read = [{**rule, "AllowedMethods": ["GET"]} for rule in before]
    scene.lab.s3.put_bucket_cors(
        Bucket=scene.lab.bucket, CORSConfiguration={"CORSRules": only_read}
    )
    _put_back_cors(scene, before)


@faults.of("BoundingBox", at=INPUT)
def bucket_with_a_disabled_key(scene: Scene) -> None:
    """the input bucket encrypts with a key that is disabled"""
    key = _disabled_key(scene)
    s3, there = scene.lab.s3, {"Bucket": scene.lab.bucket}
    before = s3.get_bucket_encryption(**there)["ServerSideEncryptionConfiguration"]
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    s3.put_bucket_encryption(**there, ServerSideEncryptionConfiguration={"Rules": [rule]})
    scene.afterwards(
        lambda: s3.put_bucket_encryption(**there, ServerSideEncryptionConfiguration=before)
    )


@faults.of("BoundingBox", at=KEY)
def no_key(scene: Scene) -> None:
    """a KMS key that does not exist"""
    scene.first["kmsKeyId"] = scene.arn("kms", "key/11111111-2222-3333-4444-555555555555")


@faults.of("BoundingBox", at=KEY)
def disabled_key(scene: Scene) -> None:
    """a KMS key that is disabled"""
    scene.first["kmsKeyId"] = _disabled_key(scene)


@faults.of("BoundingBox", at=KEY)
def asymmetric_key(scene: Scene) -> None:
    """a KMS key that only signs"""
    made = scene.cloud.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    scene.first["kmsKeyId"] = made["KeyMetadata"]["Arn"]


@faults.of("BoundingBox", at=KEY)
def key_of_another_region(scene: Scene) -> None:
    """a KMS key of another region"""
    arn = scene.arn("kms", "key/11111111-2222-3333-4444-555555555555")
    scene.first["kmsKeyId"] = arn.replace("us-east-1", "eu-west-1")


@faults.of("BoundingBox", at=KEY)
def key_of_another_account(scene: Scene) -> None:
    """a KMS key of another account"""
    arn = scene.arn("kms", "key/11111111-2222-3333-4444-555555555555")
    scene.first["kmsKeyId"] = arn.replace("123456789012", "210987654321")


@faults.of("Custom", at=f"{FIRST}.annotationConsolidationLambdaArn")
def no_function(scene: Scene) -> None:
    """a custom job whose second function is not deployed"""
    scene.first["annotationConsolidationLambdaArn"] += "-new"


@faults.of("Custom", at=f"{FIRST}.preHumanTaskLambdaArn")
def function_that_may_not_be_invoked(scene: Scene) -> None:
    """a function whose name the labeling role may not invoke"""
    scene.first["preHumanTaskLambdaArn"] = scene.arn("lambda", "function:before-labeling")


@faults.of("Custom", at=f"{FIRST}.preHumanTaskLambdaArn")
def another_accounts_function(scene: Scene) -> None:
    """a function of another account"""
    arn: str = scene.first["preHumanTaskLambdaArn"]
    scene.first["preHumanTaskLambdaArn"] = arn.replace("123456789012", "210987654321")


@faults.of("NamedEntityRecognition", at="")
def region_without_task_types(scene: Scene) -> None:
    """a stack in a region that has none of Ground Truth's functions"""
    region = scene.cloud.endpoints.region
    owner = regions().pop(region)
    scene.undo.callback(regions().__setitem__, region, owner)


@faults.of("BoundingBox", at="destinationSnsArn")
def topic_of_another_account(scene: Scene) -> None:
    """messages to the topic of another account"""
    scene.batch["destinationSnsArn"] = "arn:aws:sns:us-east-1:210987654321:labels"


@faults.of("BoundingBox", at="destinationSnsArn", why_unseen="topics are not looked up")
def no_topic(scene: Scene) -> None:
    """messages to a topic that does not exist"""
    scene.batch["destinationSnsArn"] = scene.arn("sns", "labels-done")


def _role(scene: Scene) -> str:
    """The name of the role that labeling jobs have."""
    roles = scene.cloud.client("iam").list_roles()["Roles"]
    names: list[str] = [role["RoleName"] for role in roles]
    return next(name for name in names if "GroundTruthRole" in name)


def _disabled_key(scene: Scene) -> str:
    kms = scene.cloud.client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.disable_key(KeyId=made["KeyId"])
    arn: str = made["Arn"]
    return arn


def _put_back_cors(scene: Scene, rules: list[dict[str, Any]]) -> None:
    scene.afterwards(
        lambda: scene.lab.s3.put_bucket_cors(
            Bucket=scene.lab.bucket, CORSConfiguration={"CORSRules": rules}
        )
    )
