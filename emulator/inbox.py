"""The e-mails that SNS subscriptions received; SNS's own mail server is the only thing missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.sns.models import Subscription, sns_backends
from moto.sns.utils import FilterPolicyMatcher

_PROTOCOLS = ("email", "email-json")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One e-mail."""

    to: str
    topic_arn: str
    message_id: str
    subject: str
    message: str
    attributes: Mapping[str, str]
    """The message attributes, by which subscriptions filter; an e-mail does not show them."""

    def json(self) -> dict[str, Any]:
        """The message, read as JSON."""
        document: dict[str, Any] = json.loads(self.message)
        return document


class Inbox:
    """What arrived, read from the topics of an account and region each time it is asked."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region

    def mails(self, to: str | None = None) -> list[Mail]:
        """All e-mails, or those to one address; each topic's in the order of publishing."""
        return [mail for mail in self._all() if to in (None, mail.to)]

    def clear(self) -> None:
        """Throw all of them away."""
        for topic in sns_backends[self._account_id][self._region].topics.values():
            topic.sent_notifications.clear()

    def _all(self) -> list[Mail]:
        backend = sns_backends[self._account_id][self._region]
        return [
            Mail(
                to=subscription.endpoint,
                topic_arn=topic.arn,
                message_id=message_id,
                subject=subject or "AWS Notification Message",
                message=message,
                attributes={
                    name: str(value["Value"]) for name, value in (attributes or {}).items()
                },
            )
            for topic in list(backend.topics.values())
            for message_id, message, subject, attributes, _ in list(topic.sent_notifications)
            for subscription in list(backend.subscriptions.values())
            if subscription.topic is topic
            and subscription.protocol in _PROTOCOLS
            and _wanted(subscription, message, attributes)
        ]


def _wanted(subscription: Subscription, message: str, attributes: dict[str, Any] | None) -> bool:
    """Whether the subscription's filter policy lets a message through."""
    policy = subscription.attributes.get("FilterPolicy")
    if not policy:
        return True
    scope = subscription.attributes.get("FilterPolicyScope")
    matcher = FilterPolicyMatcher(json.loads(policy), scope)
    return bool(matcher.matches(attributes or {}, message))
