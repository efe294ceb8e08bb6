"""LabelingTeams: who labels, and who audits."""

from aws_cdk import Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from stacks.grants import allow


class LabelingTeams(Construct):
    """One work team for the first level, one for every level above.

    A team is a group of the workforce's user pool; whoever is put into the group works in the
    team.
    """

    def __init__(
        self, scope: Construct, id_: str, *, prefix: str, user_pool_id: str, client_id: str
    ) -> None:
        super().__init__(scope, id_)
        self.first_level = LabelingTeam(
            self,
            "FirstLevel",
            name=f"{prefix}-first-level",
            description="Labels what nobody has labeled yet.",
            user_pool_id=user_pool_id,
            client_id=client_id,
        )
        self.second_level = LabelingTeam(
            self,
            "SecondLevel",
            name=f"{prefix}-second-level",
            description="Audits and adjusts the labels of the levels below.",
            user_pool_id=user_pool_id,
            client_id=client_id,
        )
        self._user_pool_id = user_pool_id

    def grant_show(self, grantee: iam.IGrantable) -> None:
        """See the account's teams, vendors' among them, and who is in them; aws-cdk-lib has no
        grants for either. Requests may name other teams than the stack's own two.
        """
        stack = Stack.of(self)
        pool = stack.format_arn(
            service="cognito-idp", resource="userpool", resource_name=self._user_pool_id
        )
        allow(
            grantee,
            ["sagemaker:DescribeWorkteam"],
            [stack.format_arn(service="sagemaker", resource="workteam", resource_name="*")],
            wildcards_because="Requests may name any work team of the account.",
        )
        allow(
            grantee,
            ["sagemaker:DescribeSubscribedWorkteam"],
            [
                stack.format_arn(
                    service="sagemaker",
                    account="*",
                    resource="workteam",
                    resource_name="vendor-crowd/*",
                )
            ],
            wildcards_because="Vendors' teams are of the vendors' accounts.",
        )
        allow(grantee, ["cognito-idp:ListUsersInGroup"], [pool])


class LabelingTeam(Construct):
    """A work team and the Cognito group of its members."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        user_pool_id: str,
        client_id: str,
    ) -> None:
        super().__init__(scope, id_)
        self.name = name
        members = cognito.CfnUserPoolGroup(
            self, "Members", user_pool_id=user_pool_id, description=description
        )
        team = sagemaker.CfnWorkteam(
            self,
            "Team",
            workteam_name=name,
            description=description,
            member_definitions=[
                sagemaker.CfnWorkteam.MemberDefinitionProperty(
                    cognito_member_definition=sagemaker.CfnWorkteam.CognitoMemberDefinitionProperty(
                        cognito_user_pool=user_pool_id,
                        cognito_client_id=client_id,
                        cognito_user_group=members.ref,
                    )
                )
            ],
        )
        self.arn = team.ref
