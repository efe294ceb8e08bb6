"""Serves the REST API that CloudFormation made, as API Gateway does."""

from emulator.gateway.server import Gateway
from emulator.gateway.throttle import Throttle

__all__ = ["Gateway", "Throttle"]
