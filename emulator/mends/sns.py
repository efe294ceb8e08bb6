"""SNS: the limits of a message.

moto counts characters where SNS counts bytes, leaves the attributes out, and takes any subject.
"""

from __future__ import annotations

from typing import Any

from moto.sns import models, urls
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend

LONGEST_MESSAGE = 262_144
"""Bytes of a message and its attributes together (API_Publish)."""


class Backend(SNSBackend):
    """moto's topics behind the checks of `Publish`."""

    _url_module = urls

    def publish(
        self,
        message: str,
        arn: str | None,
        phone_number: str | None = None,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        if subject is not None and (subject == "" or not subject.isprintable()):
            raise SNSInvalidParameter("Invalid parameter: Subject")
        attributes = message_attributes or {}
        size = len(message.encode()) + sum(
            len(name.encode()) + len(value["Type"]) + len(str(value["Value"]).encode())
            for name, value in attributes.items()
        )
        if size > LONGEST_MESSAGE:
            raise SNSInvalidParameter("Invalid parameter: Message too long")
        return super().publish(message, arn, phone_number, subject, message_attributes, **options)


def install() -> None:
    """Put the class above in the place of moto's."""
    models.sns_backends.backend = Backend
