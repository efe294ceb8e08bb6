"""The labeling configuration of a Label Studio project: its controls, and what is in them.

It grows with what is exported: a control for each kind of shape, for the classes that each layer
asked for, and for each question about a shape or a whole picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from labeling.exporting.xml_text import attributes

# by kind of label: what the control is called in the configuration, and what holds its labels
CONTROLS: Mapping[str, str] = {
    "box": "RectangleLabels",
    "polygon": "PolygonLabels",
    "polyline": "VectorLabels",
    "keypoint": "KeyPointLabels",
    "span": "Labels",
}
_OBJECTS: Mapping[str, str] = {"image": "Image", "text": "Text", "video": "Video"}
_CHOICES = "Choices"
_TEXT = "TextArea"


class Config:
    """The configuration for one `medium`: `image`, `text` or `video`; controls are known by name.

    `classes` stand first in the lists of the boxes.
    """

    def __init__(self, medium: str, classes: Iterable[str] = ()) -> None:
        self.medium = medium
        self._controls: dict[str, tuple[str, dict[str, None]]] = {}
        if medium == "image":
            for name in classes:
                self.labels("box", name)

    def labels(self, kind: str, label: str) -> str:
        """The control that shapes of a kind are drawn with."""
        return self._control(kind, CONTROLS[kind], label)

    def choices(self, layer: str, label: str) -> str:
        """The control that the class of the whole is chosen with."""
        return self._control(f"class.{layer}", _CHOICES, label)

    def question(self, name: str) -> str:
        """The control for a question about a shape."""
        return self._control(f"attribute.{name}", f'{_TEXT} perRegion="true"')

    def answer(self, layer: str, name: str) -> str:
        """The control for a question about the whole."""
        return self._control(f"frame.{layer}.{name}", _TEXT)

    def lines(self) -> Iterator[str]:
        name = attributes(name=self.medium, value=f"${self.medium}")
        yield f"<View>\n  <{_OBJECTS[self.medium]}{name}/>\n"
        for control, (tag, values) in self._controls.items():
            inside = attributes(name=control, toName=self.medium)
            if tag.startswith(_TEXT):
                yield f"  <{tag}{inside}/>\n"
                continue
            item, extra = ("Choice", ' choice="multiple"') if tag == _CHOICES else ("Label", "")
            yield f"  <{tag}{inside}{extra}>\n"
            yield from (f"    <{item}{attributes(value=value)}/>\n" for value in values)
            yield f"  </{tag}>\n"
        yield "</View>\n"

    def _control(self, name: str, tag: str, value: str | None = None) -> str:
        _, values = self._controls.setdefault(name, (tag, {}))
        if value is not None:
            values[value] = None
        return name
