"""Where things are sent to, and who works, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.errors import NotLookedAt, NotPublished
from labeling.ports import TeamState

LONGEST_SUBJECT = 99


@dataclass(frozen=True, kw_only=True)
class Published:
    """A message as it was published; `topic_arn` None is the default topic."""

    topic_arn: str | None
    subject: str
    body: str
    attributes: Mapping[str, str]


class FakeNotifier:
    """`down` is what every publish raises, until it is None again."""

    def __init__(self) -> None:
        self.published: list[Published] = []
        self.down: NotPublished | None = None

    def publish(
        self, topic_arn: str | None, *, subject: str, body: str, attributes: Mapping[str, str]
    ) -> None:
        if self.down is not None:
            raise self.down
        self.published.append(
            Published(
                topic_arn=topic_arn,
                subject=" ".join(subject.split())[:LONGEST_SUBJECT],
                body=body,
                attributes=dict(attributes),
            )
        )


class FakeQueue:
    """`messages` are the bodies that were sent, `delays` their seconds."""

    def __init__(self) -> None:
        self.messages: list[Mapping[str, Any]] = []
        self.delays: list[int] = []

    def wake(self, batch_id: str, *, delay: int = 0) -> None:
        self._send({"type": "wake", "batchId": batch_id}, delay)

    def start_jobs(self, *, delay: int = 0) -> None:
        self._send({"type": "start"}, delay)

    def hand_on(self, messages: Sequence[Mapping[str, Any]], *, delay: int = 0) -> None:
        for message in messages:
            self._send(message, delay)

    def take(self) -> list[Mapping[str, Any]]:
        """Everything that was sent, and none of it any more."""
        taken, self.messages, self.delays = self.messages, [], []
        return taken

    def _send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        self.messages.append(dict(message))
        self.delays.append(delay)


class FakeWorkforce:
    """`members` by the ARN of their team; `vendors` are the ARNs of vendors' teams. `down` is what
    `find` raises, until it is None again."""

    portal_url = "https://portal.labeling.example"

    def __init__(self) -> None:
        self.members: dict[str, tuple[str, ...]] = {}
        self.vendors: set[str] = set()
        self.down: NotLookedAt | None = None

    def team(self, workteam_arn: str) -> TeamState:
        return TeamState(
            name=workteam_arn.rpartition("/")[2],
            arn=workteam_arn,
            portal_url=self.portal_url,
            members=self.members.get(workteam_arn, ()),
        )

    def find(self, workteam_arn: str) -> TeamState | None:
        if self.down is not None:
            raise self.down
        if workteam_arn in self.vendors:
            return TeamState(
                name=workteam_arn.rpartition("/")[2],
                arn=workteam_arn,
                portal_url="",
                members=(),
                is_vendor=True,
            )
        return self.team(workteam_arn) if workteam_arn in self.members else None

    def forget(self) -> None:
        """Nothing is kept here."""
