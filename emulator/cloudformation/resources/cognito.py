"""Groups of people in a user pool."""

from emulator.cloudformation.resource_type import Properties, ResourceType


class UserPoolGroup(ResourceType):
    """A group of a user pool that exists already."""

    name = "AWS::Cognito::UserPoolGroup"
    properties = frozenset({"Description", "GroupName", "Precedence", "RoleArn", "UserPoolId"})
    immutable = frozenset({"GroupName", "UserPoolId"})

    def create(self, properties: Properties) -> str:
        name = properties.get("GroupName") or self.place.generated_name(128)
        self.place.call("cognito-idp", "create_group", **{**properties, "GroupName": name})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call("cognito-idp", "update_group", **{**properties, "GroupName": physical_id})

    def delete(self, physical_id: str, properties: Properties) -> None:
        cognito = self.place.client("cognito-idp")
        try:
            cognito.delete_group(GroupName=physical_id, UserPoolId=properties["UserPoolId"])
        except cognito.exceptions.ResourceNotFoundException:
            return


RESOURCE_TYPES = (UserPoolGroup,)
