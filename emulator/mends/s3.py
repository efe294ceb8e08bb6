"""S3: presigned URLs that other processes can fetch."""

from __future__ import annotations

from typing import Any

from moto.core.botocore_stubber import BotocoreStubber
from moto.core.utils import get_equivalent_url_in_aws_domain


class _Stubber(BotocoreStubber):
    """With `MOTO_S3_CUSTOM_ENDPOINTS` S3's clients of this process are answered in it at the
    address that others use; but moto takes requests of *every* client to that address for S3's.
    The others go through the port.
    """

    def __call__(self, event_name: str, request: Any, **kwargs: Any) -> Any:
        ours = get_equivalent_url_in_aws_domain(request.url)[1]
        if ours and not event_name.startswith("before-send.s3."):
            return None
        return _answer(self, event_name, request, **kwargs)


_answer = BotocoreStubber.__call__


def install() -> None:
    """Mend the one stubber that all clients share."""
    BotocoreStubber.__call__ = _Stubber.__call__
