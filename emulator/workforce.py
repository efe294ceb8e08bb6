"""The private workforce of the account: a user pool that was there before the stack.

In AWS it is made once, by hand, on SageMaker's console; the stack is told its ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError


@dataclass(frozen=True, kw_only=True)
class Workforce:
    """The user pool and the app client through which workers sign in."""

    user_pool_id: str
    client_id: str

    @classmethod
    def create(cls, client: Callable[[str], Any]) -> Self:
        """Make one; `client("cognito-idp")` is a boto3 client."""
        cognito = client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="sagemaker-groundtruth-user-pool")
        pool_id = pool["UserPool"]["Id"]
        app = cognito.create_user_pool_client(
            UserPoolId=pool_id, ClientName="sagemaker-groundtruth", GenerateSecret=True
        )
        return cls(user_pool_id=pool_id, client_id=app["UserPoolClient"]["ClientId"])

    def parameters(self) -> dict[str, str]:
        """What the workflow's template is told."""
        return {
            "CognitoUserPoolId": self.user_pool_id,
            "CognitoUserPoolClientId": self.client_id,
        }

    def staff(self, client: Callable[[str], Any], *, people: int) -> None:
        """Put so many people into each work team that has none yet: `<team>-worker-1` and so on,
        the names under which scripted workers answer."""
        cognito = client("cognito-idp")
        for team in client("sagemaker").list_workteams()["Workteams"]:
            for member in team["MemberDefinitions"]:
                group = member["CognitoMemberDefinition"]["UserGroup"]
                members = cognito.list_users_in_group(UserPoolId=self.user_pool_id, GroupName=group)
                if not members["Users"]:
                    self._hire(cognito, team["WorkteamName"], group, people)

    def _hire(self, cognito: Any, team: str, group: str, people: int) -> None:
        for number in range(1, people + 1):
            name = f"{team}-worker-{number}"
            mail = {"Name": "email", "Value": f"{name}@example.com"}
            try:
                cognito.admin_create_user(
                    UserPoolId=self.user_pool_id,
                    Username=name,
                    UserAttributes=[mail],
                    MessageAction="SUPPRESS",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "UsernameExistsException":
                    raise
            cognito.admin_add_user_to_group(
                UserPoolId=self.user_pool_id, Username=name, GroupName=group
            )
