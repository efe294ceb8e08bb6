"""Sentences on a terminal, wrapped between words; an address that is too long stays whole, so that
it can be copied."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from rich.text import Text


def paragraph(text: str, wide: int, *, indent: int = 0, style: str = "") -> Iterator[Text]:
    """The lines of a text, each `indent` columns from the left. Print them with `crop=False`."""
    left = " " * indent
    for line in wrap(
        text,
        max(wide, indent + 1),
        initial_indent=left,
        subsequent_indent=left,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield Text(line, style=style, no_wrap=True, overflow="ignore")
