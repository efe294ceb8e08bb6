"""S3: whole objects and single winners, bucket policies with conditions, other origins, forms.

moto closes an object's file when the object is overwritten, under the hands of those who read it,
and lets two writers pass the same `If-None-Match`. The others are said below.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
from fnmatch import fnmatchcase
from typing import Any, cast

from moto.core.botocore_stubber import BotocoreStubber
from moto.core.utils import get_equivalent_url_in_aws_domain
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3.exceptions import AccessForbidden
from moto.s3.models import CorsRule, FakeBucket, FakeKey
from moto.s3.responses import S3Response
from werkzeug.datastructures import MultiDict

_answer = BotocoreStubber.__call__
_setup_class = S3Response.setup_class
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


def _keep(key: FakeKey, garbage: bool = False) -> None:
    """Whoever has begun to read an object reads it to its end; `_close` closes it."""


def _close(key: FakeKey) -> None:
    if buffer := getattr(key, "_value_buffer", None):
        buffer.close()


def _etag(key: FakeKey) -> str:
    """moto moves through the file while others read it."""
    if key._etag is None:
        key._etag = hashlib.md5(key.value, usedforsecurity=False).hexdigest()
    return f'"{key._etag}"'


def _put_alone(response: S3Response) -> Any:
    """`If-None-Match` and `If-Match` are asked for by those who want a single winner."""
    with _writing:
        return _put(response)


def _post_alone(response: S3Response, *args: Any) -> Any:
    """The end of an upload in parts has the same conditions."""
    with _writing:
        return _post(response, *args)


def _body_as_sent(response: S3Response, request: Any, *args: Any) -> None:
    """What is put with the content type of a form, the default of curl and urllib, is no form."""
    if request.method == "PUT":
        request.get_data(parse_form_data=False)
        request.form = request.files = MultiDict()
    _setup_class(response, request, *args)


def _peek_at_body(_: DomainDispatcherApplication, environ: dict[str, Any]) -> str | None:
    """moto looks for the action of a form and loses a body that is no text."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return cast(bytes, body).decode(errors="replace") or None


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
    DomainDispatcherApplication._get_body = _peek_at_body
    FakeBucket.get_permission = _permission
    FakeKey.dispose = _keep
    FakeKey.__del__ = _close
    FakeKey.etag = property(_etag)
    S3Response.setup_class = _body_as_sent
    S3Response.put_object = _put_alone
    S3Response._key_response_post = _post_alone
    S3Response._key_response = _preflight_before_access
    S3Response._set_cors_headers_options = _set_preflight_headers
