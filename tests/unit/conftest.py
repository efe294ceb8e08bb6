from __future__ import annotations

import pytest

from tests.fakes import World, world


@pytest.fixture(name="world")
def _world() -> World:
    return world()
