"""EventBridge: rules that match what they should, schedules that fire, targets that get it right.

In moto a rule with only a schedule matches every event and never fires, disabled rules fire,
`Input` and `InputPath` are ignored, a Lambda target breaks PutEvents, the delivered event has no
account, and anybody may send events in the name of AWS services.

Services of the local cloud publish on the `DefaultBus`; between them and the rules stands the bus's
`delivery`, which can lose, double, delay and reorder events as the real one does.
"""

from __future__ import annotations

import copy
import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.events import models, urls
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend
from moto.sqs.models import Message, sqs_backends

from emulator.clock import Clock, Timer, VirtualClock
from emulator.event_inputs import target_input
from emulator.mends import clock, lambdas
from emulator.schedules import next_time

logger = logging.getLogger(__name__)

Event = dict[str, Any]

delivery: Callable[[Event, Callable[[Event], None]], None] | None = None
"""Called with each event that some rule wants, and with the function that delivers it now. None:
each event once, at once."""


@dataclass(frozen=True)
class DefaultBus:
    """Where the services of an account and region publish."""

    account_id: str
    region: str

    def publish(
        self,
        *,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        resources: Iterable[str] = (),
    ) -> None:
        """An event, whose source may begin with `aws.`, which PutEvents refuses to clients."""
        backend: Backend = models.events_backends[self.account_id][self.region]
        backend.route(backend.event(source, detail_type, dict(detail), resources))


class Rule(models.Rule):
    """A rule of moto's that is asked for events only, and only while it is enabled."""

    def send_to_targets(self, original_event: Event, transform_input: bool = True) -> None:
        if self.wants(original_event):
            for target in list(self.targets):
                self.send(original_event, target, transform_input)

    def wants(self, event: Event) -> bool:
        """Whether it is enabled and has a pattern that the event matches."""
        if self.state == "DISABLED" or not self.event_pattern.get_pattern():
            return False
        return bool(self.event_pattern.matches_event(event))

    def send(
        self, event: Event, target: dict[str, Any], transform_input: bool = True
    ) -> Message | None:
        """Deliver to one target; a target that does not exist loses it, as AWS after retries.
        Returns what went to a queue."""
        _, _, service, region, account_id, name = target["Arn"].split(":", 5)
        if service not in ("sqs", "lambda"):
            alone = copy.copy(self)
            alone.targets = [target]
            super(Rule, alone).send_to_targets(
                {**event, "ingestion-time": clock.now().timestamp()}, transform_input
            )
            return None
        rule = {"name": self.name, "arn": self.arn}
        body = target_input(target, event, rule=rule, now=clock.now())
        try:
            if service == "lambda":
                lambdas.runner().run_later(lambdas.deployed(target["Arn"]), json.loads(body))
                return None
            group = target.get("SqsParameters", {}).get("MessageGroupId")
            message: Message = sqs_backends[account_id][region].send_message(
                queue_name=name, message_body=body, group_id=group
            )
            return message
        except (JsonRESTError, ServiceException) as error:
            logger.warning("rule %s could not reach %s: %s", self.name, target["Arn"], error)
            return None


class Backend(EventsBackend):
    """moto's buses, with schedules."""

    _url_module = urls

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.schedules: dict[str, Schedule] = {}

    def reset(self) -> None:
        for schedule in self.schedules.values():
            schedule.stop()
        super().reset()

    def put_rule(
        self, name: str, *args: Any, scheduled_expression: str | None = None, **kwargs: Any
    ) -> Rule:
        if scheduled_expression:
            try:
                next_time(scheduled_expression, clock.now())
            except ValueError as error:
                message = "Parameter ScheduleExpression is not valid."
                raise ValidationException(message) from error
        rule: Rule = super().put_rule(
            name, *args, scheduled_expression=scheduled_expression, **kwargs
        )
        if rule.event_bus_name == "default":
            self._reschedule(rule)
        return rule

    def enable_rule(self, name: str, event_bus_arn: str | None) -> bool:
        found = bool(super().enable_rule(name, event_bus_arn))
        if found:
            self._reschedule(self.describe_rule(name, event_bus_arn))
        return found

    def disable_rule(self, name: str, event_bus_arn: str | None) -> bool:
        found = bool(super().disable_rule(name, event_bus_arn))
        if found:
            self._reschedule(self.describe_rule(name, event_bus_arn))
        return found

    def delete_rule(self, name: str, event_bus_arn: str | None) -> None:
        super().delete_rule(name, event_bus_arn)
        if name not in self.event_buses["default"].rules and name in self.schedules:
            self.schedules.pop(name).stop()

    def put_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One answer per entry. Sources that begin with `aws.` are for AWS services only."""
        if len(events) > 10:
            raise ValidationException(
                "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed "
                "to satisfy constraint: Member must have length less than or equal to 10"
            )
        return [self._put_event(entry) for entry in events]

    def event(
        self,
        source: str,
        detail_type: str,
        detail: dict[str, Any],
        resources: Iterable[str],
        time: datetime | None = None,
    ) -> Event:
        """An event of this account and region as it is delivered."""
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self.account_id,
            "time": f"{time or clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "region": self.region_name,
            "resources": list(resources),
            "detail": detail,
        }

    def route(self, event: Event, bus: str = "default") -> None:
        """Match an event against the rules of a bus, when and as often as `delivery` likes."""

        def deliver(delivered: Event) -> None:
            for rule in list(self.describe_event_bus(bus).rules.values()):
                rule.send_to_targets(delivered)

        if delivery is None:
            deliver(event)
        elif any(rule.wants(event) for rule in self.describe_event_bus(bus).rules.values()):
            delivery(event, deliver)

    def withdraw(self, target: dict[str, Any], message: Message) -> None:
        """Take a message back from the queue of a target."""
        _, _, _, region, account_id, name = target["Arn"].split(":", 5)
        sqs_backends[account_id][region].withdraw(name, message)

    def _put_event(self, entry: dict[str, Any]) -> dict[str, Any]:
        for name in ("Source", "DetailType", "Detail"):
            if not entry.get(name):
                return {
                    "ErrorCode": "InvalidArgument",
                    "ErrorMessage": f"Parameter {name} is not valid. "
                    f"Reason: {name} is a required argument.",
                }
        if entry["Source"].startswith("aws."):
            return {
                "ErrorCode": "NotAuthorizedForSourceException",
                "ErrorMessage": "Not authorized for the source.",
            }
        try:
            detail = json.loads(entry["Detail"])
        except ValueError:
            detail = None
        if not isinstance(detail, dict):
            return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
        bus = self._normalize_event_bus_arn(entry.get("EventBusName"))
        time = entry.get("Time")
        event = self.event(
            entry["Source"],
            entry["DetailType"],
            detail,
            entry.get("Resources") or [],
            datetime.fromtimestamp(float(time), UTC) if time else None,
        )
        self.route(event, bus)
        return {"EventId": event["id"]}

    def _reschedule(self, rule: Rule) -> None:
        if schedule := self.schedules.pop(rule.name, None):
            schedule.stop()
        if rule.scheduled_expression and rule.state != "DISABLED":
            self.schedules[rule.name] = Schedule(self, rule)


class Schedule:
    """Fires a rule's targets at its times."""

    def __init__(self, backend: Backend, rule: Rule) -> None:
        self._backend = backend
        self._rule = rule
        self._clock: Clock = clock.current()
        self._timer: Timer | None = None
        self._last: dict[str, Message] = {}
        self._wait()

    def stop(self) -> None:
        """Fire no more."""
        if self._timer:
            self._clock.cancel(self._timer)

    def _wait(self) -> None:
        if due := next_time(self._rule.scheduled_expression, self._clock.now()):
            self._timer = self._clock.call_at(due, self._fire)

    def _fire(self) -> None:
        self._wait()
        event = self._backend.event("aws.events", "Scheduled Event", {}, [self._rule.arn])
        for target in list(self._rule.targets):
            last = self._last.get(target["Id"])
            if last and last.approximate_receive_count == 0 and self._leaps:
                self._backend.withdraw(target, last)
            if message := self._rule.send(event, target):
                self._last[target["Id"]] = message

    @property
    def _leaps(self) -> bool:
        """Virtual time passes without anybody receiving anything meanwhile. Two weeks would put
        thousands of equal messages into the queue: the latest of them has to do."""
        return isinstance(self._clock, VirtualClock)


def install() -> None:
    """Replace moto's rules and their backend."""
    models.Rule = Rule
    models.events_backends.backend = Backend
