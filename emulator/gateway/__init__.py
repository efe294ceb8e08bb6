"""Serves the REST API that CloudFormation made, as API Gateway does."""

from emulator.gateway.server import Gateway

__all__ = ["Gateway"]
