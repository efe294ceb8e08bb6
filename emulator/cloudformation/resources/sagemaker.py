"""Work teams."""

from typing import Any

from botocore.exceptions import ClientError

from emulator.cloudformation.resource_type import Properties, ResourceType, chosen


class Workteam(ResourceType):
    """A work team of the private workforce."""

    name = "AWS::SageMaker::Workteam"
    properties = frozenset(
        {
            "Description",
            "MemberDefinitions",
            "NotificationConfiguration",
            "Tags",
            "WorkforceName",
            "WorkteamName",
        }
    )
    immutable = frozenset({"Tags", "WorkforceName", "WorkteamName"})
    attributes = frozenset({"WorkteamArn", "WorkteamName"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "sagemaker",
            "create_workteam",
            WorkteamName=properties.get("WorkteamName") or self.place.generated_name(63),
            **chosen(properties, "Tags", "WorkforceName"),
            **_settings(properties),
        )
        return str(made["WorkteamArn"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "sagemaker",
            "update_workteam",
            WorkteamName=physical_id.rsplit("/", 1)[-1],
            **_settings(properties),
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        name = physical_id.rsplit("/", 1)[-1]
        sagemaker = self.place.client("sagemaker")
        try:
            sagemaker.describe_workteam(WorkteamName=name)
        except ClientError:
            return
        sagemaker.delete_workteam(WorkteamName=name)

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id if name == "WorkteamArn" else physical_id.rsplit("/", 1)[-1]


def _settings(properties: Properties) -> dict[str, Any]:
    """Templates say `CognitoUserPool` where the API says `UserPool`, and so on."""
    spelled = {"CognitoUserPool": "UserPool", "CognitoUserGroup": "UserGroup"}
    spelled["CognitoClientId"] = "ClientId"
    members = [
        {
            kind: {spelled.get(key, key): value for key, value in definition.items()}
            for kind, definition in member.items()
        }
        for member in properties.get("MemberDefinitions", [])
    ]
    return {
        "MemberDefinitions": members,
        **chosen(properties, "Description", "NotificationConfiguration"),
    }


RESOURCE_TYPES = (Workteam,)
