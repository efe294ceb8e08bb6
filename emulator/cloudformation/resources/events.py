"""EventBridge rules."""

from emulator.cloudformation.errors import ResourceError
from emulator.cloudformation.resource_type import Properties, ResourceType, chosen


class Rule(ResourceType):
    """A rule on the default bus, by pattern or by schedule, with its targets."""

    name = "AWS::Events::Rule"
    properties = frozenset(
        {
            "Description",
            "EventPattern",
            "Name",
            "RoleArn",
            "ScheduleExpression",
            "State",
            "Tags",
            "Targets",
        }
    )
    immutable = frozenset({"Name", "Tags"})
    attributes = frozenset({"Arn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("Name") or self.place.generated_name()
        self._put(str(name), properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self._put(physical_id, properties, previous)

    def delete(self, physical_id: str, properties: Properties) -> None:
        events = self.place.client("events")
        try:
            targets = events.list_targets_by_rule(Rule=physical_id)["Targets"]
            if targets:
                ids = [target["Id"] for target in targets]
                events.remove_targets(Rule=physical_id, Ids=ids)
            events.delete_rule(Name=physical_id)
        except events.exceptions.ResourceNotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return str(self.place.call("events", "describe_rule", Name=physical_id)["Arn"])

    def _put(self, name: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "events",
            "put_rule",
            Name=name,
            **chosen(
                properties,
                "Description",
                "EventPattern",
                "RoleArn",
                "ScheduleExpression",
                "State",
                "Tags",
            ),
        )
        targets = properties.get("Targets", [])
        wanted = {target["Id"] for target in targets}
        gone = [item["Id"] for item in previous.get("Targets", []) if item["Id"] not in wanted]
        if gone:
            self.place.call("events", "remove_targets", Rule=name, Ids=gone)
        if targets:
            answer = self.place.call("events", "put_targets", Rule=name, Targets=targets)
            if failed := answer["FailedEntries"]:
                raise ResourceError(f"targets of rule {name} were refused: {failed}")


RESOURCE_TYPES = (Rule,)
