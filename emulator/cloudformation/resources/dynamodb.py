"""Tables."""

from typing import Any

from emulator.cloudformation.resource_type import Properties, ResourceType, chosen


class Table(ResourceType):
    """A table with its indexes, encryption, backups and expiry."""

    name = "AWS::DynamoDB::Table"
    properties = frozenset(
        {
            "AttributeDefinitions",
            "BillingMode",
            "DeletionProtectionEnabled",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "PointInTimeRecoverySpecification",
            "ProvisionedThroughput",
            "SSESpecification",
            "StreamSpecification",
            "TableClass",
            "TableName",
            "Tags",
            "TimeToLiveSpecification",
        }
    )
    immutable = frozenset({"KeySchema", "LocalSecondaryIndexes", "TableName"})
    attributes = frozenset({"Arn", "StreamArn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("TableName") or self.place.generated_name(255)
        request = {
            key: value
            for key, value in properties.items()
            if key not in ("PointInTimeRecoverySpecification", "TimeToLiveSpecification")
        }
        if "SSESpecification" in request:
            request["SSESpecification"] = _encryption(request["SSESpecification"])
        if "StreamSpecification" in request:
            request["StreamSpecification"] = _stream(request["StreamSpecification"])
        self.place.call("dynamodb", "create_table", **{**request, "TableName": name})
        self._set_backups(name, properties)
        self._set_expiry(name, properties)
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        changed = {
            key for key in {*properties, *previous} if properties.get(key) != previous.get(key)
        }
        request = chosen(
            properties,
            *changed & {"BillingMode", "DeletionProtectionEnabled", "TableClass"},
            *changed & {"ProvisionedThroughput"},
        )
        if "SSESpecification" in changed:
            request["SSESpecification"] = _encryption(properties.get("SSESpecification", {}))
        if "StreamSpecification" in changed:
            request["StreamSpecification"] = _stream(properties.get("StreamSpecification"))
        if request:
            self.place.call("dynamodb", "update_table", TableName=physical_id, **request)
        for change in _index_changes(properties, previous):
            self.place.call(
                "dynamodb",
                "update_table",
                TableName=physical_id,
                AttributeDefinitions=properties["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[change],
            )
        if "PointInTimeRecoverySpecification" in changed:
            self._set_backups(physical_id, properties)
        if "TimeToLiveSpecification" in changed:
            self._set_expiry(physical_id, properties)
        if "Tags" in changed:
            self._set_tags(physical_id, properties, previous)

    def delete(self, physical_id: str, properties: Properties) -> None:
        dynamodb = self.place.client("dynamodb")
        try:
            dynamodb.delete_table(TableName=physical_id)
        except dynamodb.exceptions.ResourceNotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        table = self.place.call("dynamodb", "describe_table", TableName=physical_id)["Table"]
        return str(table["TableArn" if name == "Arn" else "LatestStreamArn"])

    def _set_backups(self, name: str, properties: Properties) -> None:
        wanted = properties.get("PointInTimeRecoverySpecification", {})
        enabled = {"PointInTimeRecoveryEnabled": False, **wanted}
        self.place.call(
            "dynamodb",
            "update_continuous_backups",
            TableName=name,
            PointInTimeRecoverySpecification=enabled,
        )

    def _set_expiry(self, name: str, properties: Properties) -> None:
        if wanted := properties.get("TimeToLiveSpecification"):
            self.place.call(
                "dynamodb",
                "update_time_to_live",
                TableName=name,
                TimeToLiveSpecification=wanted,
            )

    def _set_tags(self, name: str, properties: Properties, previous: Properties) -> None:
        arn = self.attribute(name, properties, "Arn")
        new = {tag["Key"] for tag in properties.get("Tags", [])}
        gone = [tag["Key"] for tag in previous.get("Tags", []) if tag["Key"] not in new]
        if gone:
            self.place.call("dynamodb", "untag_resource", ResourceArn=arn, TagKeys=gone)
        if new:
            self.place.call("dynamodb", "tag_resource", ResourceArn=arn, Tags=properties["Tags"])


def _encryption(specification: dict[str, Any]) -> dict[str, Any]:
    renamed = {"SSEEnabled": "Enabled"}
    made = {renamed.get(key, key): value for key, value in specification.items()}
    return {"Enabled": False, **made}


def _stream(specification: dict[str, Any] | None) -> dict[str, Any]:
    return {"StreamEnabled": True, **specification} if specification else {"StreamEnabled": False}


def _index_changes(properties: Properties, previous: Properties) -> list[dict[str, Any]]:
    """What DynamoDB has to do, one index at a time; a changed index is made anew."""
    new = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    old = {index["IndexName"]: index for index in previous.get("GlobalSecondaryIndexes", [])}
    gone = [name for name in old if new.get(name) != old[name]]
    made = [name for name in new if new[name] != old.get(name)]
    return [
        *({"Delete": {"IndexName": name}} for name in gone),
        *({"Create": new[name]} for name in made),
    ]


RESOURCE_TYPES = (Table,)
