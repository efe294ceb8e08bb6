"""Checks the signatures of requests as API Gateway does, with botocore's own signer.

The rules are those of the IAM user guide, "AWS Signature Version 4 for API requests", and
"Troubleshoot Signature Version 4 signing": clocks may differ by five minutes, `host` and the day,
region and service have to be part of what is signed. Signatures in the query string (presigned
URLs) are not known here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CLOCKS_MAY_DIFFER: Final = timedelta(minutes=5)
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who owns an access key."""

    access_key_id: str
    secret_access_key: str
    account_id: str
    arn: str
    user_id: str
    session_token: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """A request as it came: the path and query are not decoded."""

    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Refused(Exception):
    """The request is not let in; `code` is the name of the error that AWS gives."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check(
    request: SignedRequest,
    *,
    caller_of: Callable[[str], Caller | None],
    region: str,
    service: str,
    now: datetime,
) -> Caller:
    """Who signed the request.

    Args:
        caller_of: finds the owner of an access key.
        now: the real time; signers know no other.

    Raises:
        Refused: nobody did, or not as it has to be.
    """
    authorization = request.header("Authorization")
    if not authorization:
        raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token")
    parts = _parts(authorization)
    stamp = request.header("X-Amz-Date")
    if not stamp:
        raise Refused(
            "IncompleteSignatureException",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    signed = parts["SignedHeaders"].split(";")
    access_key_id, *scope = parts["Credential"].split("/")
    _check_scope(scope, stamp, region, service)
    if "host" not in signed:
        raise Refused(
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        )
    caller = caller_of(access_key_id)
    if caller is None or caller.session_token != request.header("X-Amz-Security-Token"):
        raise Refused(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    _check_time(stamp, now)
    _check_body(request)
    expected = _signature(request, signed, stamp, caller, region, service)
    if not hmac.compare_digest(expected, parts["Signature"]):
        raise _mismatch()
    return caller


def _parts(authorization: str) -> dict[str, str]:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != _ALGORITHM:
        raise Refused(
            "IncompleteSignatureException",
            f"Unsupported AWS 'algorithm': '{algorithm}'. Expected '{_ALGORITHM}'.",
        )
    parts = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", rest))
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if name not in parts]
    if missing:
        raise Refused(
            "IncompleteSignatureException",
            " ".join(f"Authorization header requires '{name}' parameter." for name in missing),
        )
    return parts


def _check_scope(scope: list[str], stamp: str, region: str, service: str) -> None:
    wanted = [stamp[:8], region, service, "aws4_request"]
    if len(scope) != len(wanted):
        raise Refused(
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, "
            "e.g. keyid/date/region/service/term",
        )
    said = ("date", "region", "service", "terminator")
    for name, given, right in zip(said, scope, wanted, strict=True):
        if given != right:
            raise Refused(
                "InvalidSignatureException",
                f"Credential should be scoped to a valid {name}: '{right}', not '{given}'.",
            )


def _check_time(stamp: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused(
            "IncompleteSignatureException",
            f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.",
        ) from error
    earliest, latest = now - CLOCKS_MAY_DIFFER, now + CLOCKS_MAY_DIFFER
    if signed_at < earliest:
        raise Refused(
            "InvalidSignatureException",
            f"Signature expired: {stamp} is now earlier than {earliest:{_STAMP}} "
            f"({now:{_STAMP}} - 5 min.)",
        )
    if signed_at > latest:
        raise Refused(
            "InvalidSignatureException",
            f"Signature not yet current: {stamp} is still later than {latest:{_STAMP}} "
            f"({now:{_STAMP}} + 5 min.)",
        )


def _check_body(request: SignedRequest) -> None:
    """The signer trusts this header, so it has to be right."""
    claimed = request.header("X-Amz-Content-SHA256")
    if claimed is not None and claimed != hashlib.sha256(request.body).hexdigest():
        raise _mismatch()


def _signature(
    request: SignedRequest,
    signed: Iterable[str],
    stamp: str,
    caller: Caller,
    region: str,
    service: str,
) -> str:
    host = request.header("Host") or ""
    again = AWSRequest(
        method=request.method, url=f"http://{host}{request.target}", data=request.body
    )
    wanted = set(signed)
    for name, value in request.headers:
        if name.lower() in wanted:
            again.headers.add_header(name, value)
    again.context["timestamp"] = stamp
    signer = SigV4Auth(Credentials(caller.access_key_id, caller.secret_access_key), service, region)
    text = signer.string_to_sign(again, signer.canonical_request(again))
    signature: str = signer.signature(text, again)
    return signature


def _mismatch() -> Refused:
    return Refused(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        "details.",
    )
