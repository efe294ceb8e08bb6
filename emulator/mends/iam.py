"""IAM: AWS's own policies can be attached.

moto has their text but loads all of them (a second) or none.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from moto.iam import models, urls
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

_AWS_POLICY = "arn:aws:iam::aws:policy/"


@cache
def _documents() -> dict[str, dict[str, Any]]:
    documents: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return documents


class Backend(IAMBackend):
    """moto's users, roles and policies."""

    _url_module = urls

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        """Loads a policy of AWS when it is asked for; one that does not exist stays unknown."""
        name = policy_arn.rsplit("/", 1)[-1]
        known = policy_arn in self.managed_policies or not policy_arn.startswith(_AWS_POLICY)
        if not known and (data := _documents().get(name)):
            policy = AWSManagedPolicy.from_data(name, self.account_id, "us-east-1", data)
            if policy.arn == policy_arn:
                self.managed_policies[policy_arn] = policy
        super().attach_role_policy(policy_arn, role_name)


def install() -> None:
    """Replace moto's backend."""
    models.iam_backends.backend = Backend
