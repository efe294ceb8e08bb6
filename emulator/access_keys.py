"""Whose access key it is: the local cloud's own one, a user's, or that of an assumed role."""

from __future__ import annotations

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from emulator.endpoints import Endpoints
from emulator.sigv4 import Caller


def caller_of(access_key_id: str, endpoints: Endpoints) -> Caller | None:
    """The owner of an access key, None when nobody has it."""
    account_id = endpoints.account_id
    if access_key_id == endpoints.access_key_id:
        return Caller(
            access_key_id=access_key_id,
            secret_access_key=endpoints.secret_access_key,
            account_id=account_id,
            arn=f"arn:aws:iam::{account_id}:user/local",
            user_id="AIDALOCAL",
        )
    for user in iam_backends[account_id]["aws"].users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id and key.status == "Active":
                return Caller(
                    access_key_id=access_key_id,
                    secret_access_key=key.secret_access_key,
                    account_id=account_id,
                    arn=user.arn,
                    user_id=user.id,
                )
    for role in sts_backends[account_id]["aws"].assumed_roles:
        if role.access_key_id == access_key_id:
            return Caller(
                access_key_id=access_key_id,
                secret_access_key=role.secret_access_key,
                account_id=account_id,
                arn=role.arn,
                user_id=role.user_id,
                session_token=role.session_token,
            )
    return None
