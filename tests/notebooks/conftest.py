"""A local cloud of its own, with the example's prepared answers, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.cloud import LocalCloud
from examples.driving.answers import script
from stacks.synthesized import assembly


@pytest.fixture(scope="module")
def local_endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file by which other processes find the running local cloud."""
    folder = tmp_path_factory.mktemp("local")
    with LocalCloud(script=script()) as cloud:
        cloud.deploy_app(assembly())
        cloud.endpoints.write(folder / "endpoints.json")
        yield folder / "endpoints.json"
