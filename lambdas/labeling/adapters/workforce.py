"""Work teams, and who is in them: SageMaker's teams are groups of a Cognito user pool, or people
of a vendor on AWS Marketplace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from labeling.adapters import aws
from labeling.adapters.kept_facts import KeptFacts
from labeling.errors import NotLookedAt
from labeling.ports import TeamState
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.client import CognitoIdentityProviderClient
    from mypy_boto3_sagemaker.client import SageMakerClient

LARGEST_PAGE = 60
VENDORS = ":workteam/vendor-crowd/"
# DescribeWorkteam has no error of its own for a team that does not exist.
_NO_TEAM = ("ResourceNotFound", "ValidationException")


class CognitoWorkforce:
    """`labeling.ports.Workforce`."""

    def __init__(
        self,
        sagemaker: SageMakerClient,
        cognito: CognitoIdentityProviderClient,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._sagemaker = sagemaker
        self._cognito = cognito
        self._facts = KeptFacts(now)

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime]) -> Self:
        return cls(
            aws.client("sagemaker", region=settings.region),
            aws.client("cognito-idp", region=settings.region),
            now=now,
        )

    def team(self, workteam_arn: str) -> TeamState:
        return self._state(workteam_arn, self._described(workteam_arn))

    def find(self, workteam_arn: str) -> TeamState | None:
        look = self._vendor if VENDORS in workteam_arn else self._private
        return self._facts.get(workteam_arn, lambda: look(workteam_arn))

    def forget(self) -> None:
        self._facts.forget()

    def _described(self, workteam_arn: str) -> Any:
        name = workteam_arn.rpartition("/")[2]
        return self._sagemaker.describe_workteam(WorkteamName=name)["Workteam"]

    def _state(self, workteam_arn: str, team: Any) -> TeamState:
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
            name=workteam_arn.rpartition("/")[2],
            arn=workteam_arn,
            portal_url=f"https://{domain}" if domain else "",
            members=tuple(sorted(members)),
        )

    def _private(self, workteam_arn: str) -> TeamState | None:
        with _looking(workteam_arn):
            try:
                team = self._described(workteam_arn)
            except ClientError as error:
                if error.response["Error"]["Code"] in _NO_TEAM:
                    return None
                raise
            if team["WorkteamArn"].lower() != workteam_arn.lower():
                return None  # a team of this name, but another account's or region's was meant
            return self._state(workteam_arn, team)

    def _vendor(self, workteam_arn: str) -> TeamState | None:
        with _looking(workteam_arn):
            try:
                answer = self._sagemaker.describe_subscribed_workteam(WorkteamArn=workteam_arn)
            except ClientError as error:
                if error.response["Error"]["Code"] in _NO_TEAM:
                    return None
                raise
        team = answer["SubscribedWorkteam"]
        return TeamState(
            name=team.get("MarketplaceTitle") or workteam_arn.rpartition("/")[2],
            arn=workteam_arn,
            portal_url="",
            members=(),
            is_vendor=True,
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


@contextmanager
def _looking(workteam_arn: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise NotLookedAt(f"the work team {workteam_arn}: {error}") from error
