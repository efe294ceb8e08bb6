"""CloudFormation: our own stacks behind moto's address (see `emulator.cloudformation`)."""

from __future__ import annotations

from moto.cloudformation import urls
from moto.cloudformation.models import cloudformation_backends

from emulator.cloudformation.responses import CloudFormationResponse
from emulator.cloudformation.service import StackBackend


def install() -> None:
    """Replace moto's stacks and its operations on them."""
    cloudformation_backends.backend = StackBackend
    urls.url_paths["{0}/$"] = CloudFormationResponse.dispatch
