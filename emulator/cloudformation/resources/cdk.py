"""What the CDK puts into every template for its own statistics."""

from emulator.cloudformation.resource_type import Properties, ResourceType


class Metadata(ResourceType):
    """Nothing is made for it, on AWS either."""

    name = "AWS::CDK::Metadata"
    properties = frozenset({"Analytics"})

    def create(self, properties: Properties) -> str:
        return self.place.generated_name()

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        pass

    def delete(self, physical_id: str, properties: Properties) -> None:
        pass


RESOURCE_TYPES = (Metadata,)
