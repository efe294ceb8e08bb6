"""Bodies of requests: read, checked, all mistakes named at once. Only the API imports this."""

from labeling.requests.parse import approve_request, batch_id_request, create_request

__all__ = ["approve_request", "batch_id_request", "create_request"]
