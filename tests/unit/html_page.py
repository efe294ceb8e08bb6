"""What a browser makes of a page: its elements, with attributes and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"br", "img", "input", "link", "meta", "source"}


@dataclass
class Element:
    """`within` names the elements around it, from the outside in; `text` is all text inside."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass
class Page:
    elements: list[Element] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def the(self, name: str) -> Element:
        [element] = self.all(name)
        return element

    @property
    def names(self) -> set[str]:
        return {element.name for element in self.elements}


def parsed(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.unclosed.extend(element.name for element in reader.open)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = tuple(element.name for element in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, around)
        self.page.elements.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1].name == tag:
            self.open.pop()
        else:
            self.page.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data
