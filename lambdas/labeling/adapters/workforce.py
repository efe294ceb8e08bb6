"""Work teams, and who is in them: SageMaker's teams are groups of a Cognito user pool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from labeling.adapters import aws
from labeling.ports import TeamState
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.client import CognitoIdentityProviderClient
    from mypy_boto3_sagemaker.client import SageMakerClient

LARGEST_PAGE = 60


class CognitoWorkforce:
    """`labeling.ports.Workforce`."""

    def __init__(self, sagemaker: SageMakerClient, cognito: CognitoIdentityProviderClient) -> None:
        self._sagemaker = sagemaker
        self._cognito = cognito

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(
            aws.client("sagemaker", region=settings.region),
            aws.client("cognito-idp", region=settings.region),
        )

    def team(self, workteam_arn: str) -> TeamState:
        name = workteam_arn.rpartition("/")[2]
        team = self._sagemaker.describe_workteam(WorkteamName=name)["Workteam"]
        groups = [
            definition["CognitoMemberDefinition"]
            for definition in team["MemberDefinitions"]
            if "CognitoMemberDefinition" in definition
        ]
        members = {
            member
            for group in groups
            for member in self._members(group["UserPool"], group["UserGroup"])
        }
        domain = team.get("SubDomain", "")
        return TeamState(
            name=name,
            arn=workteam_arn,
            portal_url=f"https://{domain}" if domain else "",
            members=tuple(sorted(members)),
        )

    def _members(self, user_pool_id: str, group: str) -> Iterator[str]:
        """E-mail addresses, and the names of users that have none."""
        parameters: dict[str, Any] = {
            "UserPoolId": user_pool_id,
            "GroupName": group,
            "Limit": LARGEST_PAGE,
        }
        while True:
            page = self._cognito.list_users_in_group(**parameters)
            for user in page["Users"]:
                attributes = {
                    attribute["Name"]: attribute.get("Value", "")
                    for attribute in user.get("Attributes", [])
                }
                yield attributes.get("email") or user["Username"]
            if not page.get("NextToken"):
                return
            parameters["NextToken"] = page["NextToken"]
