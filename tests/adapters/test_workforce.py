"""labeling.ports.Workforce, in memory and on SageMaker and Cognito."""

from __future__ import annotations

from typing import Any, Protocol, cast

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from emulator.mends import sagemaker
from labeling.adapters import aws
from labeling.adapters.workforce import CognitoWorkforce
from labeling.errors import NotLookedAt
from labeling.ports import Workforce
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.adapters.samples import NOW
from tests.fakes import FakeWorkforce

TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/labelers"
VENDOR = "arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/labels-inc"


class Pool(Protocol):
    workforce: Workforce

    def subscribe(self, vendor_arn: str) -> None:
        """The account has this vendor's team from AWS Marketplace."""

    def invite(self, *emails: str) -> None:
        """They are members of the team."""


class FakePool:
    def __init__(self) -> None:
        self._fake = FakeWorkforce()
        self.workforce: Workforce = self._fake

        self._fake.members[TEAM] = ()

    def subscribe(self, vendor_arn: str) -> None:
        self._fake.vendors.add(vendor_arn)

    def invite(self, *emails: str) -> None:
        self._fake.members[TEAM] = tuple(sorted(emails))


class CognitoPool:
    def __init__(self, services: AwsServices) -> None:
        self._services = services
        self.cognito = services.client("cognito-idp")
        self.id = self.cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
        self.cognito.create_group(GroupName="labelers", UserPoolId=self.id)
        services.client("sagemaker").create_workteam(
            WorkteamName="labelers",
            Description="People",
            MemberDefinitions=[
                {
                    "CognitoMemberDefinition": {
                        "UserPool": self.id,
                        "UserGroup": "labelers",
                        "ClientId": "client",
                    }
                }
            ],
        )
        self.workforce: Workforce = CognitoWorkforce(
            aws.client("sagemaker", region=services.region),
            aws.client("cognito-idp", region=services.region),
            now=lambda: NOW,
        )

    def subscribe(self, vendor_arn: str) -> None:
        twin = sagemaker.ground_truth(self._services.account_id, self._services.region)
        twin.workteams.subscribe(vendor_arn, title="Labels", seller="Labels Inc.")

    def invite(self, *emails: str) -> None:
        for email in emails:
            self.add(email.partition("@")[0], email)

    def add(self, name: str, email: str | None = None) -> None:
        attributes = [{"Name": "email", "Value": email}] if email else []
        self.cognito.admin_create_user(UserPoolId=self.id, Username=name, UserAttributes=attributes)
        self.cognito.admin_add_user_to_group(
            UserPoolId=self.id, Username=name, GroupName="labelers"
        )


@pytest.fixture(params=IMPLEMENTATIONS)
def pool(request: pytest.FixtureRequest) -> Pool:
    if request.param == "fake":
        return FakePool()
    return CognitoPool(request.getfixturevalue("services"))


def test_a_team_has_members_and_a_portal_where_they_sign_in(pool: Pool) -> None:
    pool.invite("bo@example.org", "an@example.org")

    team = pool.workforce.team(TEAM)

    assert (team.name, team.arn) == ("labelers", TEAM)
    assert team.members == ("an@example.org", "bo@example.org")
    assert team.portal_url.startswith("https://")


def test_a_new_team_has_no_members(pool: Pool) -> None:
    assert pool.workforce.team(TEAM).members == ()


def test_a_team_is_found_with_its_people(pool: Pool) -> None:
    pool.invite("an@example.org")

    team = pool.workforce.find(TEAM)

    assert team == pool.workforce.team(TEAM)
    assert team is not None
    assert (team.members, team.is_vendor) == (("an@example.org",), False)


@pytest.mark.parametrize(
    "arn",
    [
        TEAM.replace("labelers", "nobody"),
        TEAM.replace("123456789012", "210987654321"),
        TEAM.replace("us-east-1", "us-west-2"),
        VENDOR,
    ],
)
def test_a_team_that_the_account_does_not_have_is_not_found(pool: Pool, arn: str) -> None:
    assert pool.workforce.find(arn) is None


def test_a_vendors_team_is_found_without_its_people(pool: Pool) -> None:
    pool.subscribe(VENDOR)

    team = pool.workforce.find(VENDOR)

    assert team is not None
    assert (team.arn, team.members, team.is_vendor) == (VENDOR, (), True)


def test_a_team_that_may_not_be_looked_at_is_neither_there_nor_not(services: AwsServices) -> None:
    class Refusing:
        def describe_workteam(self, **_: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeWorkteam")

    workforce = CognitoWorkforce(
        cast(Any, Refusing()), services.client("cognito-idp"), now=lambda: NOW
    )

    with pytest.raises(NotLookedAt):
        workforce.find(TEAM)


def test_large_teams_are_shown_whole_and_users_without_an_address_by_name(
    services: AwsServices,
) -> None:
    pool = CognitoPool(services)
    pool.add("nameless")
    pool.invite(*(f"user{number:03}@example.org" for number in range(70)))

    members = pool.workforce.team(TEAM).members

    assert len(members) == 71
    assert members[0] == "nameless"
