"""Log groups."""

from emulator.cloudformation.resource_type import Properties, ResourceType, tag_map


class LogGroup(ResourceType):
    """A log group."""

    name = "AWS::Logs::LogGroup"
    properties = frozenset({"LogGroupName", "RetentionInDays", "Tags"})
    immutable = frozenset({"LogGroupName"})
    attributes = frozenset({"Arn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("LogGroupName") or self.place.generated_name(512)
        self.place.call("logs", "create_log_group", logGroupName=name, tags=tag_map(properties))
        self._retain(name, properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self._retain(physical_id, properties, previous)
        new, old = tag_map(properties), tag_map(previous)
        arn = self.attribute(physical_id, properties, "Arn").removesuffix(":*")
        if gone := sorted(old.keys() - new.keys()):
            self.place.call("logs", "untag_resource", resourceArn=arn, tagKeys=gone)
        if new:
            self.place.call("logs", "tag_resource", resourceArn=arn, tags=new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        logs = self.place.client("logs")
        try:
            logs.delete_log_group(logGroupName=physical_id)
        except logs.exceptions.ResourceNotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        place = f"{self.place.region}:{self.place.account_id}"
        return f"arn:aws:logs:{place}:log-group:{physical_id}:*"

    def _retain(self, name: str, properties: Properties, previous: Properties) -> None:
        if "RetentionInDays" in properties:
            self.place.call(
                "logs",
                "put_retention_policy",
                logGroupName=name,
                retentionInDays=properties["RetentionInDays"],
            )
        elif "RetentionInDays" in previous:
            self.place.call("logs", "delete_retention_policy", logGroupName=name)


RESOURCE_TYPES = (LogGroup,)
