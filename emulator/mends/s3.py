"""S3: bucket policies with conditions, browsers of other origins, locks, presigned URLs."""

from __future__ import annotations

import json
import threading
from fnmatch import fnmatchcase
from typing import Any, cast

from moto.core.botocore_stubber import BotocoreStubber
from moto.core.utils import get_equivalent_url_in_aws_domain
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import AccessForbidden
from moto.s3.models import CorsRule, FakeBucket
from moto.s3.responses import S3Response

_answer = BotocoreStubber.__call__
_key_response = S3Response._key_response
_put = S3Response.put_object
_post = S3Response._key_response_post

_writing = threading.RLock()


def _answer_own_requests(
    stubber: BotocoreStubber, event_name: str, request: Any, **kwargs: Any
) -> Any:
    """With `MOTO_S3_CUSTOM_ENDPOINTS` S3's clients of this process are answered in it, at the
    address that other processes use; but moto takes the requests of *every* client to that address
    for S3's. The others go through the port.
    """
    to_the_port = get_equivalent_url_in_aws_domain(request.url)[1]
    if to_the_port and not event_name.startswith("before-send.s3."):
        return None
    return _answer(stubber, event_name, request, **kwargs)


def _permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """Statements with conditions are kept for those who ask, but not applied: moto takes each
    condition for met, so that the usual "deny what comes without TLS" denies everything."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(bucket.policy)
    statements = document["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    document["Statement"] = [entry for entry in statements if not entry.get("Condition")]
    return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)


def _put_alone(response: S3Response) -> Any:
    """`If-None-Match` and `If-Match` are asked for by those who want a single winner."""
    with _writing:
        return _put(response)


def _post_alone(response: S3Response, *args: Any) -> Any:
    """The end of an upload in parts has the same conditions."""
    with _writing:
        return _post(response, *args)


def _preflight_before_access(response: S3Response, request: Any, full_url: str) -> Any:
    """A browser's preflight is never signed; moto refuses it for private objects."""
    if request.method == "OPTIONS":
        bucket_name = response.parse_bucket_name_from_url(request, full_url)
        return response._response_options(request.headers, bucket_name)
    return _key_response(response, request, full_url)


def _set_preflight_headers(response: S3Response, headers: Any, bucket: FakeBucket) -> None:
    """The first rule that fits the request decides (user guide: "Using cross-origin resource
    sharing"); moto mixes all rules and refuses when one of them is for another origin."""
    origin = headers.get("Origin", "")
    method = headers.get("Access-Control-Request-Method", "")
    asked = headers.get("Access-Control-Request-Headers", "")
    names = [name.strip().lower() for name in asked.split(",") if name.strip()]
    rule = next((rule for rule in bucket.cors if _fits(rule, origin, method, names)), None)
    if rule is None:
        raise AccessForbidden("CORSResponse: This CORS request is not allowed.")
    answer = {
        "Access-Control-Allow-Origin": "*" if rule.allowed_origins == ["*"] else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.allowed_methods),
        "Access-Control-Allow-Headers": ", ".join(names),
        "Access-Control-Expose-Headers": ", ".join(rule.exposed_headers or []),
        "Access-Control-Max-Age": rule.max_age_seconds,
    }
    response.response_headers.update({name: value for name, value in answer.items() if value})


def _fits(rule: CorsRule, origin: str, method: str, names: list[str]) -> bool:
    allowed = [pattern.lower() for pattern in rule.allowed_headers or []]
    return (
        method in rule.allowed_methods
        and any(fnmatchcase(origin, pattern) for pattern in rule.allowed_origins)
        and all(any(fnmatchcase(name, pattern) for pattern in allowed) for name in names)
    )


def install() -> None:
    """Replace those methods of moto's own classes; its URLs name the class at many places."""
    stubber = cast(Any, BotocoreStubber)
    stubber.__call__ = _answer_own_requests
    FakeBucket.get_permission = _permission
    S3Response.put_object = _put_alone
    S3Response._key_response_post = _post_alone
    S3Response._key_response = _preflight_before_access
    S3Response._set_cors_headers_options = _set_preflight_headers
