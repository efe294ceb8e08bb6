"""CloudFormation: our own stacks at moto's address (see `emulator.cloudformation`)."""

from __future__ import annotations

from typing import Any

from moto import backends
from moto.core.base_backend import BackendDict

from emulator.cloudformation.service import cloudformation_backends

_import = backends._import_backend


def _import_ours(module_name: str, backends_name: str) -> BackendDict[Any]:
    """moto's own would load all of its services, a second's work."""
    if module_name == "cloudformation":
        return cloudformation_backends
    return _import(module_name, backends_name)


def install() -> None:
    """Have moto ask our stacks."""
    backends._import_backend = _import_ours
