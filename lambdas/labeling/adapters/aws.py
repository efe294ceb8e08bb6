"""Clients of AWS services, from one session: a second client costs little.

Straight from botocore: importing boto3 and its session would take a fifth of a cold start.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


def client(
    service: str,
    *,
    region: str,
    connect_timeout: float = 3,
    read_timeout: float = 10,
    attempts: int = 4,
    **options: Any,
) -> Any:
    """A client that gives up early enough for a function of 60 seconds; timeouts are seconds.

    `attempts` is how often a call is made in all, when it is throttled or fails on the way.
    """
    config = Config(
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        **options,
    )
    return session().create_client(service, region_name=region, config=config)
