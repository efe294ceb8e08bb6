"""What a batch needs of its account: region, role, buckets, keys, functions, teams, room, names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from labeling.errors import NotLookedAt, Problem
from labeling.modalities import regions
from labeling.model import BatchRequest, JobRequest
from labeling.plan import account_room, account_storage
from labeling.plan.places import Places, named, not_looked_at
from labeling.ports import Account, TeamState, Workforce
from labeling.settings import Settings


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """What was found, and what an estimate needs: how many labeling jobs may run at once, and how
    many people are in each team, by its ARN. Of teams that are not in it, nobody knows."""

    problems: tuple[Problem, ...]
    quota: int
    team_sizes: Mapping[str, int]


def look(
    request: BatchRequest,
    *,
    new_names: Collection[str],
    account: Account,
    workforce: Workforce,
    settings: Settings,
    only_errors: bool = False,
) -> AccountFacts:
    """Looks at everything once, however many jobs need it.

    `new_names` are the job names of the request that should be nobody's yet: not those of jobs
    that this batch made already. What cannot be looked at is a warning, never an error. After an
    error nothing is kept in mind: who puts it right may try again at once.

    With `only_errors`, what could be no more than a warning is not asked for: there is room for a
    new account's jobs then.
    """
    quota = account_room.DEFAULT_QUOTA if only_errors else account_room.quota_of(account)
    looked = _Look(request, account, workforce, settings)
    problems = (
        *looked.region(),
        *looked.role(),
        *account_storage.bucket_problems(request, account=account, settings=settings),
        *account_storage.key_problems(request, account=account),
        *looked.functions(),
        *looked.teams(),
        *looked.names(new_names),
        *(() if only_errors else account_room.problems(request, account=account)),
    )
    if any(not problem.warning for problem in problems):
        account.forget()
        workforce.forget()
    return AccountFacts(
        problems=problems,
        quota=quota,
        team_sizes={
            arn: len(team.members) for arn, team in looked.found.items() if not team.is_vendor
        },
    )


class _Look:
    def __init__(
        self, request: BatchRequest, account: Account, workforce: Workforce, settings: Settings
    ) -> None:
        self._jobs = request.jobs
        self._account = account
        self._workforce = workforce
        self._settings = settings
        self.found: dict[str, TeamState] = {}

    def region(self) -> Iterator[Problem]:
        region = self._settings.region
        if region not in regions():
            message = (
                f"Ground Truth has no task types in {region}: deploy the stack to one of "
                f"{', '.join(sorted(regions()))}."
            )
            yield Problem((), "region", message)

    def role(self) -> Iterator[Problem]:
        arn = self._settings.labeling_role_arn
        try:
            trusts = self._account.role_trusts_ground_truth(arn)
        except NotLookedAt as error:
            yield not_looked_at((), error)
            return
        if trusts is None:
            message = f"The labeling role {arn} does not exist: deploy the stack again."
            yield Problem((), "no_role", message)
        elif not trusts:
            message = (
                f"The labeling role {arn} does not trust sagemaker.amazonaws.com: deploy the stack "
                "again."
            )
            yield Problem((), "role_trust", message)

    def functions(self) -> Iterator[Problem]:
        for field, arn_of in _FUNCTIONS.items():
            for arn, places in named(self._jobs, field, arn_of):
                yield from self._function(arn, places)

    def _function(self, arn: str, places: Places) -> Iterator[Problem]:
        try:
            exists = self._account.function_exists(arn)
        except NotLookedAt as error:
            yield not_looked_at(places.first, error)
            return
        if not exists:
            message = f"There is no function {arn}{places.others}: deploy it, or name another."
            yield Problem(places.first, "no_function", message)

    def teams(self) -> Iterator[Problem]:
        for arn, places in named(self._jobs, "workteamArn", lambda job: job.workteam_arn):
            try:
                team = self._workforce.find(arn)
            except NotLookedAt as error:
                yield not_looked_at(places.first, error)
                continue
            if team is None:
                message = f"There is no work team {arn}{places.others}: make it, or name another."
                yield Problem(places.first, "no_team", message)
                continue
            self.found[arn] = team
            if not team.is_vendor:
                yield from self._people(team, places)

    def _people(self, team: TeamState, places: Places) -> Iterator[Problem]:
        if not team.members:
            message = (
                f"Nobody is in the work team {team.name}{places.others}: invite people before "
                "tasks wait for them."
            )
            yield Problem(places.first, "no_members", message)
            return
        for index, job in enumerate(self._jobs):
            if job.workteam_arn == team.arn and job.workers_per_object > len(team.members):
                message = (
                    f"{job.workers_per_object} people are to label each object, {team.name} has "
                    f"{len(team.members)}, so every task would wait until its time is over: invite "
                    "more, or ask fewer."
                )
                loc = ("labelingJobs", index, "numberOfHumanWorkersPerDataObject")
                yield Problem(loc, "too_few_members", message)

    def names(self, names: Collection[str]) -> Iterator[Problem]:
        asked = set(names)
        if not asked:
            return
        try:
            taken = self._account.names_taken(asked)
        except NotLookedAt as error:
            yield not_looked_at((), error)
            return
        for index, job in enumerate(self._jobs):
            if job.name in taken.names:
                message = (
                    f"The account has a labeling job {job.name} already, and Ground Truth never "
                    "gives a name twice: choose another."
                )
                yield Problem(("labelingJobs", index, "jobName"), "name_taken", message)
        if not taken.complete:
            message = (
                "The account has more labeling jobs than could be looked through: one of the job "
                "names may be taken already, and that job would fail."
            )
            yield Problem((), "names_unsure", message, warning=True)


_FUNCTIONS: dict[str, Callable[[JobRequest], str | None]] = {
    "preHumanTaskLambdaArn": lambda job: job.pre_lambda_arn,
    "annotationConsolidationLambdaArn": lambda job: job.consolidation_lambda_arn,
}
