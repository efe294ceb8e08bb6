"""Label Studio: tasks with annotations to import, and the labeling configuration that fits them.

Format: "Label Studio JSON format of annotated tasks" of its documentation. There is a task for each
picture, text or video; those of one medium are a project, as each has its own configuration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any

from labeling.exporting.label_studio_config import Config
from labeling.exporting.label_studio_results import Results
from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.options import Options
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.views import is_video, pictures, views
from labeling.labels import PictureSize
from labeling.merging.merged import MergedFrame, MergedObject

HOLDS = Holds(
    format="Label Studio",
    kinds=frozenset({"box", "polyline", "polygon", "keypoint", "span", "class", "verification"}),
    attributes=True,
    frame_attributes=True,
    confidence=True,
)

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write `image.json` and `image.xml`, the same for `text` and `video`: those that there are."""
    ledger = Ledger(HOLDS, sink)
    options = options or Options()
    projects: dict[str, _Project] = {}
    with ExitStack() as files:
        for task in _tasks(objects, ledger, options):
            if (project := projects.get(task.medium)) is None:
                out = files.enter_context(ledger.text(f"{task.medium}.json"))
                config = Config(task.medium, options.classes)
                project = projects[task.medium] = _Project(out, config)
            project.add(task, ledger)
        for project in projects.values():
            project.finish()
    for medium, project in projects.items():
        with ledger.text(f"{medium}.xml") as out:
            out.writelines(project.config.lines())
    return ledger.report()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is shown to people at once. `content` is a URI, or the text itself."""

    medium: str
    content: str
    frame: MergedFrame
    size: PictureSize | None = None
    tracked: frozenset[str] = frozenset()
    about: dict[str, Any] = field(default_factory=dict)


def _tasks(objects: Iterable[MergedObject], ledger: Ledger, options: Options) -> Iterator[_Task]:
    """The tasks in the order of the objects. Texts and videos are looked at one by one; all other
    objects as they are seen."""
    for merged in objects:
        if merged.is_text or is_video(merged):
            ledger.object(merged)
            medium = "text" if merged.is_text else "video"
            for frame in merged.frames:
                ledger.frame(frame)
                yield _Task(medium=medium, content=merged.source, frame=frame)
            continue
        for view in views([merged], ledger, options):
            for picture in pictures(view, ledger):
                about: dict[str, Any] = {"source": merged.source}
                if view.is_clip:
                    about |= {"frame": picture.frame.name, "number": picture.number}
                yield _Task(
                    medium="image",
                    content=place(picture.frame),
                    frame=picture.frame,
                    size=picture.size,
                    tracked=view.tracked,
                    about=about,
                )


class _Project:
    """The tasks of one medium."""

    def __init__(self, out: IO[str], config: Config) -> None:
        self.config = config
        self._out = out
        self._count = 0

    def add(self, task: _Task, ledger: Ledger) -> None:
        self._count += 1
        results = Results(self.config, task.frame, task.size, f"{self._count}")
        document = {
            "id": self._count,
            "data": {self.config.medium: task.content},
            "annotations": [{"id": self._count, "result": list(results.all(task.tracked, ledger))}],
            "meta": task.about,
        }
        self._out.write(("[\n" if self._count == 1 else ",\n") + _ENCODE(document))

    def finish(self) -> None:
        self._out.write("\n]\n")
