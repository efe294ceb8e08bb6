"""Checks on marked spans of text (named entities)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.quality.findings import Finding, Kind
from labeling.quality.pairs import pairs
from labeling.quality.tracks import Flags, Ints


@dataclass(frozen=True, eq=False)
class Spans:
    """One row a span: the text (a position in `texts`), its first character and the one after its
    last (0-based, in characters of the text as Python counts them), its label's name."""

    text: Ints
    start: Ints
    end: Ints
    label: Sequence[str]
    texts: Sequence[str]

    def said(self, row: int) -> str:
        """The marked characters."""
        return self.texts[int(self.text[row])][int(self.start[row]) : int(self.end[row])]


def overlapping_spans(spans: Spans) -> list[Finding]:
    """Two spans of one text that share characters: in named entities each character has one
    meaning."""
    one, other = pairs(spans.text)
    shared = np.minimum(spans.end[one], spans.end[other]) - np.maximum(
        spans.start[one], spans.start[other]
    )
    return [
        _finding(
            spans, left, Kind.SPAN_OVERLAP, 0.8,
            f"overlaps “{spans.said(right)}” ({spans.label[right]}); keep one",
        )
        for left, right in zip(
            one[shared > 0].tolist(), other[shared > 0].tolist(), strict=True
        )
    ]  # fmt: skip


def empty_spans(spans: Spans) -> list[Finding]:
    """Spans without a character that is no blank, or beyond the end of their text."""
    blank, length = _characters(spans, str.isspace), _lengths(spans)
    start, end = np.clip(spans.start, 0, length), np.clip(spans.end, 0, length)
    offset = _offsets(spans)[spans.text]
    filled = np.concatenate([[0], np.cumsum(~blank)])
    count = np.where(end > start, filled[offset + end] - filled[offset + start], 0)
    wrong = (count == 0) | (spans.start < 0) | (spans.end > length)
    return [
        _finding(spans, row, Kind.SPAN_EMPTY, 1.0, "holds no text; delete it or mark it anew")
        for row in np.flatnonzero(wrong).tolist()
    ]


def cut_words(spans: Spans) -> list[Finding]:
    """Spans that begin or end inside a word: a letter or digit on both sides of their edge."""
    word, offset, length = (
        _characters(spans, str.isalnum),
        _offsets(spans)[spans.text],
        _lengths(spans),
    )

    def inside(edge: Ints) -> Flags:
        within = (edge > 0) & (edge < length)
        place = offset + np.where(within, edge, 1)
        place = np.clip(place, 1, max(1, len(word) - 1))
        if len(word) < 2:
            return np.zeros(len(edge), bool)
        return within & word[place] & word[place - 1]

    cut = (inside(spans.start) | inside(spans.end)) & (spans.end > spans.start)
    return [
        _finding(spans, row, Kind.SPAN_CUT, 0.7, "ends or begins inside a word; mark whole words")
        for row in np.flatnonzero(cut).tolist()
    ]


def _lengths(spans: Spans) -> Ints:
    return np.array([len(text) for text in spans.texts], np.int64)[spans.text]


def _offsets(spans: Spans) -> Ints:
    """Where each text begins when all stand one after another."""
    return np.concatenate([[0], np.cumsum([len(text) for text in spans.texts])]).astype(np.int64)


def _characters(spans: Spans, test: Callable[[str], bool]) -> Flags:
    """The test's answer for each character of all texts, one after another."""
    whole = "".join(spans.texts)
    return np.fromiter(map(test, whole), bool, len(whole))


def _finding(spans: Spans, row: int, kind: Kind, severity: float, said: str) -> Finding:
    text = int(spans.text[row])
    where = f"characters {int(spans.start[row])} to {int(spans.end[row])}"
    return Finding(
        kind,
        (f"text {text}",),
        text,
        text,
        severity,
        f"“{spans.said(row)}” ({spans.label[row]}, {where} of text {text}) {said}.",
    )
