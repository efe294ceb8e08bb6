"""Clients of AWS services, from one session: a second client costs little.

Straight from botocore: importing boto3 and its session would take a fifth of a cold start.
"""

from __future__ import annotations

import gzip
import json
import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader

if TYPE_CHECKING:
    from botocore.model import StructureShape

# They write requests and answers to the log: task tokens, credentials of the session.
TALKATIVE = ("botocore", "urllib3")


@cache
def session() -> botocore.session.Session:
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
    made = botocore.session.get_session()
    made.register_component("data_loader", Loader(file_loader=PlainModels()))
    return made


class PlainModels(JSONFileLoader):
    """Reads the services' models into plain dictionaries, which keep their order as well as
    botocore's ordered ones and are read in two thirds of the time: a seventh of a cold start."""

    def load_file(self, file_path: str) -> Any:
        """The content of a model, packed or not; None where there is none."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return json.loads(plain.read_bytes())
        if packed.is_file():
            return json.loads(gzip.decompress(packed.read_bytes()))
        return None


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


@cache
def input_shape(service: str, operation: str) -> StructureShape:
    """What botocore's model says of the parameters of a call; the model is read once."""
    shape = session().get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    return shape
