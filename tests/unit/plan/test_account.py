"""What a plan says of the account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from labeling.errors import NotLookedAt
from labeling.model import BatchRequest, JobRequest
from labeling.plan.account import AccountFacts, look
from labeling.ports import BucketState, CorsRule, KeyState
from tests.fakes import FakeAccount, World, world
from tests.unit.request_bodies import ACCOUNT, SETTINGS

TEAM = SETTINGS.first_level_team_arn
VENDOR = "arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/labels-inc"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234"
PRE = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:SageMaker-pre"
POST = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:SageMaker-post"
GET_ONLY = CorsRule(methods=frozenset({"GET"}))
DATA = SETTINGS.input_bucket
LABELS = SETTINGS.processing_bucket


@pytest.fixture(name="usable")
def _usable() -> World:
    """An account in which nothing is wrong."""
    return world()


def job(name: str = "vehicle", **changes: Any) -> JobRequest:
    given: dict[str, Any] = {
        "name": name,
        "modality": "VideoObjectTracking",
        "level": 1,
        "label_attribute": f"{name}-ref",
        "workteam_arn": TEAM,
        "input_manifest_uri": f"s3://{DATA}/clip.manifest",
    }
    return JobRequest(**(given | changes))


def facts(place: World, *jobs: JobRequest, new_names: bool = True, **settings: Any) -> AccountFacts:
    request = BatchRequest(batch_id="clip", jobs=jobs or (job(),))
    return look(
        request,
        new_names=[entry.name for entry in request.jobs] if new_names else (),
        account=place.account,
        workforce=place.workforce,
        settings=replace(SETTINGS, **settings),
    )


def kinds(found: AccountFacts) -> dict[str, tuple[str | int, ...]]:
    return {problem.type: problem.loc for problem in found.problems}


@pytest.mark.parametrize(
    "modality", ["VideoObjectTracking", "BoundingBox", "TextMultiClass", "PointCloudObjectTracking"]
)
def test_nothing_is_wrong_with_what_the_stack_comes_with(usable: World, modality: str) -> None:
    found = facts(usable, job(modality=modality))

    assert found.problems == ()
    assert (found.quota, found.team_sizes) == (100, {TEAM: 2})


def test_a_region_without_task_types_is_named(usable: World) -> None:
    for name in (DATA, LABELS):
        usable.account.add_bucket(name, region="eu-north-1")

    assert kinds(facts(usable, region="eu-north-1")) == {"region": ()}


@pytest.mark.parametrize(("trusts", "kind"), [(False, "role_trust"), (None, "no_role")])
def test_the_labeling_role_must_be_ground_truths(
    usable: World, trusts: bool | None, kind: str
) -> None:
    usable.account.roles.clear()
    if trusts is not None:
        usable.account.roles[SETTINGS.labeling_role_arn] = trusts

    assert kinds(facts(usable)) == {kind: ()}


def test_frames_need_more_of_a_bucket_than_pictures(usable: World) -> None:
    image = CorsRule(methods=frozenset({"GET"}), exposed=frozenset({"access-control-allow-origin"}))
    for name in (DATA, LABELS):
        usable.account.add_bucket(name, cors=(image,))

    pictures = facts(usable, job(modality="BoundingBox"))
    frames = facts(usable)

    assert pictures.problems == ()
    assert [problem.type for problem in frames.problems] == ["cors", "cors"]
    assert "GET, HEAD, PUT" in frames.problems[0].message
    assert {LABELS in problem.message for problem in frames.problems} == {True, False}


@pytest.mark.parametrize(
    ("modality", "rules"),
    [
        ("VideoObjectTracking", ()),
        ("PointCloudObjectDetection", (GET_ONLY,)),
        ("BoundingBox", (GET_ONLY,)),  # which exposes no header
        (
            "BoundingBox",
            (
                CorsRule(
                    methods=frozenset({"GET"}),
                    exposed=frozenset({"Access-Control-Allow-Origin"}),
                    origins=frozenset({"https://example.org"}),
                ),
            ),
        ),
    ],
)
def test_pages_that_could_not_load_are_told_of(
    usable: World, modality: str, rules: tuple[CorsRule, ...]
) -> None:
    usable.account.add_bucket(DATA, cors=rules)

    found = facts(usable, job("one", modality="TextMultiClass"), job("two", modality=modality))

    assert kinds(found) == {"cors": ("labelingJobs", 1, "inputConfig")}


def test_a_chained_jobs_objects_lie_where_the_first_jobs_do(usable: World) -> None:
    usable.account.add_bucket(LABELS, cors=(GET_ONLY,))
    first = job("one", modality="BoundingBox")
    audit = job(
        "two", modality="BoundingBoxAudit", level=2, chain_from="one", input_manifest_uri=None
    )

    assert facts(usable, first, audit).problems == ()


def test_a_bucket_is_there_and_in_the_region(usable: World) -> None:
    usable.account.add_bucket(DATA, region="eu-west-1")
    del usable.account.buckets[LABELS]

    assert kinds(facts(usable)) == {
        "no_bucket": (),
        "bucket_region": ("labelingJobs", 0, "inputConfig"),
    }


@pytest.mark.parametrize(
    ("enabled", "encrypts", "kind"),
    [(True, True, None), (False, True, "key_disabled"), (True, False, "key_usage")],
)
def test_a_key_must_be_fit_for_labels(
    usable: World, enabled: bool, encrypts: bool, kind: str | None
) -> None:
    usable.account.keys[KEY] = KeyState(
        arn=KEY, region="us-east-1", enabled=enabled, encrypts=encrypts
    )

    found = facts(usable, job(kms_key=KEY))

    assert kinds(found) == ({kind: ("labelingJobs", 0, "kmsKeyId")} if kind else {})


def test_a_key_that_a_bucket_encrypts_with_is_looked_at_too(usable: World) -> None:
    usable.account.add_bucket(LABELS, kms_key=KEY)

    assert kinds(facts(usable)) == {"no_key": ()}
    assert kinds(facts(usable, job(kms_key=KEY))) == {"no_key": ("labelingJobs", 0, "kmsKeyId")}


def test_functions_of_custom_jobs_exist(usable: World) -> None:
    custom = {
        "modality": "Custom",
        "ui_template_uri": f"s3://{DATA}/page.html",
        "pre_lambda_arn": PRE,
        "consolidation_lambda_arn": POST,
    }
    usable.account.functions.add(PRE)

    found = facts(usable, job("one", **custom), job("two", **custom))

    [problem] = found.problems
    assert (problem.type, problem.loc) == (
        "no_function",
        ("labelingJobs", 0, "annotationConsolidationLambdaArn"),
    )
    assert "1 more job of the batch" in problem.message


def test_a_team_exists_and_people_are_in_it(usable: World) -> None:
    usable.workforce.members[SETTINGS.second_level_team_arn] = ()

    found = facts(
        usable,
        job("one", workteam_arn=f"{TEAM}-not"),
        job("two", workteam_arn=SETTINGS.second_level_team_arn),
    )

    assert kinds(found) == {
        "no_team": ("labelingJobs", 0, "workteamArn"),
        "no_members": ("labelingJobs", 1, "workteamArn"),
    }


def test_more_people_for_an_object_than_a_team_has_would_wait_for_ever(usable: World) -> None:
    found = facts(
        usable,
        job("one", modality="BoundingBox", workers_per_object=2),
        job("two", modality="BoundingBox", workers_per_object=3),
    )

    assert kinds(found) == {
        "too_few_members": ("labelingJobs", 1, "numberOfHumanWorkersPerDataObject")
    }


def test_a_vendors_people_are_not_counted(usable: World) -> None:
    usable.workforce.vendors.add(VENDOR)

    found = facts(usable, job(modality="BoundingBox", workteam_arn=VENDOR, workers_per_object=5))

    assert (found.problems, found.team_sizes) == ((), {})


def test_names_that_labeling_jobs_of_the_account_have_are_refused(usable: World) -> None:
    usable.account.jobs = ["VEHICLE", "other"]

    found = facts(usable, job("lane"), job("vehicle"))
    again = facts(usable, job("lane"), job("vehicle"), new_names=False)

    assert kinds(found) == {"name_taken": ("labelingJobs", 1, "jobName")}
    assert again.problems == ()


def test_names_may_be_too_many_to_be_sure(usable: World) -> None:
    usable.account.jobs = ["other", "vehicle"]
    usable.account.listed_jobs = 1

    [problem] = facts(usable).problems

    assert (problem.type, problem.warning) == ("names_unsure", True)


@pytest.mark.parametrize(("quota", "running", "waits"), [(2, 0, False), (2, 1, True), (1, 0, True)])
def test_jobs_that_take_turns_are_worth_a_word(
    usable: World, quota: int, running: int, waits: bool
) -> None:
    usable.account.quota, usable.account.running = quota, running

    found = facts(usable, job("one"), job("two"), job("three", level=2))

    assert found.quota == quota
    assert [(problem.type, problem.warning) for problem in found.problems] == (
        [("concurrency", True)] if waits else []
    )


def test_where_only_errors_count_nobody_asks_for_room(usable: World) -> None:
    usable.account.denied = {"running_jobs", "running_jobs_quota"}

    found = look(
        BatchRequest(batch_id="clip", jobs=(job(workteam_arn=f"{TEAM}-not"), job("two"))),
        new_names=(),
        account=usable.account,
        workforce=usable.workforce,
        settings=SETTINGS,
        only_errors=True,
    )

    assert (list(kinds(found)), found.quota) == (["no_team"], 1)


def test_more_than_a_thousand_tasks_at_once_are_supports_business(usable: World) -> None:
    found = facts(usable, job(max_concurrent_task_count=1_001))

    [problem] = found.problems
    assert (problem.type, problem.warning) == ("concurrent_tasks", True)
    assert facts(usable, job(max_concurrent_task_count=1_000)).problems == ()


def test_what_cannot_be_looked_at_is_a_warning_and_never_an_error(usable: World) -> None:
    usable.account.denied = {
        "bucket",
        "function_exists",
        "key",
        "names_taken",
        "role_trusts_ground_truth",
        "running_jobs",
        "running_jobs_quota",
    }
    usable.workforce.down = NotLookedAt("the work team: access is denied")

    found = facts(
        usable,
        job(modality="Custom", kms_key=KEY, pre_lambda_arn=PRE, consolidation_lambda_arn=POST),
    )

    assert {problem.type for problem in found.problems} == {"not_looked_at"}
    assert all(problem.warning for problem in found.problems)
    assert {problem.loc for problem in found.problems} == {
        (),
        *(
            ("labelingJobs", 0, field)
            for field in (
                "annotationConsolidationLambdaArn",
                "inputConfig",
                "kmsKeyId",
                "preHumanTaskLambdaArn",
                "workteamArn",
            )
        ),
    }
    assert (found.quota, found.team_sizes) == (1, {})


class Remembering(FakeAccount):
    """An account whose buckets are as they were when somebody first looked."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, BucketState | None] = {}

    def bucket(self, name: str) -> BucketState | None:
        return self._kept.setdefault(name, super().bucket(name))

    def forget(self) -> None:
        self._kept.clear()


def test_what_was_put_right_is_seen_at_once(usable: World) -> None:
    remembering = Remembering()
    remembering.roles = usable.account.roles
    usable.account = remembering
    remembering.add_bucket(LABELS)
    remembering.add_bucket(DATA, cors=())

    before = facts(usable)
    remembering.add_bucket(DATA)
    after = facts(usable)

    assert (list(kinds(before)), list(kinds(after))) == (["cors"], [])
