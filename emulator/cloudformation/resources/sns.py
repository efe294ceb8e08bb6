"""Topics, their subscriptions and who may publish."""

import json
from typing import Any

from emulator.cloudformation.resource_type import Properties, ResourceType

_SETTINGS = ("DisplayName", "KmsMasterKeyId")
_SUBSCRIPTION_SETTINGS = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
)


class Topic(ResourceType):
    """A topic."""

    name = "AWS::SNS::Topic"
    properties = frozenset({*_SETTINGS, "Subscription", "Tags", "TopicName"})
    immutable = frozenset({"Subscription", "Tags", "TopicName"})
    attributes = frozenset({"TopicArn", "TopicName"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "sns",
            "create_topic",
            Name=properties.get("TopicName") or self.place.generated_name(255),
            Attributes={key: properties[key] for key in _SETTINGS if key in properties},
            Tags=properties.get("Tags", []),
        )
        for subscription in properties.get("Subscription", []):
            self.place.call("sns", "subscribe", TopicArn=made["TopicArn"], **subscription)
        return str(made["TopicArn"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        for key in _SETTINGS:
            if properties.get(key) != previous.get(key):
                self.place.call(
                    "sns",
                    "set_topic_attributes",
                    TopicArn=physical_id,
                    AttributeName=key,
                    AttributeValue=properties.get(key, ""),
                )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.place.call("sns", "delete_topic", TopicArn=physical_id)

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id if name == "TopicArn" else physical_id.rsplit(":", 1)[-1]


class Subscription(ResourceType):
    """Who gets what is published."""

    name = "AWS::SNS::Subscription"
    properties = frozenset({*_SUBSCRIPTION_SETTINGS, "Endpoint", "Protocol", "TopicArn"})
    immutable = frozenset({"Endpoint", "Protocol", "TopicArn"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "sns",
            "subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint", ""),
            Attributes={
                key: properties[key] for key in _SUBSCRIPTION_SETTINGS if key in properties
            },
            ReturnSubscriptionArn=True,
        )
        return str(made["SubscriptionArn"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        for key in _SUBSCRIPTION_SETTINGS:
            if properties.get(key) != previous.get(key):
                self.place.call(
                    "sns",
                    "set_subscription_attributes",
                    SubscriptionArn=physical_id,
                    AttributeName=key,
                    AttributeValue=properties.get(key, {}),
                )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.place.call("sns", "unsubscribe", SubscriptionArn=physical_id)


class TopicPolicy(ResourceType):
    """The policy of one or more topics."""

    name = "AWS::SNS::TopicPolicy"
    properties = frozenset({"PolicyDocument", "Topics"})

    def create(self, properties: Properties) -> str:
        self.update("", properties, {})
        return self.place.generated_name()

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        for arn in previous.get("Topics", []):
            if arn not in properties["Topics"]:
                self._set(arn, self._owners(arn))
        for arn in properties["Topics"]:
            self._set(arn, properties["PolicyDocument"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        sns = self.place.client("sns")
        for arn in properties["Topics"]:
            try:
                self._set(arn, self._owners(arn))
            except sns.exceptions.NotFoundException:
                continue

    def _set(self, arn: str, document: dict[str, Any]) -> None:
        self.place.call(
            "sns",
            "set_topic_attributes",
            TopicArn=arn,
            AttributeName="Policy",
            AttributeValue=json.dumps(document),
        )

    def _owners(self, arn: str) -> dict[str, Any]:
        """The policy of a topic that was given none: its account may do everything."""
        return {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": ["SNS:Publish", "SNS:Subscribe"],
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": self.place.account_id}},
                }
            ],
        }


RESOURCE_TYPES = (Topic, Subscription, TopicPolicy)
