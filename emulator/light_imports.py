"""Loads a single module of a package without what the package loads besides.

Step Functions' interpreter in moto wants one enumeration of AWS Batch; its package would load all
of EC2, a good part of the time that the local cloud takes to start.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType


def load_alone(name: str) -> None:
    """Import a module, but not its package, which stays to be imported by who wants it."""
    package_name = name.rpartition(".")[0]
    if name in sys.modules or package_name in sys.modules:
        return
    spec = importlib.util.find_spec(package_name)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"{package_name} is no package")
    stand_in = ModuleType(package_name)
    stand_in.__path__ = list(spec.submodule_search_locations)
    sys.modules[package_name] = stand_in
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[package_name]
