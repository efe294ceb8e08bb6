"""One SQS batch: all its messages together, and alone those that spoil it for the others."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from labeling.errors import Conflict, ServiceUnavailable
from labeling.messages import Message, UnreadableMessage, parse
from labeling.ports import Ports
from labeling.use_cases.listen import listen

logger = logging.getLogger(__name__)

LATER = 10  # seconds until what could not be done now is tried again


def handle_batch(
    records: Sequence[Mapping[str, Any]], *, ports: Ports, seconds: float
) -> list[str]:
    """Returns the ids of the messages that failed: SQS delivers them again, ten times, then
    moves them to the dead-letter queue.

    A service that is throttled or busy is no failure: the same messages are sent again as new
    ones, so that no good message ever counts its way into the dead-letter queue.
    """
    failed: list[str] = []
    readable: dict[str, Message] = {}
    bodies: dict[str, str] = {}
    for record in records:
        message_id, body = record["messageId"], record["body"]
        try:
            readable[message_id] = parse(body)
            bodies[message_id] = body
        except UnreadableMessage:
            logger.exception("unreadable message", extra={"message_id": message_id})
            failed.append(message_id)

    ends_at = ports.now() + timedelta(seconds=seconds)
    if _handled(readable, bodies, ports, seconds):
        return failed
    for done, (message_id, message) in enumerate(readable.items()):
        left = (ends_at - ports.now()).total_seconds() / (len(readable) - done)
        if left <= 0 or not _handled({message_id: message}, bodies, ports, left):
            failed.append(message_id)
    return failed


def _handled(
    messages: Mapping[str, Message], bodies: Mapping[str, str], ports: Ports, seconds: float
) -> bool:
    if not messages:
        return True
    try:
        listen(messages.values(), ports=ports, seconds=seconds)
    except (ServiceUnavailable, Conflict) as error:
        logger.warning("handed on", extra={"messages": len(messages), "reason": str(error)})
        ports.queue.hand_on([json.loads(bodies[key]) for key in messages], delay=LATER)
    except Exception:
        logger.exception("not handled", extra={"message_ids": list(messages)})
        return False
    return True
