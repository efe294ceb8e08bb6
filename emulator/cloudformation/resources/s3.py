"""Buckets and their policies."""

from typing import Any

from emulator.cloudformation.errors import ResourceError
from emulator.cloudformation.resource_type import Properties, ResourceType


class Bucket(ResourceType):
    """A bucket. One with objects in it cannot be deleted."""

    name = "AWS::S3::Bucket"
    properties = frozenset(
        {
            "BucketEncryption",
            "BucketName",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "Tags",
            "VersioningConfiguration",
        }
    )
    immutable = frozenset({"BucketName"})
    attributes = frozenset({"Arn", "DomainName", "RegionalDomainName"})

    def create(self, properties: Properties) -> str:
        name = properties.get("BucketName") or self.place.generated_name(63).lower()
        if name in {item["Name"] for item in self.place.call("s3", "list_buckets")["Buckets"]}:
            raise ResourceError(f"{name} already exists")
        region = self.place.region
        where = {} if region == "us-east-1" else {"LocationConstraint": region}
        self.place.call(
            "s3",
            "create_bucket",
            Bucket=name,
            **({"CreateBucketConfiguration": where} if where else {}),
        )
        self.update(name, properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        for key, setting in _SETTINGS.items():
            new, old = properties.get(key), previous.get(key)
            if new == old:
                continue
            if new:
                self.place.call("s3", setting["put"], Bucket=physical_id, **setting["request"](new))
            elif key == "VersioningConfiguration":
                self.place.call(
                    "s3",
                    "put_bucket_versioning",
                    Bucket=physical_id,
                    VersioningConfiguration={"Status": "Suspended"},
                )
            else:
                self.place.call("s3", setting["delete"], Bucket=physical_id)

    def delete(self, physical_id: str, properties: Properties) -> None:
        s3 = self.place.client("s3")
        try:
            s3.delete_bucket(Bucket=physical_id)
        except s3.exceptions.NoSuchBucket:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return {
            "Arn": f"arn:aws:s3:::{physical_id}",
            "DomainName": f"{physical_id}.s3.amazonaws.com",
            "RegionalDomainName": f"{physical_id}.s3.{self.place.region}.amazonaws.com",
        }[name]


class BucketPolicy(ResourceType):
    """The policy of a bucket."""

    name = "AWS::S3::BucketPolicy"
    properties = frozenset({"Bucket", "PolicyDocument"})
    immutable = frozenset({"Bucket"})

    def create(self, properties: Properties) -> str:
        self.update(properties["Bucket"], properties, {})
        return str(properties["Bucket"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "s3",
            "put_bucket_policy",
            Bucket=properties["Bucket"],
            Policy=properties["PolicyDocument"],
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        s3 = self.place.client("s3")
        try:
            s3.delete_bucket_policy(Bucket=properties["Bucket"])
        except s3.exceptions.NoSuchBucket:
            return


def _encryption(value: dict[str, Any]) -> dict[str, Any]:
    rules = [
        {
            **{key: item for key, item in rule.items() if key != "ServerSideEncryptionByDefault"},
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _cors(value: dict[str, Any]) -> dict[str, Any]:
    spelled = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = [
        {spelled.get(key, key): item for key, item in rule.items()} for rule in value["CorsRules"]
    ]
    return {"CORSConfiguration": {"CORSRules": rules}}


def _lifecycle(value: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": [_lifecycle_rule(item) for item in value["Rules"]]}}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    rest = dict(rule)
    made: dict[str, Any] = {
        "Status": rest.pop("Status"),
        "Filter": {"Prefix": rest.pop("Prefix", "")},
    }
    if "Id" in rest:
        made["ID"] = rest.pop("Id")
    if "ExpirationInDays" in rest:
        made["Expiration"] = {"Days": rest.pop("ExpirationInDays")}
    if "ExpiredObjectDeleteMarker" in rest:
        marker = rest.pop("ExpiredObjectDeleteMarker")
        made.setdefault("Expiration", {})["ExpiredObjectDeleteMarker"] = marker
    if "Transitions" in rest:
        made["Transitions"] = [
            {"StorageClass": item["StorageClass"], "Days": item["TransitionInDays"]}
            for item in rest.pop("Transitions")
        ]
    # what is spelled alike stays, and what S3 does not know makes its client complain by name
    return {**made, **rest}


def _notifications(value: dict[str, Any]) -> dict[str, Any]:
    made = {key: {} if key == "EventBridgeConfiguration" else item for key, item in value.items()}
    return {"NotificationConfiguration": made}


_SETTINGS: dict[str, dict[str, Any]] = {
    "BucketEncryption": {
        "put": "put_bucket_encryption",
        "delete": "delete_bucket_encryption",
        "request": _encryption,
    },
    "CorsConfiguration": {
        "put": "put_bucket_cors",
        "delete": "delete_bucket_cors",
        "request": _cors,
    },
    "LifecycleConfiguration": {
        "put": "put_bucket_lifecycle_configuration",
        "delete": "delete_bucket_lifecycle",
        "request": _lifecycle,
    },
    "NotificationConfiguration": {
        "put": "put_bucket_notification_configuration",
        "delete": "put_bucket_notification_configuration",
        "request": _notifications,
    },
    "OwnershipControls": {
        "put": "put_bucket_ownership_controls",
        "delete": "delete_bucket_ownership_controls",
        "request": lambda value: {"OwnershipControls": value},
    },
    "PublicAccessBlockConfiguration": {
        "put": "put_public_access_block",
        "delete": "delete_public_access_block",
        "request": lambda value: {"PublicAccessBlockConfiguration": value},
    },
    "Tags": {
        "put": "put_bucket_tagging",
        "delete": "delete_bucket_tagging",
        "request": lambda value: {"Tagging": {"TagSet": value}},
    },
    "VersioningConfiguration": {
        "put": "put_bucket_versioning",
        "delete": "",
        "request": lambda value: {"VersioningConfiguration": value},
    },
}

RESOURCE_TYPES = (Bucket, BucketPolicy)
