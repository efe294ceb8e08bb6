"""The labeling pipeline: model, use cases, ports, adapters and Lambda handlers."""
