"""Lambda functions made of Python functions, for those that a deployment does not bring."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from emulator.lambdas import Handler, LambdaRunner

MODULE = "added"
RUNTIME = "python3.13"
TIMEOUT = 900
"""Seconds."""


def add_function(
    name: str, handler: Handler, *, client: Callable[[str], Any], runner: LambdaRunner
) -> str:
    """Create the function `name`, which is `handler(event, context)`, and a role of its own;
    returns its ARN.

    `client` makes a boto3 client of a service. Raises `ClientError` when there is such a function.
    """
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = client("iam").create_role(
        RoleName=f"{name}-role",
        AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{**trusted, "Action": "sts:AssumeRole"}]}
        ),
    )
    dotted = f"{MODULE}.{name}.handler"
    function = client("lambda").create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Role=role["Role"]["Arn"],
        Handler=dotted,
        Code={"ZipFile": _archive()},
        Timeout=TIMEOUT,
    )
    runner.handlers[dotted] = handler
    return str(function["FunctionArn"])


def _archive() -> bytes:
    """Lambda wants one; nothing of it is run."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(f"{MODULE}.py", "")
    return body.getvalue()
