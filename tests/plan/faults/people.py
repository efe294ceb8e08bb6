"""Work teams."""

from __future__ import annotations

from tests.plan.batches import FIRST, SECOND
from tests.plan.faults import Subject
from tests.plan.scenes import Scene

faults = Subject("Teams")
TEAM = f"{FIRST}.workteamArn"
PRIVATE = "workteam/private-crowd"


@faults.of("BoundingBox", at=TEAM)
def no_team(scene: Scene) -> None:
    """a team that does not exist"""
    scene.first["workteamArn"] = scene.arn("sagemaker", f"{PRIVATE}/smgt-workflow-frist-level")


@faults.of("BoundingBox", at=TEAM)
def another_accounts_team(scene: Scene) -> None:
    """the team of another account"""
    arn = scene.arn("sagemaker", f"{PRIVATE}/smgt-workflow-first-level")
    scene.first["workteamArn"] = arn.replace("123456789012", "210987654321")


@faults.of("BoundingBox", at=TEAM)
def another_regions_team(scene: Scene) -> None:
    """the team of another region"""
    arn = scene.arn("sagemaker", f"{PRIVATE}/smgt-workflow-first-level")
    scene.first["workteamArn"] = arn.replace("us-east-1", "us-west-2")


@faults.of("BoundingBox", at=TEAM)
def mechanical_turk(scene: Scene) -> None:
    """Amazon Mechanical Turk, which is closed"""
    scene.first["workteamArn"] = (
        "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"
    )


@faults.of("BoundingBox", at=TEAM)
def vendor_without_a_contract(scene: Scene) -> None:
    """a vendor's team that the account has not subscribed to"""
    scene.first["workteamArn"] = (
        "arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/boxes-and-more"
    )


@faults.of("BoundingBoxAudit", at=TEAM.replace(FIRST, SECOND))
def empty_team(scene: Scene) -> None:
    """a second level whose team has no members"""
    cognito = scene.cloud.client("cognito-idp")
    pool = scene.cloud.workforce.user_pool_id
    team = scene.cloud.client("sagemaker").describe_workteam(
        WorkteamName="smgt-workflow-second-level"
    )["Workteam"]
    group = team["MemberDefinitions"][0]["CognitoMemberDefinition"]["UserGroup"]
    there = {"UserPoolId": pool, "GroupName": group}
    users = [user["Username"] for user in cognito.list_users_in_group(**there)["Users"]]
    for user in users:
        cognito.admin_remove_user_from_group(**there, Username=user)

    def back() -> None:
        for user in users:
            cognito.admin_add_user_to_group(**there, Username=user)

    scene.afterwards(back)


@faults.of("BoundingBox", at=f"{FIRST}.numberOfHumanWorkersPerDataObject")
def more_answers_than_people(scene: Scene) -> None:
    """three people for each picture, of a team of two"""
    scene.first["numberOfHumanWorkersPerDataObject"] = 3
