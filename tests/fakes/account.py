"""An account in memory; a test says what is in it."""

from __future__ import annotations

from collections.abc import Collection

from labeling.errors import NotLookedAt
from labeling.ports import BucketState, CorsRule, KeyState, TakenNames

# As the stack's buckets have it.
OPEN_CORS = CorsRule(
    methods=frozenset({"GET", "HEAD", "PUT"}),
    headers=frozenset({"*"}),
    exposed=frozenset({"Access-Control-Allow-Origin"}),
)


class FakeAccount:
    """`denied` are the names of calls (`"bucket"`, `"key"`, …) that are not allowed.

    Roles are by ARN, with whether they trust Ground Truth. `jobs` are the names of all labeling
    jobs, of which `running` run; `listed_jobs` of them can be looked through.
    """

    def __init__(self) -> None:
        self.buckets: dict[str, BucketState] = {}
        self.keys: dict[str, KeyState] = {}
        self.functions: set[str] = set()
        self.roles: dict[str, bool] = {}
        self.quota = 20
        self.jobs: list[str] = []
        self.running = 0
        self.listed_jobs = 1_000
        self.denied: set[str] = set()

    def add_bucket(
        self,
        name: str,
        *,
        region: str = "us-east-1",
        cors: tuple[CorsRule, ...] = (OPEN_CORS,),
        kms_key: str | None = None,
    ) -> None:
        self.buckets[name] = BucketState(name=name, region=region, cors=cors, kms_key=kms_key)

    # --- the port

    def bucket(self, name: str) -> BucketState | None:
        self._allow("bucket", name)
        return self.buckets.get(name)

    def key(self, id_or_arn: str) -> KeyState | None:
        self._allow("key", id_or_arn)
        return self.keys.get(id_or_arn)

    def function_exists(self, arn: str) -> bool:
        self._allow("function_exists", arn)
        return arn in self.functions

    def role_trusts_ground_truth(self, arn: str) -> bool | None:
        self._allow("role_trusts_ground_truth", arn)
        return self.roles.get(arn)

    def running_jobs_quota(self) -> int:
        self._allow("running_jobs_quota", "the quota")
        return self.quota

    def running_jobs(self) -> int:
        self._allow("running_jobs", "the labeling jobs")
        return self.running

    def names_taken(self, names: Collection[str]) -> TakenNames:
        self._allow("names_taken", "the labeling jobs")
        taken = {name.lower() for name in self.jobs[: self.listed_jobs]}
        return TakenNames(
            names=frozenset(name for name in names if name.lower() in taken),
            complete=len(self.jobs) <= self.listed_jobs,
        )

    def forget(self) -> None:
        """Nothing is kept here."""

    def _allow(self, call: str, what: str) -> None:
        if call in self.denied:
            raise NotLookedAt(f"{what}: access is denied")
