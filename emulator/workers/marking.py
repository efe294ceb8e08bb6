"""Marking stretches of a text: named entities."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from emulator.ground_truth.answers import Answer, Span, Spans
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.skill import entry_for

WRONG_SHARE = 1 / 3
WORDS_A_SPAN = 12
# What looks like a name, also of several words; and any word.
NAME = re.compile(r"\b[A-Z][\w'&.-]*\w(?: [A-Z][\w'&.-]*\w)*")
WORD = re.compile(r"\b\w+\b")


class Marking:
    """Marks what looks like names, or some words where nothing does; a mistake is a span that is
    forgotten, has another label, or is one word off.

    In a label file spans have offsets or quote the text, then at its first occurrence:
    `{"objects": {"Bob lives in Rome.": {"spans": [{"label": "Person", "start": 0, "end": 3},
    {"label": "Place", "text": "Rome"}]}}}`.
    """

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        entry = entry_for(document, task)
        given = entry.get("spans") if isinstance(entry, dict) else None
        if given is None:
            return None
        spans = tuple(sorted(_prepared(given, task.source.text), key=lambda span: span.start))
        known = {span.label for span in spans} <= set(task.categories.labels)
        return Spans(spans) if known else None

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        return Spans(
            tuple(
                Span(chance.choice(task.categories.labels), start, end)
                for start, end in likely_spans(task.source.text, chance)
            )
        )

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Spans):
            return answer
        return Spans(tuple(_as_marked(answer.spans, task, chance, wrong)))


def likely_spans(text: str, chance: Random) -> list[tuple[int, int]]:
    """What looks like names in a text; some words where nothing does."""
    found = [match.span() for match in NAME.finditer(text)]
    if found:
        return found
    words = [match.span() for match in WORD.finditer(text)]
    return sorted(chance.sample(words, min(len(words), 1 + len(words) // WORDS_A_SPAN)))


def _as_marked(spans: tuple[Span, ...], task: Task, chance: Random, wrong: float) -> Iterator[Span]:
    reached = 0
    for number, span in enumerate(spans):
        limit = spans[number + 1].start if number + 1 < len(spans) else len(task.source.text)
        marked: Span | None = span
        if chance.random() < wrong * WRONG_SHARE:
            marked = _mistaken(span, task, chance, reached, limit)
        if marked is not None:
            reached = marked.end
            yield marked


def _mistaken(span: Span, task: Task, chance: Random, first: int, last: int) -> Span | None:
    """The span as somebody marks it who errs; nothing, if it is overlooked. It stays between two
    offsets, so that it overlaps no other."""
    kind = chance.choice(("forgotten", "label", "boundary"))
    if kind == "forgotten":
        return None
    others = [label for label in task.categories.labels if label != span.label]
    if kind == "label" and others:
        return replace(span, label=chance.choice(others))
    text = task.source.text
    if after := WORD.search(text, span.end, last):
        return replace(span, end=after.end())
    before = [match.start() for match in WORD.finditer(text, first, span.start)]
    return replace(span, start=before[-1]) if before else None


def _prepared(given: list[Mapping[str, Any]], text: str) -> Iterator[Span]:
    for item in given:
        start = text.find(item["text"]) if "text" in item else item["start"]
        end = start + len(item["text"]) if "text" in item else item["end"]
        if 0 <= start < end <= len(text):
            yield Span(item["label"], start, end)
