"""Work teams, and the one private workforce of an account and region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from emulator.ground_truth.constraints import CREATE_WORKTEAM, violations
from emulator.ground_truth.errors import (
    RequestInvalid,
    ResourceInUse,
    ResourceLimitExceeded,
    ResourceNotFound,
)
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import Clock, Ids

WORKFORCE = "default"


@dataclass
class Workteam:
    """A group of people who see the tasks of the jobs that name it."""

    request: Mapping[str, Any]
    arn: str
    region: str
    sub_domain: str
    workforce_arn: str
    created_at: datetime
    updated_at: datetime
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.request["WorkteamName"])

    @property
    def user_pool(self) -> str:
        first = self.request["MemberDefinitions"][0]
        return str(first.get("CognitoMemberDefinition", {}).get("UserPool", ""))

    def described(self) -> dict[str, Any]:
        """The `Workteam` structure of the API."""
        optional = ("NotificationConfiguration", "WorkerAccessConfiguration")
        return {
            "WorkteamName": self.name,
            "MemberDefinitions": self.request["MemberDefinitions"],
            "WorkteamArn": self.arn,
            "WorkforceArn": self.workforce_arn,
            "Description": self.request["Description"],
            "SubDomain": self.sub_domain,
            "CreateDate": self.created_at,
            "LastUpdatedDate": self.updated_at,
            **{member: self.request[member] for member in optional if member in self.request},
        }


class Workteams:
    """The teams of an account and region. The first team brings the workforce with it, which in
    AWS is made once, by hand, on the console."""

    def __init__(
        self, *, account: str, region: str, clock: Clock, ids: Ids, limits: Limits
    ) -> None:
        self._prefix = f"arn:aws:sagemaker:{region}:{account}"
        self._region = region
        self._clock = clock
        self._limits = limits
        self._ids = ids
        self._teams: dict[str, Workteam] = {}
        self._workforce: dict[str, Any] = {}
        self._subscribed: dict[str, dict[str, Any]] = {}
        self._lock = RLock()

    def create(self, request: Mapping[str, Any]) -> Workteam:
        """Raises `RequestInvalid`, `ResourceInUse` or `ResourceLimitExceeded`."""
        broken = [*violations(request, CREATE_WORKTEAM), *_member_violations(request)]
        if broken:
            raise RequestInvalid(broken)
        name = request["WorkteamName"]
        with self._lock:
            if self._key(name) in self._teams:
                raise ResourceInUse(f"A work team with the name {name} already exists.")
            if len(self._teams) >= self._limits.work_teams:
                raise ResourceLimitExceeded(
                    f"The account-level service limit 'Number of work teams' is "
                    f"{self._limits.work_teams}."
                )
            now = self._clock.now()
            workforce = self._workforce_for(request, now)
            team = Workteam(
                request=request,
                arn=f"{self._prefix}:workteam/private-crowd/{name}",
                region=self._region,
                sub_domain=workforce["SubDomain"],
                workforce_arn=workforce["WorkforceArn"],
                created_at=now,
                updated_at=now,
                tags={tag["Key"]: tag["Value"] for tag in request.get("Tags", [])},
            )
            self._teams[self._key(name)] = team
            return team

    def update(self, name: str, changes: Mapping[str, Any]) -> Workteam:
        """Members, description or notifications anew; raises `RequestInvalid`."""
        with self._lock:
            team = self.describe(name)
            request = {**team.request, **changes, "WorkteamName": team.name}
            broken = [*violations(request, CREATE_WORKTEAM), *_member_violations(request)]
            if broken:
                raise RequestInvalid(broken)
            team.request = request
            team.updated_at = self._clock.now()
            return team

    def describe(self, name: str) -> Workteam:
        """Raises `RequestInvalid` for an unknown team, as no other error is modeled."""
        with self._lock:
            team = self._teams.get(self._key(name))
        if team is None:
            raise RequestInvalid([f"The work team {name} does not exist"])
        return team

    def delete(self, name: str) -> bool:
        """Whether there was such a team."""
        with self._lock:
            return self._teams.pop(self._key(name), None) is not None

    def all(self) -> list[Workteam]:
        with self._lock:
            return list(self._teams.values())

    def find(self, arn: str) -> Workteam | None:
        return next((team for team in self.all() if team.arn.lower() == arn.lower()), None)

    def get(self, arn: str) -> Workteam:
        team = self.find(arn)
        if team is None:
            raise ResourceNotFound(f"The work team {arn} does not exist.")
        return team

    def subscribe(self, arn: str, *, title: str, seller: str) -> None:
        """Be an account that has a vendor's team from AWS Marketplace."""
        with self._lock:
            self._subscribed[arn.lower()] = {
                "WorkteamArn": arn,
                "MarketplaceTitle": title,
                "SellerName": seller,
                "MarketplaceDescription": title,
                "ListingId": self._ids.hexadecimal(16),
            }

    def subscribed(self, arn: str) -> Mapping[str, Any]:
        """The `SubscribedWorkteam` structure of the API; raises `RequestInvalid`."""
        with self._lock:
            team = self._subscribed.get(arn.lower())
        if team is None:
            raise RequestInvalid([f"The work team {arn} is not subscribed to"])
        return team

    def workforces(self) -> list[Mapping[str, Any]]:
        """The private workforce, if there is one."""
        with self._lock:
            return [dict(self._workforce)] if self._workforce else []

    def _key(self, name: str) -> str:
        return name.lower()

    def _workforce_for(self, request: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        if not self._workforce:
            member = request["MemberDefinitions"][0].get("CognitoMemberDefinition", {})
            self._workforce = {
                "WorkforceName": WORKFORCE,
                "WorkforceArn": f"{self._prefix}:workforce/{WORKFORCE}",
                "LastUpdatedDate": now,
                "SourceIpConfig": {"Cidrs": []},
                "SubDomain": f"{self._ids.hexadecimal(10)}.labeling.{self._region}.sagemaker.aws",
                "CognitoConfig": {
                    "UserPool": member.get("UserPool", ""),
                    "ClientId": member.get("ClientId", ""),
                },
                "CreateDate": now,
                "Status": "Active",
            }
        return self._workforce


def _member_violations(request: Mapping[str, Any]) -> list[str]:
    members: Sequence[Mapping[str, Any]] = request.get("MemberDefinitions", [])
    kinds = {kind for member in members for kind in member}
    if kinds == {"CognitoMemberDefinition", "OidcMemberDefinition"}:
        return ["MemberDefinitions must be all of Cognito or all of OIDC"]
    pools = {
        (cognito["UserPool"], cognito["ClientId"])
        for member in members
        if (cognito := member.get("CognitoMemberDefinition"))
    }
    return ["All members must have the same UserPool and ClientId"] if len(pools) > 1 else []
