"""Whether the buckets are as Ground Truth and its worker pages need them, and keys usable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labeling.errors import NotLookedAt, Problem
from labeling.modalities import modalities
from labeling.model import BatchRequest, JobRequest
from labeling.plan.findings import Finding, Loc
from labeling.plan.findings import problems as as_problems
from labeling.plan.places import named, not_looked_at
from labeling.ports import Account, BucketState, CorsRule
from labeling.settings import Settings

_NO_PICTURES = ("text",)
_PORTAL = "sagemaker.aws"  # workers' pages are at <id>.labeling.<region>.sagemaker.aws


@dataclass(frozen=True, kw_only=True)
class Cors:
    """What one CORS rule of a bucket must allow. `page` is the developer guide's that says so."""

    methods: frozenset[str]
    headers: frozenset[str]
    exposed: frozenset[str]
    page: str

    def is_met_by(self, rule: CorsRule) -> bool:
        exposed = {header.lower() for header in rule.exposed}
        return (
            self.methods <= rule.methods
            and self.headers <= rule.headers
            and {header.lower() for header in self.exposed} <= exposed
            and any("*" in origin or _PORTAL in origin for origin in rule.origins)
        )

    def __str__(self) -> str:
        said = f"{', '.join(sorted(self.methods))} from any origin"
        if self.headers:
            said += f", with any header ({', '.join(self.headers)})"
        if self.exposed:
            said += f", exposing {', '.join(self.exposed)}"
        return said


IMAGES = Cors(
    methods=frozenset({"GET"}),
    headers=frozenset(),
    exposed=frozenset({"Access-Control-Allow-Origin"}),
    page="CORS Permission Requirement",
)
FRAMES = Cors(
    methods=frozenset({"GET", "HEAD", "PUT"}),
    headers=frozenset({"*"}),
    exposed=frozenset(),
    page="Video Frame Labeling Job Reference",
)


def bucket_problems(
    request: BatchRequest, *, account: Account, settings: Settings
) -> Iterator[Problem]:
    """Every bucket once: those that workers' pages load from, and the one for the labels."""
    needs: dict[str, dict[Cors | None, Loc]] = {settings.processing_bucket: {None: ()}}
    for index, job in enumerate(request.jobs):
        loc: Loc = ("labelingJobs", index, "inputConfig")
        modality = modalities()[job.modality]
        bucket = _input_bucket(job, request, settings)
        if modality.of_frames:
            # half-done work is saved beside the labels
            needs[settings.processing_bucket].setdefault(FRAMES, loc)
            needs.setdefault(bucket, {}).setdefault(FRAMES, loc)
        else:
            cors = None if modality.family in _NO_PICTURES else IMAGES
            needs.setdefault(bucket, {}).setdefault(cors, loc)
    for name, wanted in needs.items():
        yield from _bucket(name, wanted, account, settings)


def key_problems(request: BatchRequest, *, account: Account) -> Iterator[Problem]:
    """The keys that jobs name for their output."""
    for key, places in named(request.jobs, "kmsKeyId", lambda job: job.kms_key):
        yield from _key(key, places.first, account)


def _input_bucket(job: JobRequest, request: BatchRequest, settings: Settings) -> str:
    """Where a job's objects lie: those of a chain, where its first job's do."""
    by_name = {other.name: other for other in request.jobs}
    for _ in request.jobs:
        if job.chain_from is None or job.chain_from not in by_name:
            break
        job = by_name[job.chain_from]
    uri = job.input_manifest_uri or job.frames_prefix
    return uri.split("/")[2] if uri else settings.input_bucket


def _bucket(
    name: str, wanted: dict[Cors | None, Loc], account: Account, settings: Settings
) -> Iterator[Problem]:
    first = next(iter(wanted.values()))
    try:
        bucket = account.bucket(name)
    except NotLookedAt as error:
        yield not_looked_at(first, error)
        return
    if bucket is None:
        yield Problem(first, "no_bucket", f"There is no bucket {name}: make it, or name another.")
        return
    if bucket.region != settings.region:
        message = (
            f"The bucket {name} is in {bucket.region}; labeling jobs in {settings.region} read and "
            "write buckets there."
        )
        yield Problem(first, "bucket_region", message)
    for cors, loc in wanted.items():
        yield from as_problems(_cors(bucket, cors), loc)
    if bucket.kms_key is not None:
        yield from _key(bucket.kms_key, first, account)


def _cors(bucket: BucketState, cors: Cors | None) -> Iterator[Finding]:
    if cors is None or any(map(cors.is_met_by, bucket.cors)):
        return
    yield Finding(
        "cors",
        f"Workers' pages could not load from the bucket {bucket.name}, and every task would fail: "
        f"add a CORS rule that allows {cors} ('{cors.page}' in the developer guide).",
    )


def _key(key: str, loc: Loc, account: Account) -> Iterator[Problem]:
    try:
        state = account.key(key)
    except NotLookedAt as error:
        yield not_looked_at(loc, error)
        return
    if state is None:
        yield Problem(loc, "no_key", f"There is no KMS key {key}: name another.")
    elif not state.encrypts:
        message = f"The KMS key {key} is not for encryption: S3 takes symmetric keys only."
        yield Problem(loc, "key_usage", message)
    elif not state.enabled:
        message = f"The KMS key {key} is disabled: enable it, or name another."
        yield Problem(loc, "key_disabled", message)
