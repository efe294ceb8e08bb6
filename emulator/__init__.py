"""The local cloud: the same templates and code, on a laptop."""
