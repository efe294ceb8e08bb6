"""boto3 sessions that share what botocore reads from its own files.

A session of its own reads and parses megabytes of service models again, a tenth of a second for
each client.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session


@cache
def _loader() -> botocore.loaders.Loader:
    return botocore.loaders.create_loader()


def new_session(**options: Any) -> boto3.Session:
    """A session with the environment's configuration, and boto3's options."""
    inner = botocore.session.get_session()
    inner.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=inner, **options)
