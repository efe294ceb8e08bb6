"""HTML and SVG put together from tags. Text is escaped wherever it comes from: labels are written
by strangers."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

Attribute = str | float | bool | None


class Markup(str):
    """Text that is HTML already."""


def tag(name: str, /, *content: object, **attributes: Attribute) -> Markup:
    """An element. `class_` becomes `class`, `data_kind` becomes `data-kind`; attributes that are
    None or False are left out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{said}>{joined(content)}</{name}>")


def void(name: str, /, **attributes: Attribute) -> Markup:
    """An element that never has content."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{said}>")


def joined(content: Iterable[object]) -> Markup:
    """Elements and texts one after another; None is nothing."""
    return Markup("".join(map(_text, content)))


def plain(text: str) -> str:
    """Without characters that have no look, and that move or colour others on a terminal."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def number(value: float) -> str:
    """A coordinate: to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _text(item: object) -> str:
    if isinstance(item, Markup):
        return item
    if isinstance(item, str):
        return escape(plain(item))
    return "" if item is None else joined(item) if isinstance(item, Iterable) else str(item)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    said = number(value) if isinstance(value, float) else str(value)
    return f' {name}="{escape(plain(said))}"'
